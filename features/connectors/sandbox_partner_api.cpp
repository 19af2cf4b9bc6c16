// What a test makes of its sandbox couriers: the next jobs are taken, refused or answered by nobody; one job gets a state.
#include <algorithm>

#include "connectors/sandbox/fleet.hpp"
#include "features/bookings/booking_rules.hpp"
#include "features/connectors/booking_notes.hpp"
#include "features/connectors/connector_api.hpp"
#include "features/partners/partner_store.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct ForcePartner {
    Id<Partner> partner_id;
    bool forced = true;
};
LASTMILE_VALUE(ForcePartner, (partner_id, forced))
LASTMILE_DEFAULTS(ForcePartner, (forced))
LASTMILE_DOC(ForcePartner, "What a sandbox partner does with the jobs that it is asked for from now on.", {"partner_id", "which partner"},
             {"forced", "false: by its profile again"})

struct ForceTimeout {
    Id<Partner> partner_id;
    bool forced = true;
    bool booked = true;
};
LASTMILE_VALUE(ForceTimeout, (partner_id, forced, booked))
LASTMILE_DEFAULTS(ForceTimeout, (forced, booked))
LASTMILE_DOC(ForceTimeout, "Answers to bookings are lost from now on.", {"partner_id", "which partner"}, {"forced", "false: by its profile again"},
             {"booked", "true: the job was booked all the same; false: it never was"})

struct ForceStatus {
    Id<Partner> partner_id;
    Id<Delivery> delivery_id;
    connectors::Word state = connectors::Word::booked;
};
LASTMILE_VALUE(ForceStatus, (partner_id, delivery_id, state))
LASTMILE_DOC(ForceStatus, "Where a sandbox partner's job stands; it stays there until it is moved again.", {"partner_id", "which partner"},
             {"delivery_id", "the delivery that it carries"}, {"state", "the state, in the words of the fleet protocol", "picked_up"})
inline void schema_check(const ForceStatus& f, const schema::Check& check) {
    if (f.state == connectors::Word::none || f.state == connectors::Word::rejected)
        check.add("state", "not_allowed", "a job that was taken can be any other state; use /reject before it is booked");
}

struct ForcedPartner {
    Id<Partner> partner_id;
    std::string next;
};
LASTMILE_VALUE(ForcedPartner, (partner_id, next))
LASTMILE_DOC(ForcedPartner, "What becomes of the next jobs.", {"partner_id", "at which partner"}, {"next", "accept, reject, timeout or profile", "reject"})

struct ForcedJob {
    Id<Partner> partner_id;
    Id<Delivery> delivery_id;
    Id<Booking> booking_id;
    connectors::Word state = connectors::Word::booked;
};
LASTMILE_VALUE(ForcedJob, (partner_id, delivery_id, booking_id, state))
LASTMILE_DOC(ForcedJob, "A job that was moved; the partner is asked about it at once.", {"partner_id", "whose"}, {"delivery_id", "for which delivery"},
             {"booking_id", "the booking"}, {"state", "what the partner will say"})

