#include "features/partners/partner_rules.hpp"

#include <algorithm>
#include <set>

#include "features/administered/changes.hpp"
#include "features/administered/requests.hpp"

namespace lastmile::partners {
namespace {

template <class List>
void no_doubles(administered::Referred& wrong, const List& list, const std::string& pointer) {
    std::set<typename List::value_type> seen;
    for (std::size_t i = 0; i < list.size(); ++i)
        if (!seen.insert(list[i]).second) wrong.add(pointer + "/" + std::to_string(i), "duplicate", "is named twice");
}

Result<void> sound(const Partner& partner, const ConnectorKinds& connectors) {
    administered::Referred wrong;
    no_doubles(wrong, partner.capabilities, "#/capabilities");
    no_doubles(wrong, partner.areas, "#/areas");
    no_doubles(wrong, partner.service_levels, "#/service_levels");
    no_doubles(wrong, partner.vehicle_types, "#/vehicle_types");
    const auto* kind = connectors.find(partner.connector);
    const bool own = partner.type == PartnerType::ownfleet;
    if (!kind) {
        wrong.add("#/connector", "unknown_connector", "there is no such connector; for this type there is: " + connectors.names_for(partner.type));
    } else if (own ? !kind->for_own_fleet : !kind->for_partners) {
        wrong.add("#/connector", "unsuitable_connector", "this connector does not suit the partner's type; there is: " + connectors.names_for(partner.type));
    } else {
        for (auto& error : kind->check(partner.config)) wrong.add(std::move(error.pointer), std::move(error.code), std::move(error.detail));
    }
    return wrong.check();
}

}  // namespace

Result<Changed<Partner>> create(Id<Partner> id, const CreatePartner& request, const ConnectorKinds& connectors, const Now& now) {
    Partner partner;
    partner.id = partner.partner_id = id;
    partner.name = request.name;
    partner.type = request.type;
    partner.capabilities = request.capabilities;
    partner.connector = request.connector;
    partner.config = request.config;
    partner.areas = request.areas;
    partner.service_levels = request.service_levels;
    partner.vehicle_types = request.vehicle_types;
    partner.contact = request.contact;
    partner.enabled = request.enabled;
    partner.metadata = request.metadata;
    if (auto ok = sound(partner, connectors); !ok) return std::unexpected(std::move(ok.error()));
    return administered::created(std::move(partner), "partner", now);
}

Result<Changed<Partner>> change(const Partner& before, const ChangePartner& request, const ConnectorKinds& connectors, const Now& now) {
    auto after = before;
    if (request.name) after.name = *request.name;
    if (request.capabilities) after.capabilities = *request.capabilities;
    if (request.connector) after.connector = *request.connector;
    if (request.config) after.config = *request.config;
    if (request.areas) after.areas = *request.areas;
    if (request.service_levels) after.service_levels = *request.service_levels;
    if (request.vehicle_types) after.vehicle_types = *request.vehicle_types;
    request.contact.onto(after.contact);
    if (request.enabled) after.enabled = *request.enabled;
    if (request.metadata) after.metadata = *request.metadata;
    if (auto ok = sound(after, connectors); !ok) return std::unexpected(std::move(ok.error()));
    return administered::updated(before, std::move(after), "partner", now);
}

Changed<Partner> disable(const Partner& before, const Now& now) {
    auto after = before;
    after.enabled = false;
    return administered::changed_to(before, std::move(after), "partner.deleted", now);
}

bool takes(const Partner& partner, ServiceLevel level, std::span<const Id<Area>> areas) {
    if (!partner.enabled) return false;
    if (!partner.service_levels.empty() && std::ranges::find(partner.service_levels, level) == partner.service_levels.end()) return false;
    return partner.areas.empty() || std::ranges::any_of(areas, [&](Id<Area> area) { return std::ranges::find(partner.areas,
        area) != partner.areas.end(); });
}

PartnerCapabilities capabilities(const Partner& partner, std::vector<ServedArea> areas) {
    const std::vector<ServiceLevel> levels{ServiceLevel::standard, ServiceLevel::express, ServiceLevel::same_day};
    const std::vector<VehicleType> types{VehicleType::bike, VehicleType::car, VehicleType::van, VehicleType::truck};
    return {partner.id,
            partner.type,
            partner.capabilities,
            partner.service_levels.empty() ? levels : std::vector<ServiceLevel>(partner.service_levels),
            partner.vehicle_types.empty() ? types : std::vector<VehicleType>(partner.vehicle_types),
            std::move(areas),
            partner.areas.empty(),
            partner.enabled};
}

}  // namespace lastmile::partners
