#include "features/drivers/driver_rules.hpp"

#include <algorithm>
#include <set>

#include "features/administered/changes.hpp"
#include "features/administered/requests.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile::drivers {
namespace {

constexpr DriverMove move_to(ReportedStatus status) {
    switch (status) {
        case ReportedStatus::offline: return DriverMove::go_offline;
        case ReportedStatus::available: return DriverMove::become_available;
        case ReportedStatus::on_shift: return DriverMove::start_shift;
        case ReportedStatus::break_: return DriverMove::take_break;
    }
    return DriverMove::go_offline;
}
constexpr DriverStatus status_of(ReportedStatus status) { return static_cast<DriverStatus>(status); }
static_assert(status_of(ReportedStatus::offline) == DriverStatus::offline && status_of(ReportedStatus::available) == DriverStatus::available &&
              status_of(ReportedStatus::on_shift) == DriverStatus::on_shift && status_of(ReportedStatus::break_) == DriverStatus::break_);

Result<void> distinct(const std::vector<Slug>& skills) {
    administered::Referred wrong;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < skills.size(); ++i)
        if (!seen.insert(skills[i]).second) wrong.add("#/skills/" + std::to_string(i), "duplicate", "is named twice");
    return wrong.check();
}

boost::json::object of_document(const Driver& driver, const DriverDocument& document) {
    auto data = schema::to_object(document, schema::View::event);
    data["driver_id"] = driver.id.text();
    return data;
}

Changed<Driver> with_document(Driver after, std::string type, const DriverDocument& document, const Now& now) {
    ++after.version;
    after.updated_at = now.business;
    auto data = of_document(after, document);
    return {std::move(after), {{std::move(type), std::move(data)}}};
}

Error no_document() { return {&reasons::not_found, "The driver has no such document.", {}, {}}; }

}  // namespace

Result<Changed<Driver>> create(Id<Driver> id, const CreateDriver& request, const NewDocumentId& new_id, const Now& now) {
    if (auto ok = distinct(request.skills); !ok) return std::unexpected(std::move(ok.error()));
    Driver driver;
    driver.id = driver.driver_id = id;
    driver.external_id = driver.external_driver_id = request.external_driver_id ? request.external_driver_id : request.external_id;
    driver.partner_id = request.partner_id;
    driver.name = request.name;
    driver.phone = request.phone;
    driver.vehicle_id = request.vehicle_id;
    driver.skills = request.skills;
    for (const auto& given : request.documents) {
        DriverDocument document;
        document.id = new_id();
        document.created_at = now.business;
        if (const auto* reference = std::get_if<Text<1, 200>>(&given)) {
            document.external_id = *reference;
        } else {
            const auto& paper = std::get<DocumentRequest>(given);
            document.kind = paper.kind, document.external_id = paper.external_id, document.expires_on = paper.expires_on,
                document.mandatory = paper.mandatory;
        }
        driver.documents.push_back(std::move(document));
    }
    driver.status = status_of(request.status.value_or(ReportedStatus::offline));
    driver.status_since = now.business;
    driver.location = request.location;
    driver.home_hub_id = request.home_hub_id;
    driver.language = request.language;
    driver.metadata = request.metadata;
    return administered::created(std::move(driver), "driver", now);
}

Result<Changed<Driver>> change(const Driver& before, const ChangeDriver& request, const Now& now) {
    auto after = before;
    request.external_id.onto(after.external_id);
    request.external_id.onto(after.external_driver_id);
    request.partner_id.onto(after.partner_id);
    if (request.name) after.name = *request.name;
    request.phone.onto(after.phone);
    request.vehicle_id.onto(after.vehicle_id);
    if (request.skills) after.skills = *request.skills;
    request.home_hub_id.onto(after.home_hub_id);
    request.language.onto(after.language);
    if (request.metadata) after.metadata = *request.metadata;
    if (auto ok = distinct(after.skills); !ok) return std::unexpected(std::move(ok.error()));
    return administered::updated(before, std::move(after), "driver", now);
}

