#include "features/planning/snapshot.hpp"

#include <algorithm>
#include <set>

#include "features/drivers/driver_store.hpp"
#include "features/partners/partner_store.hpp"
#include "features/planning/plan_store.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile::planning {

void check_request(store::Read& read, const PlanRequest& request) {
    std::vector<FieldError> faults;
    const auto check = [&](const auto& ids, std::string_view name, const char* what, const auto& find) {
        if (!ids) return;
        std::set<std::string> seen;
        for (std::size_t i = 0; i < ids->size(); ++i) {
            const auto pointer = "#/" + std::string(name) + "/" + std::to_string(i);
            if (!seen.insert((*ids)[i].text()).second) faults.push_back({pointer, "duplicate", "named twice"});
            else if (const auto fault = find((*ids)[i]); !fault.empty()) faults.push_back({pointer, fault, std::string(what)});
        }
    };
    std::set<Id<Delivery>> known;
    if (request.delivery_ids)
        for (const auto& row : find_deliveries(read, *request.delivery_ids)) known.insert(row.id);
    check(request.delivery_ids, "delivery_ids", "no such delivery", [&](Id<Delivery> id) { return std::string(known.contains(id) ? "" : "unknown"); });
    check(request.driver_ids, "driver_ids", "no such driver", [&](Id<Driver> id) { return std::string(find_driver(read, id) ? "" : "unknown"); });
    check(request.partner_ids, "partner_ids", "no such partner, or it can carry nothing: it is disabled, or reached by no connector",
          [&](Id<Partner> id) {
              const auto partner = find_partner(read, id);
              if (!partner) return std::string("unknown");
              if (partner->type == PartnerType::ownfleet) return std::string();
              return std::string(!partner->enabled ? "disabled" : partner->connector == std::string("none") ? "no_quotes" : "");
          });
    if (request.horizon && request.horizon->to <= read.now().business) faults.push_back({"#/horizon/to", "in_the_past", "the horizon is over"});
    if (!faults.empty()) throw Refusal(Error{&reasons::invalid, "The request names what cannot be planned.", std::move(faults), {}});
}

namespace {

Snapshot begin(store::Read& read, const PlanRequest& request) {
    Snapshot snapshot;
    snapshot.now = read.now().business, snapshot.machine_now = read.now().machine;
    snapshot.horizon = {snapshot.now, snapshot.now + std::chrono::hours{24}};
    if (request.horizon) snapshot.horizon = {std::max(snapshot.now, request.horizon->from), request.horizon->to};
    snapshot.policies = policies_of(read);
    return snapshot;
}

}  // namespace

Snapshot take_snapshot(store::Read& read, const PlanRequest& request, const DriverPositions& positions, bool narrow,
                       const std::optional<Id<Assignment>>& around) {
    auto snapshot = begin(read, request);
    const auto route = around ? find_assignment(read, *around) : std::nullopt;
    add_candidates(read, request, &positions, snapshot, route ? route->driver_id : std::nullopt);
    snapshot.refusals = refusals(read, snapshot.now);
    add_tasks(read, request, positions, snapshot, narrow, around);
    return snapshot;
}

std::vector<std::string> areas_of(store::Read& read, const PlanRequest& request) {
    auto snapshot = begin(read, request);
    add_candidates(read, request, nullptr, snapshot);
    return snapshot.areas;
}

}  // namespace lastmile::planning
