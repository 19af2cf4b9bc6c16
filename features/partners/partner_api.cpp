#include "features/partners/partner_api.hpp"

#include <algorithm>

#include "features/administered/requests.hpp"
#include "features/areas/area_store.hpp"
#include "features/partners/partner_rules.hpp"
#include "features/partners/partner_store.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/events/apply.hpp"

namespace lastmile {
namespace {

using namespace api;

/// A partner's own credentials see that partner only.
bool may_see(const Call& call, Id<Partner> partner) { return call.has("partners:read") || call.partner == partner.bytes; }

void check_areas(store::Tx& tx, const std::vector<Id<Area>>& areas) {
    std::vector<std::size_t> order(areas.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](std::size_t i) { return areas[i]; });  // locks of one kind are taken by id
    administered::Referred referred;
    for (const auto i : order)
        if (!lock_area_if_any(tx, areas[i])) referred.unknown("#/areas/" + std::to_string(i), "area");
    referred.check().value();
}

Result<Reply<Page<Partner>>> list_partners(store::Read& read, const Call&, const ListPartners& request) {
    const auto below = administered::below<Partner>(request.cursor);
    if (!below) return std::unexpected(below.error());
    return page_of(partners_below(read, request, *below, request.limit + 1), request.limit, [](const Partner& partner) { return partner.id.text(); });
}

Result<Partner> visible(store::Read& read, const Call& call, Id<Partner> id) {
    auto partner = may_see(call, id) ? find_partner(read, id) : std::nullopt;
    if (!partner) return refuse(reasons::not_found, "There is no such partner.");
    return *partner;
}

Result<Reply<Partner>> get_partner(store::Read& read, const Call& call, const PartnerRef& request) {
    auto partner = visible(read, call, request.partner_id);
    if (!partner) return std::unexpected(partner.error());
    return *partner;
}

Result<Reply<PartnerCapabilities>> get_capabilities(store::Read& read, const Call& call, const PartnerRef& request) {
    const auto partner = visible(read, call, request.partner_id);
    if (!partner) return std::unexpected(partner.error());
    std::vector<ServedArea> areas;
    for (const auto id : partner->areas)
        if (const auto area = find_area(read, id)) areas.push_back({id, area->name, area->time_zone});
    return Reply(partners::capabilities(*partner, std::move(areas))).at_version(partner->version);
}

Result<Reply<Partner>> create_partner(store::Tx& tx, const Call& call, const CreatePartner& request) {
    check_areas(tx, request.areas);
    auto changed = partners::create(tx.new_id<Partner>(), request, call.service<ConnectorKinds>(), tx.now()).value();
    events::apply(tx, changed);
    return Reply(changed.after).created("/v1/lastmile/partners/" + changed.after.id.text());
}

Result<Reply<Partner>> change_partner(store::Tx& tx, const Call& call, const ChangePartner& request) {
    if (request.areas) check_areas(tx, *request.areas);
    auto changed = partners::change(lock_partner(tx, request.partner_id), request, call.service<ConnectorKinds>(), tx.now()).value();
    if (!changed.events.empty()) events::apply(tx, changed);
    return changed.after;
}

Result<Reply<Nothing>> disable_partner(store::Tx& tx, const Call&, const PartnerRef& request) {
    const auto changed = partners::disable(lock_partner(tx, request.partner_id), tx.now());
    if (!changed.events.empty()) events::apply(tx, changed);
    return Reply<Nothing>{};
}

template <class Request>
std::optional<std::int64_t> version(store::Tx& tx, const Call&, const Request& request) {
    const auto partner = lock_partner_if_any(tx, request.partner_id);
    return partner ? std::optional(partner->version) : std::nullopt;
}

}  // namespace

Endpoints partner_endpoints() {
    return {
        reads("GET /v1/lastmile/partners", "partners:read", list_partners,
            {.summary = "List partners", .tag = "Partners", .refuses = {reasons::bad_cursor}}),
        writes("POST /v1/lastmile/partners", "partners:write", create_partner, {.summary = "Register a partner", .tag = "Partners", .status = 201}),
        reads("GET /v1/lastmile/partners/{partnerId}", Scope("partners:read") | "partner:self", get_partner,
              {.summary = "Get a partner", .tag = "Partners", .refuses = {reasons::not_found}}),
        guarded(version<ChangePartner>, writes("PATCH /v1/lastmile/partners/{partnerId}", "partners:write", change_partner,
                                               {.summary = "Change a partner", .tag = "Partners", .refuses = {reasons::not_found}})),
        guarded(version<PartnerRef>, writes("DELETE /v1/lastmile/partners/{partnerId}", "partners:write", disable_partner,
                                            {.summary = "Disable a partner", .tag = "Partners",
                                            .description = "Nothing new is given to it; what it has goes on. PATCH enabled: true brings it back.",
                                             .refuses = {reasons::not_found}})),
        reads("GET /v1/lastmile/partners/{partnerId}/capabilities", Scope("partners:read") | "partner:self", get_capabilities,
              {.summary = "What a partner can do, where, with what", .tag = "Partners", .refuses = {reasons::not_found}}),
    };
}

}  // namespace lastmile
