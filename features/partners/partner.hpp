#pragma once
// A partner: a 3PL, a crowd fleet, or the own fleet. How it is reached is its connector.
#include "features/ids/ids.hpp"
#include "features/shapes/kinds.hpp"
#include "features/shapes/shapes.hpp"
#include "platform/api/request.hpp"

namespace lastmile {

enum class PartnerType { threepl, crowd, ownfleet };
LASTMILE_ENUM(PartnerType, threepl, crowd, ownfleet)
LASTMILE_ALIAS(PartnerType, {"threepl", "3pl"})
enum class PartnerCapability { ondemand, scheduled, returns, cold_chain };
LASTMILE_ENUM(PartnerCapability, ondemand, scheduled, returns, cold_chain)

struct Partner {
    Id<Partner> id;
    Id<Partner> partner_id;  // the same, under the API document's name
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    Text<1, 200> name;
    PartnerType type = PartnerType::ownfleet;
    List<PartnerCapability, 0, 4> capabilities;
    Slug connector;
    Document config;
    List<Id<Area>, 0, 200> areas;
    List<ServiceLevel, 0, 3> service_levels;
    List<VehicleType, 0, 4> vehicle_types;
    std::optional<Contact> contact;
    bool enabled = true;
    Metadata metadata;
    bool deleted = false;  // never: a partner is only disabled
};
LASTMILE_RESOURCE(Partner, (id, partner_id, version, created_at, updated_at, name, type, capabilities, connector, config, areas, service_levels,
                            vehicle_types, contact, enabled, metadata))
LASTMILE_VIEW(Partner, owner, (*))
LASTMILE_VIEW(Partner, admin, (*))
LASTMILE_VIEW(Partner, partner, (id, partner_id, version, name, type, capabilities, areas, service_levels, vehicle_types, enabled))
LASTMILE_VIEW(Partner, event, (id, name, type, capabilities, connector, areas, service_levels, vehicle_types, enabled))
LASTMILE_DOC(Partner, "Who carries: a 3PL, a crowd fleet or the own fleet.", {"id", "ours"}, {"partner_id", "the same id"},
             {"version", "rises with every change; the ETag"},
             {"created_at", "when it was registered"}, {"updated_at", "when it was last changed"}, {"name", "what people call it", "City Couriers"},
             {"type", "3pl, crowd or ownfleet"}, {"capabilities", "what it can do"},
             {"connector", "how it is reached; none: by the partner API and the console only", "none"},
             {"config", "settings of the connector"}, {"areas", "areas it serves; empty: all"},
             {"service_levels", "service levels it takes; empty: all"},
             {"vehicle_types", "vehicles it has; empty: any"}, {"contact", "whom to call there"}, {"enabled", "false: nothing new is given to it"},
             {"metadata", "free object, up to 16 KiB"})

struct CreatePartner {
    Text<1, 200> name;
    PartnerType type;
    List<PartnerCapability, 0, 4> capabilities;
    Slug connector = std::string("none");
    Document config;
    List<Id<Area>, 0, 200> areas;
    List<ServiceLevel, 0, 3> service_levels;
    List<VehicleType, 0, 4> vehicle_types;
    std::optional<Contact> contact;
    bool enabled = true;
    Metadata metadata;
};
LASTMILE_VALUE(CreatePartner, (name, type, capabilities, connector, config, areas, service_levels, vehicle_types, contact, enabled, metadata))
LASTMILE_DEFAULTS(CreatePartner, (capabilities, connector, config, areas, service_levels, vehicle_types, enabled, metadata))
LASTMILE_DOC(CreatePartner, "A new partner.", {"name", "what people call it", "City Couriers"}, {"type", "3pl, crowd or ownfleet"},
             {"capabilities", "what it can do"},
             {"connector", "how it is reached", "none"}, {"config", "settings of the connector"}, {"areas", "areas it serves; empty: all"},
             {"service_levels", "service levels it takes; empty: all"}, {"vehicle_types", "vehicles it has; empty: any"},
             {"contact", "whom to call there"},
             {"enabled", "false: nothing is given to it yet"}, {"metadata", "free object, up to 16 KiB"})

struct ChangePartner {
    Id<Partner> partner_id;
    std::optional<Text<1, 200>> name;
    std::optional<List<PartnerCapability, 0, 4>> capabilities;
    std::optional<Slug> connector;
    std::optional<Document> config;
    std::optional<List<Id<Area>, 0, 200>> areas;
    std::optional<List<ServiceLevel, 0, 3>> service_levels;
    std::optional<List<VehicleType, 0, 4>> vehicle_types;
    Patch<Contact> contact;
    std::optional<bool> enabled;
    std::optional<Metadata> metadata;
};
LASTMILE_VALUE(ChangePartner, (partner_id, name, capabilities, connector, config, areas, service_levels, vehicle_types, contact, enabled, metadata))
LASTMILE_DOC(ChangePartner, "What to change of a partner; what is left out stays.", {"partner_id", "which partner"}, {"name", "what people call it"},
             {"capabilities", "what it can do"},
             {"connector", "how it is reached"}, {"config", "replaces the connector's settings"}, {"areas", "areas it serves; empty: all"},
             {"service_levels", "service levels it takes; empty: all"}, {"vehicle_types", "vehicles it has; empty: any"},
             {"contact", "whom to call there; null: nobody"},
             {"enabled", "true enables it again"}, {"metadata", "replaces the free object"})

struct PartnerRef {
    Id<Partner> partner_id;
};
LASTMILE_VALUE(PartnerRef, (partner_id))
LASTMILE_DOC(PartnerRef, "Which partner.", {"partner_id", "ours"})

struct ListPartners {
    std::optional<PartnerType> type;
    std::optional<bool> enabled;
    std::optional<Slug> connector;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListPartners, (type, enabled, connector, limit, cursor))
LASTMILE_DEFAULTS(ListPartners, (limit))
LASTMILE_DOC(ListPartners, "Which partners, newest first.", {"type", "only of this type"}, {"enabled", "only enabled or only disabled ones"},
             {"connector", "only reached by this connector", "none"},
             {"limit", "how many on a page"}, {"cursor", "next_cursor of the page before"})

/// Where a partner works.
struct ServedArea {
    Id<Area> area_id;
    std::string name;
    std::string time_zone;
};
LASTMILE_VALUE(ServedArea, (area_id, name, time_zone))
LASTMILE_DOC(ServedArea, "An area that a partner serves.", {"area_id", "which"}, {"name", "what people call it", "Neubrandenburg north"},
             {"time_zone", "its time zone", "Europe/Berlin"})

struct PartnerCapabilities {
    Id<Partner> partner_id;
    PartnerType type = PartnerType::ownfleet;
    std::vector<PartnerCapability> capabilities;
    std::vector<ServiceLevel> service_levels;
    std::vector<VehicleType> vehicle_types;
    std::vector<ServedArea> areas;
    bool everywhere = true;
    bool enabled = true;
};
LASTMILE_VALUE(PartnerCapabilities, (partner_id, type, capabilities, service_levels, vehicle_types, areas, everywhere, enabled))
LASTMILE_DOC(PartnerCapabilities, "What a partner can do, where, with what.", {"partner_id", "which partner"}, {"type", "3pl, crowd or ownfleet"},
             {"capabilities", "services"},
             {"service_levels", "service levels it takes, all named"}, {"vehicle_types", "vehicles it has, all named"}, {"areas", "areas it serves"},
             {"everywhere", "true: not limited to areas"}, {"enabled", "whether it gets anything new"})

}  // namespace lastmile
