// Whom to ask for what, all of them at once, and what their offers count.
#include <algorithm>
#include <atomic>
#include <thread>

#include "features/areas/area_store.hpp"
#include "features/connectors/desk.hpp"
#include "features/connectors/performance.hpp"
#include "features/partners/partner_store.hpp"
#include "features/policies/policy_store.hpp"

namespace lastmile {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t at_once = 32;        // calls on the way at one time
constexpr milliseconds longest{20'000};    // for all that one run asks

struct Asking {
    PartnerOffer* offer = nullptr;
    const Seat* seat = nullptr;
    const connectors::Job* job = nullptr;
    milliseconds deadline{0};
    BreakerPolicy breaker{};
};

Instant machine_now() { return std::chrono::floor<Instant::duration>(std::chrono::system_clock::now()); }

void ask_one(ConnectorDesk& desk, const Asking& asking, milliseconds patience) {
    auto& offer = *asking.offer;
    auto seat = *asking.seat;
    const auto& key = seat.context.partner_key;
    if (!desk.breakers().closed(key, seat.context.now.machine)) {
        offer.missing = "circuit_open", offer.detail = "too many calls failed lately; it is tried again later";
        return;
    }
    auto job = *asking.job;
    job.reference = offer.booking_id.text();
    job.short_reference = job.reference.substr(job.reference.size() - 10);
    seat.context.patience = patience;
    desk.ask(seat, "quote", nullptr, offer.exchanges, [&](const connectors::Context& context) {
        const auto answered = seat.connector->quote(context, job);
        if (answered && !answered->empty()) {
            desk.breakers().succeeded(key);
            offer.quote = *std::ranges::min_element(*answered, {}, [](const connectors::Quote& q) { return q.price.amount; });
            return;
        }
        if (answered) {
            offer.missing = "refused", offer.detail = "it answered with no offer";
            return;
        }
        const auto& failure = answered.error();
        if (failure.kind == connectors::FailureKind::unavailable || failure.kind == connectors::FailureKind::unknown)
            desk.breakers().failed(key, context.now.machine, asking.breaker);
        offer.missing = failure.kind == connectors::FailureKind::unsupported ? "no_quotes" : schema::wire_name(failure.kind);
        offer.detail = failure.code + (failure.detail.empty() ? "" : ": " + failure.detail);
    });
}

/// On so many threads; what there is no time left for says so.
void ask_all(ConnectorDesk& desk, const std::vector<Asking>& askings) {
    if (askings.empty()) return;
    const auto threads = std::min(at_once, askings.size());
    const auto rounds = static_cast<std::int64_t>((askings.size() + threads - 1) / threads);
    const auto deadline = std::ranges::max_element(askings, {}, &Asking::deadline)->deadline;
    const auto end = machine_now() + std::min(deadline * rounds, std::max(longest, deadline));
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (auto i = next++; i < askings.size(); i = next++) {
            const auto left = std::chrono::duration_cast<milliseconds>(end - machine_now());
            auto& offer = *askings[i].offer;
            if (left <= milliseconds(0)) offer.missing = "deadline", offer.detail = "there was no time left to ask it";
            else ask_one(desk, askings[i], std::min(left, askings[i].deadline));
        }
    };
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
    work();
}

}  // namespace

Policies policies_for(store::Read& read, const DeliveryRow& row, std::vector<Id<Area>>& areas) {
    areas.clear();
    const bool back = row.type == DeliveryType::return_;
    const auto lat = back ? row.pickup_lat : row.dropoff_lat, lon = back ? row.pickup_lon : row.dropoff_lon;
    if (lat && lon)
        for (const auto& area : areas_at(read, {*lat, *lon})) areas.push_back(area.id);
    return policies_of(read, {areas.empty() ? std::nullopt : std::optional(areas.front()), row.service_level});
}