namespace {

using namespace api;
using connectors::Fate;
using connectors::Forced;

constexpr Reason not_a_sandbox{"not_a_sandbox_partner", 409, "The partner is no sandbox courier", "Name a partner whose connector is sandbox; real ones cannot be forced."};
constexpr Reason no_open_job{"no_open_job", 409, "The partner has no open job for this delivery", "Book it at this partner first, or look at the delivery: the job may be over."};

Result<void> check(store::Read& read, const Call& call, Id<Partner> id) {
    if (!call.test) return refuse(reasons::forbidden, "Only test partitions have couriers that can be forced; use a key of kind test.");
    const auto partner = find_partner(read, id);
    if (!partner) return refuse(reasons::not_found, "There is no such partner.");
    if (std::string(partner->connector) != "sandbox") return refuse(not_a_sandbox, "It is reached by " + std::string(partner->connector) + ".");
    return {};
}

Result<Reply<ForcedPartner>> force(store::Tx& tx, const Call& call, Id<Partner> id, bool forced, Fate fate, std::string next) {
    if (auto ok = check(tx, call, id); !ok) return std::unexpected(ok.error());
    auto& writer = tx.bookkeeping();
    writer.write_any("delete from sandbox_partners where partition = $1 and partner_id = $2", {id});
    if (forced)
        writer.write(1, "insert into sandbox_partners (partition, partner_id, forced) values ($1, $2, $3)",
                     {id, schema::to_stored(Forced{.fate = fate, .state = {}, .at = {}})});
    return ForcedPartner{id, forced ? std::move(next) : std::string("profile")};
}

Result<Reply<ForcedPartner>> accept(store::Tx& tx, const Call& call, const ForcePartner& r) { return force(tx, call, r.partner_id, r.forced, Fate::good, "accept"); }
Result<Reply<ForcedPartner>> reject(store::Tx& tx, const Call& call, const ForcePartner& r) { return force(tx, call, r.partner_id, r.forced, Fate::refused, "reject"); }
Result<Reply<ForcedPartner>> time_out(store::Tx& tx, const Call& call, const ForceTimeout& r) {
    return force(tx, call, r.partner_id, r.forced, r.booked ? Fate::answer_lost : Fate::never_booked, "timeout");
}

Result<Reply<ForcedJob>> set_status(store::Tx& tx, const Call& call, const ForceStatus& r) {
    if (auto ok = check(tx, call, r.partner_id); !ok) return std::unexpected(ok.error());
    const auto row = lock_delivery(tx, r.delivery_id);
    if (!row) return refuse(reasons::not_found, "There is no such delivery.");
    const auto open = std::ranges::find_if(row->lifecycle.bookings, [&](const Booking& booking) {
        return booking.partner_id == r.partner_id && !bookings::machine.is_final(booking.state) && !bookings::ended_without_parcel(booking.state);
    });
    if (open == row->lifecycle.bookings.end()) return refuse(no_open_job, "Nothing of it is booked there now.");
    const auto noted = booking_calls::noted(tx, open->id);
    auto forced = noted && noted->forced ? schema::from_stored<Forced>(*noted->forced) : Forced{};
    forced.state = r.state, forced.at = tx.now().business, ++forced.sequence;
    tx.bookkeeping().write(1, "update partner_bookings set forced = $3 where partition = $1 and booking_id = $2", {open->id, schema::to_stored(forced)});
    booking_calls::queue(tx, open->state == BookingState::unknown ? "look_up" : "track", row->id, open->id);
    return ForcedJob{r.partner_id, row->id, open->id, r.state};
}

}  // namespace

Endpoints sandbox_partner_endpoints() {
    const Reasons refuses{reasons::not_found, reasons::forbidden, not_a_sandbox};
    return {
        writes("POST /v1/lastmile/sandbox/partners/{partnerId}/accept", "partners:write", accept,
               {.summary = "A sandbox partner takes all jobs", .tag = "Sandbox", .description = "Each is delivered, whatever the partner's profile.", .refuses = refuses}),
        writes("POST /v1/lastmile/sandbox/partners/{partnerId}/reject", "partners:write", reject,
               {.summary = "A sandbox partner refuses all jobs", .tag = "Sandbox", .description = "It goes on giving quotes.", .refuses = refuses}),
        writes("POST /v1/lastmile/sandbox/partners/{partnerId}/timeout", "partners:write", time_out,
               {.summary = "A sandbox partner does not answer", .tag = "Sandbox",
                .description = "The booking's answer is lost; a look-up finds what was booked.", .refuses = refuses}),
        writes("POST /v1/lastmile/sandbox/partners/{partnerId}/status", "partners:write", set_status,
               {.summary = "Move a sandbox partner's job",
                .tag = "Sandbox",
                .description = "The partner is asked at once and says so. Steps back and impossible words are judged as those of any partner.",
                .refuses = {reasons::not_found, reasons::forbidden, not_a_sandbox, no_open_job}}),
    };
}

}  // namespace lastmile