Result<Changed<Driver>> report(const Driver& before, ReportedStatus status, const std::optional<Location>& location, bool may_return,
    const Now& now) {
    auto after = before;
    if (location) after.location = location;
    if (status_of(status) == before.status) return administered::updated(before, std::move(after), "driver", now);
    if (before.status == DriverStatus::inactive && !may_return)
        return refuse(reasons::forbidden, "A deactivated driver is brought back by dispatch.");
    auto next = step(reasons::driver_not_legal, driver_machine, before.status, move_to(status));
    if (!next) return std::unexpected(std::move(next.error()));
    after.status = *next;
    after.status_since = now.business;
    auto changed = administered::changed_to(before, std::move(after), "driver.status_changed", now);
    changed.events.front().data["previous_status"] = schema::wire_name(before.status);
    return changed;
}

Result<Changed<Driver>> deactivate(const Driver& before, const Now& now) {
    if (before.status == DriverStatus::inactive) return Changed<Driver>{before, {}};
    auto next = step(reasons::driver_not_legal, driver_machine, before.status, DriverMove::deactivate);
    if (!next) return std::unexpected(std::move(next.error()));
    auto after = before;
    after.status = *next;
    after.status_since = now.business;
    after.vehicle_id.reset();
    auto changed = administered::changed_to(before, std::move(after), "driver.status_changed", now);
    changed.events.front().data["previous_status"] = schema::wire_name(before.status);
    changed.events.push_back({"driver.deleted", schema::to_object(changed.after, schema::View::event)});
    return changed;
}

Result<Changed<Driver>> add_document(const Driver& before, DriverDocument document, const Now& now) {
    if (before.documents.size() >= 50) return refuse(reasons::invalid, "A driver has at most 50 documents; delete one first.");
    auto after = before;
    after.documents.push_back(document);
    return with_document(std::move(after), "document.created", document, now);
}

Result<Changed<Driver>> change_document(const Driver& before, const DriverDocument& document, const Now& now) {
    auto after = before;
    const auto at = std::ranges::find(after.documents, document.id, &DriverDocument::id);
    if (at == after.documents.end()) return std::unexpected(no_document());
    if (schema::to_stored(*at) == schema::to_stored(document)) return Changed<Driver>{before, {}};
    *at = document;
    return with_document(std::move(after), "document.updated", document, now);
}

Result<Changed<Driver>> remove_document(const Driver& before, Id<DriverDocument> id, const Now& now) {
    auto after = before;
    const auto at = std::ranges::find(after.documents, id, &DriverDocument::id);
    if (at == after.documents.end()) return std::unexpected(no_document());
    const auto document = *at;
    after.documents.erase(at);
    return with_document(std::move(after), "document.deleted", document, now);
}

std::optional<Instant> expiry(const DriverDocument& document) {
    if (!document.expires_on) return std::nullopt;
    return Instant{std::chrono::sys_days{*document.expires_on} + std::chrono::days{1}};
}

std::optional<Instant> papers_until(const Driver& driver) {
    std::optional<Instant> until;
    for (const auto& document : driver.documents)
        if (const auto end = document.mandatory ? expiry(document) : std::nullopt; end && (!until || *end < *until)) until = end;
    return until;
}

std::vector<Obstacle> obstacles(const Driver& driver, Instant at, const Partner* partner) {
    std::vector<Obstacle> found;
    if (partner && !partner->enabled) found.push_back({"partner_disabled", "the driver's partner is disabled"});
    if (driver.status == DriverStatus::inactive) found.push_back({"driver_inactive", "the driver is deactivated"});
    for (const auto& document : driver.documents) {
        if (!document.mandatory) continue;
        const std::string kind{schema::wire_name(document.kind)};
        if (document.state == DocumentState::awaiting_upload) found.push_back({"document_missing",
            "the mandatory document " + kind + " has not been uploaded"});
        if (const auto end = expiry(document); end && *end <= at)
            found.push_back({"document_expired", "the mandatory document " + kind + " expires on " + to_rfc3339(*end - std::chrono::days{1}).substr(0,
                10)});
    }
    return found;
}

std::vector<Slug> missing_skills(const Driver& driver, std::span<const Slug> wanted) {
    std::vector<Slug> missing;
    for (const auto& skill : wanted)
        if (std::ranges::find(driver.skills, skill) == driver.skills.end()) missing.push_back(skill);
    return missing;
}

}  // namespace lastmile::drivers