std::vector<Inquiry> ConnectorDesk::inquiries(store::Read& read, const std::vector<std::pair<Id<Delivery>, Id<Leg>>>& legs, const InquiryFilter& filter) const {
    std::vector<Inquiry> all;
    std::vector<Partner> partners;
    for (auto& partner : enabled_partners(read)) {
        const bool named = !filter.named || std::ranges::find(*filter.named, partner.id) != filter.named->end();
        if (named && catalog_.find(std::string(partner.connector))) partners.push_back(std::move(partner));
    }
    if (partners.empty()) return all;
    std::vector<Id<Delivery>> ids;
    for (const auto& [delivery, leg] : legs) ids.push_back(delivery);
    std::map<Id<Delivery>, DeliveryRow> rows;
    for (auto& row : find_deliveries(read, ids)) rows.emplace(row.id, std::move(row));
    for (const auto& [delivery, leg] : legs) {
        const auto row = rows.find(delivery);
        auto job = row == rows.end() ? std::nullopt : job_of(read, row->second, {}, leg);
        if (!job) continue;
        std::vector<Id<Area>> areas;
        Inquiry inquiry{row->second, leg, std::move(*job), policies_for(read, row->second, areas), {}, {}};
        for (const auto& partner : partners) {
            const bool tried = std::ranges::any_of(row->second.lifecycle.bookings, [&](const Booking& b) { return b.partner_id == partner.id; });
            auto no = routing::unsuitable(partner, row->second, inquiry.policies.routing, areas, read.now().business);
            if (!no && filter.skilled) no = routing::lacks_skill(partner, row->second);
            if (!no && tried && !filter.again) no = routing::Missing{"tried", "it was tried for this delivery already"};
            if (no) inquiry.offers.push_back({.partner_id = partner.id, .booking_id = {}, .quote = {}, .missing = no->code, .detail = no->detail, .exchanges = {}});
            else inquiry.partners.push_back(partner.id);
        }
        all.push_back(std::move(inquiry));
    }
    return all;
}

void ConnectorDesk::ask(Partition partition, std::vector<Inquiry>& inquiries) {
    std::map<Id<Partner>, std::optional<Seat>> seats;
    std::map<Id<Partner>, routing::History> histories;
    Now now{};
    store_.look(partition, [&](store::Read& read) {
        seats.clear(), histories.clear(), now = read.now();
        for (const auto& inquiry : inquiries)
            for (const auto& id : inquiry.partners) {
                if (seats.contains(id)) continue;
                const auto partner = find_partner(read, id);
                seats.emplace(id, partner ? seat(read, *partner) : std::nullopt);
                histories.emplace(id, recent_history(read, id));
            }
    });
    std::vector<Asking> askings;
    for (auto& inquiry : inquiries) {
        inquiry.offers.reserve(inquiry.offers.size() + inquiry.partners.size());
        for (const auto& id : inquiry.partners) {
            PartnerOffer offer{.partner_id = id, .booking_id = Id<Booking>::make(now.machine, random_), .quote = {}, .missing = {}, .detail = {}, .exchanges = {}};
            auto& kept = inquiry.offers.emplace_back(std::move(offer));
            const auto& seat = seats.at(id);
            if (seat) askings.push_back({&kept, &*seat, &inquiry.job, milliseconds(inquiry.policies.routing.quote_deadline_ms.value), inquiry.policies.routing.breaker});
            else kept.missing = "no_connector", kept.detail = "the partner is reached by no connector";
        }
    }
    ask_all(*this, askings);
    for (auto& inquiry : inquiries)
        for (auto& offer : inquiry.offers) {
            if (!offer.quote) continue;
            const auto& quote = *offer.quote;
            const auto amount = routing::in_currency(quote.price, inquiry.policies);
            if (!amount) {
                offer.missing = "no_rate", offer.detail = "it is in " + quote.price.currency + ", for which currency_rates has no rate";
                offer.quote.reset();
                continue;
            }
            offer.amount = *amount;
            offer.counted = routing::counted(quote, *amount, histories.at(offer.partner_id), inquiry.policies, now.business, inquiry.job.ready_at, inquiry.row.dropoff_to);
        }
}

PartnerOffer ConnectorDesk::sample(Partition partition, connectors::Job job, Id<Partner> partner) {
    PartnerOffer offer{.partner_id = partner, .booking_id = {}, .quote = {}, .missing = {}, .detail = {}, .exchanges = {}};
    std::optional<Seat> seat;
    RoutingPolicy policy;
    store_.look(partition, [&](store::Read& read) {
        offer.booking_id = Id<Booking>::make(read.now().machine, random_);
        policy = policies_of(read).routing;
        const auto found = find_partner(read, partner);
        seat = found ? this->seat(read, *found) : std::nullopt;
    });
    if (seat) ask_all(*this, {{&offer, &*seat, &job, milliseconds(policy.quote_deadline_ms.value), policy.breaker}});
    else offer.missing = "no_connector", offer.detail = "the partner is reached by no connector";
    return offer;
}

const PartnerOffer* ConnectorDesk::best(const std::vector<PartnerOffer>& offers) {
    const PartnerOffer* found = nullptr;
    const auto better = [](const PartnerOffer& a, const PartnerOffer& b) {
        if (a.quote.has_value() != b.quote.has_value()) return a.quote.has_value();
        return a.quote && a.counted.total() < b.counted.total();
    };
    for (const auto& offer : offers)
        if ((offer.quote || offer.missing == "no_quotes") && (!found || better(offer, *found))) found = &offer;
    return found;
}

}  // namespace lastmile
