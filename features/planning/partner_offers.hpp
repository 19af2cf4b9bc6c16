#pragma once
// Partners beside own vehicles: the port that the room of connectors fills. Where nobody fills it, plans know own vehicles only.
#include "features/assignments/assignment_store.hpp"
#include "features/shapes/shapes.hpp"

namespace lastmile::planning {

/// What a partner asks for carrying a leg; kept with the plan until it is booked.
struct PartnerQuote {
    Id<Delivery> delivery_id;
    Id<Leg> leg_id;
    Id<Partner> partner_id;
    Id<Booking> booking_id;             // the reference it was asked under, and will be booked under
    std::int64_t delivery_version = 0;  // as it was read
    Money price;                        // in the partner's currency
    std::int64_t amount = 0;            // in minor units of the tenant's
    double counted = 0;                 // that, weighed by routing.weights, with what is likely to fail or be late
    double eta_factor = 1, carbon_factor = 1;  // how routing.weights weigh what the optimizer prices itself
    Instant arrival;                    // as it says, or as couriers usually do
    std::optional<Instant> eta;         // as it says
    std::int64_t co2_g = 0;
    bool own_fleet_first = false;
    Instant asked_at;                   // business time
    std::optional<Instant> expires_at;
    std::int64_t max_age_s = 0;
    Json quote;                         // the connector's own
    int group = 0;                      // those of one number are booked together or not at all; 0: by itself
    bool good_at(Instant now) const { return now < asked_at + Seconds{max_age_s} && (!expires_at || now < *expires_at); }
};
LASTMILE_VALUE(PartnerQuote, (delivery_id, leg_id, partner_id, booking_id, delivery_version, price, amount, counted, eta_factor, carbon_factor, arrival, eta,
                              co2_g, own_fleet_first, asked_at, expires_at, max_age_s, quote, group))
LASTMILE_DEFAULTS(PartnerQuote, (group))

struct QuoteMissing {
    std::optional<Id<Partner>> partner_id;
    std::string code;
    std::string detail;
    std::vector<Id<Delivery>> delivery_ids;
};
LASTMILE_VALUE(QuoteMissing, (partner_id, code, detail, delivery_ids))
LASTMILE_DOC(QuoteMissing, "Why a partner gave no quote.", {"partner_id", "which partner; absent: none was asked"},
             {"code",
              "refused, busy, unauthorized, unavailable, throttled, invalid, no_quotes, circuit_open, deadline: it was asked; no_rate: of its currency; too_late: it "
              "would miss a hard window; denied, area, service_level, vehicle_type, capability, tried, skills, way_back: it was not asked for these; "
              "together_with: none offers to carry all that must ride together",
              "refused"},
             {"detail", "in words"}, {"delivery_ids", "for which deliveries"})

struct PartnerAnswers {
    std::vector<PartnerQuote> quotes;
    std::vector<QuoteMissing> missing;
};

/// What became of a quote when it was to be booked.
struct BookedQuote {
    std::optional<Id<Assignment>> assignment_id;  // the partner's; absent: not booked
    std::string code, reason;                     // why not
};

class PartnerDesk {
public:
    virtual ~PartnerDesk() = default;
    /// Quotes for these legs, all asked at once, of the partners that the policy allows (of those named). Blocks; outside of transactions.
    virtual PartnerAnswers ask(Partition partition, const std::vector<std::pair<Id<Delivery>, Id<Leg>>>& legs, const std::optional<std::vector<Id<Partner>>>& named) = 0;
    /// The same partner once more, for a quote that is too old. Absent: `missing` says why.
    virtual std::optional<PartnerQuote> ask_again(Partition partition, const PartnerQuote& old, QuoteMissing& missing) = 0;
    /// The booking's intent in the plan's commit; the call follows. *Refuses* what holding a leg refuses.
    virtual BookedQuote book(store::Tx& tx, const PartnerQuote& quote, std::string_view reason) = 0;
};

}  // namespace lastmile::planning
