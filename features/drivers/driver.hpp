#pragma once
// A driver: a user of the driver app, of the own fleet or of a partner. Live position and work are in other rooms.
#include <variant>

#include "features/drivers/document.hpp"
#include "platform/api/request.hpp"

namespace lastmile {

enum class DriverStatus { offline, available, on_shift, break_, inactive };
LASTMILE_ENUM(DriverStatus, offline, available, on_shift, break_, inactive)
/// What can be reported; `inactive` is what deleting does.
enum class ReportedStatus { offline, available, on_shift, break_ };
LASTMILE_ENUM(ReportedStatus, offline, available, on_shift, break_)

struct Driver {
    Id<Driver> id;
    Id<Driver> driver_id;  // the same, under the API document's name
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<Text<1, 200>> external_id;
    std::optional<Text<1, 200>> external_driver_id;  // the same, under the API document's name
    std::optional<Id<Partner>> partner_id;
    Text<1, 200> name;
    std::optional<Phone> phone;
    std::optional<Id<Vehicle>> vehicle_id;
    List<Slug, 0, 50> skills;
    List<DriverDocument, 0, 50> documents;
    DriverStatus status = DriverStatus::offline;
    Instant status_since;
    std::optional<Location> location;
    std::optional<Id<Hub>> home_hub_id;
    std::optional<Language> language;
    Metadata metadata;
    bool deleted = false;  // never: a driver is only deactivated
};
LASTMILE_RESOURCE(Driver, (id, driver_id, version, created_at, updated_at, external_id, external_driver_id, partner_id, name, phone, vehicle_id,
                           skills, documents, status, status_since,
                           location, home_hub_id, language, metadata))
LASTMILE_VIEW(Driver, owner, (*))
LASTMILE_VIEW(Driver, admin, (*))
LASTMILE_VIEW(Driver, driver, (id, driver_id, version, external_id, external_driver_id, partner_id, name, phone, vehicle_id, skills, documents,
                               status, status_since, location, home_hub_id, language))
LASTMILE_VIEW(Driver, partner, (id, driver_id, version, external_id, external_driver_id, name, phone, vehicle_id, skills, status, status_since))
LASTMILE_VIEW(Driver, event, (id, external_id, partner_id, vehicle_id, skills, status, home_hub_id, language))
LASTMILE_DOC(Driver, "A driver.", {"id", "ours"}, {"driver_id", "the same id"}, {"version", "rises with every change; the ETag"},
             {"created_at", "when it was created"}, {"updated_at", "when it was last changed"},
             {"external_id", "the caller's id of the driver, unique", "emp-17"}, {"external_driver_id", "the same as external_id"},
             {"partner_id", "whose driver; absent: the own fleet's"},
             {"name", "full name", "Ada Fahrer"}, {"phone", "telephone"}, {"vehicle_id", "the vehicle that the driver uses"},
             {"skills", "what the driver can do", "[\"fragile\",\"cold\"]"},
             {"documents", "papers, with their expiry"}, {"status", "offline, available, on_shift, break or inactive"},
             {"status_since", "when the status was last changed"},
             {"location", "where the driver was last known to be"}, {"home_hub_id", "the hub that routes start from and end at"},
             {"language", "language of the app", "de"},
             {"metadata", "free object, up to 16 KiB"})

struct CreateDriver {
    std::optional<Id<Partner>> partner_id;
    std::optional<Text<1, 200>> external_driver_id;
    std::optional<Text<1, 200>> external_id;
    Text<1, 200> name;
    std::optional<Phone> phone;
    std::optional<Id<Vehicle>> vehicle_id;
    List<Slug, 0, 50> skills;
    List<std::variant<Text<1, 200>, DocumentRequest>, 0, 50> documents;
    std::optional<ReportedStatus> status;
    std::optional<Location> location;
    std::optional<Id<Hub>> home_hub_id;
    std::optional<Language> language;
    Metadata metadata;
};
LASTMILE_VALUE(CreateDriver, (partner_id, external_driver_id, external_id, name, phone, vehicle_id, skills, documents, status, location, home_hub_id,
                              language, metadata))
LASTMILE_DEFAULTS(CreateDriver, (skills, documents, metadata))
LASTMILE_DOC(CreateDriver, "A new driver.", {"partner_id", "whose driver; absent: the own fleet's"},
             {"external_driver_id", "your id of the driver, unique; kept as external_id", "emp-17"},
             {"external_id", "the same as external_driver_id: give one of them"}, {"name", "full name", "Ada Fahrer"}, {"phone", "telephone"},
             {"vehicle_id", "the vehicle that the driver uses"},
             {"skills", "what the driver can do", "[\"fragile\",\"cold\"]"},
             {"documents", "papers: your ids of them, or objects with kind and expiry"}, {"status", "offline when absent"},
             {"location", "where the driver is"}, {"home_hub_id", "the hub that routes start from and end at"},
             {"language", "language of the app", "de"}, {"metadata", "free object, up to 16 KiB"})
inline void schema_check(const CreateDriver& d, const schema::Check& check) {
    if (d.external_driver_id && d.external_id && *d.external_driver_id != *d.external_id)
        check.add("external_id", "ambiguous", "external_driver_id and external_id are the same thing: give one");
}

struct ChangeDriver {
    Id<Driver> driver_id;
    Patch<Text<1, 200>> external_id;
    Patch<Id<Partner>> partner_id;
    std::optional<Text<1, 200>> name;
    Patch<Phone> phone;
    Patch<Id<Vehicle>> vehicle_id;
    std::optional<List<Slug, 0, 50>> skills;
    Patch<Id<Hub>> home_hub_id;
    Patch<Language> language;
    std::optional<Metadata> metadata;
};
LASTMILE_VALUE(ChangeDriver, (driver_id, external_id, partner_id, name, phone, vehicle_id, skills, home_hub_id, language, metadata))
LASTMILE_DOC(ChangeDriver, "What to change of a driver; what is left out stays, null clears. The status has its own endpoint, papers have theirs.",
             {"driver_id", "which driver"},
             {"external_id", "your id of the driver, unique", "emp-17"}, {"partner_id", "whose driver; null: the own fleet's"}, {"name", "full name"},
             {"phone", "telephone"},
             {"vehicle_id", "the vehicle that the driver uses"}, {"skills", "replaces what the driver can do", "[\"fragile\"]"},
             {"home_hub_id", "the hub that routes start from and end at"},
             {"language", "language of the app"}, {"metadata", "replaces the free object"})

struct ReportStatus {
    Id<Driver> driver_id;
    ReportedStatus status;
    std::optional<Location> location;
};
LASTMILE_VALUE(ReportStatus, (driver_id, status, location))
LASTMILE_DOC(ReportStatus, "A driver's status.", {"driver_id", "which driver"}, {"status", "available, offline, on_shift or break"},
             {"location", "where the driver is"})

struct DriverRef {
    Id<Driver> driver_id;
};
LASTMILE_VALUE(DriverRef, (driver_id))
LASTMILE_DOC(DriverRef, "Which driver.", {"driver_id", "ours"})

struct ListDrivers {
    std::optional<Id<Partner>> partner_id;
    std::optional<DriverStatus> status;
    std::optional<Text<1, 200>> external_id;
    std::optional<Slug> skill;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListDrivers, (partner_id, status, external_id, skill, limit, cursor))
LASTMILE_DEFAULTS(ListDrivers, (limit))
LASTMILE_DOC(ListDrivers, "Which drivers, newest first.", {"partner_id", "only of this partner"}, {"status", "only in this status"},
             {"external_id", "only the one with this id of yours", "emp-17"},
             {"skill", "only those who can do this", "fragile"}, {"limit", "how many on a page"}, {"cursor", "next_cursor of the page before"})

}  // namespace lastmile
