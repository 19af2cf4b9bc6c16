#pragma once
// What can a driver do? The table of statuses, and pure decisions about drivers.
#include "features/drivers/driver.hpp"
#include "features/partners/partner.hpp"
#include "platform/base/changed.hpp"
#include "platform/base/state_machine.hpp"

namespace lastmile::drivers {

enum class DriverMove { go_offline, become_available, start_shift, take_break, deactivate };
BOOST_DESCRIBE_ENUM(DriverMove, go_offline, become_available, start_shift, take_break, deactivate)

/// Staying in a status is no move: reporting it again is harmless.
inline constexpr auto driver_machine = state_machine<DriverStatus, DriverMove>({
    {DriverStatus::offline, DriverMove::become_available, DriverStatus::available},
    {DriverStatus::offline, DriverMove::start_shift, DriverStatus::on_shift},
    {DriverStatus::offline, DriverMove::deactivate, DriverStatus::inactive},
    {DriverStatus::available, DriverMove::go_offline, DriverStatus::offline},
    {DriverStatus::available, DriverMove::start_shift, DriverStatus::on_shift},
    {DriverStatus::available, DriverMove::take_break, DriverStatus::break_},
    {DriverStatus::available, DriverMove::deactivate, DriverStatus::inactive},
    {DriverStatus::on_shift, DriverMove::go_offline, DriverStatus::offline},
    {DriverStatus::on_shift, DriverMove::become_available, DriverStatus::available},
    {DriverStatus::on_shift, DriverMove::take_break, DriverStatus::break_},
    {DriverStatus::on_shift, DriverMove::deactivate, DriverStatus::inactive},
    {DriverStatus::break_, DriverMove::go_offline, DriverStatus::offline},
    {DriverStatus::break_, DriverMove::become_available, DriverStatus::available},
    {DriverStatus::break_, DriverMove::start_shift, DriverStatus::on_shift},
    {DriverStatus::break_, DriverMove::deactivate, DriverStatus::inactive},
    {DriverStatus::inactive, DriverMove::go_offline, DriverStatus::offline},  // comes back, by somebody who may
});
static_assert(!driver_machine.leads(DriverStatus::offline, DriverStatus::break_), "who is not at work has no break");
static_assert(driver_machine.legal_now(DriverStatus::inactive).size() == 1, "who is deactivated first comes back, then works");

using NewDocumentId = std::function<Id<DriverDocument>()>;

/// *Emits* `driver.created`. *Refuses* skills named twice.
Result<Changed<Driver>> create(Id<Driver> id, const CreateDriver& request, const NewDocumentId& new_id, const Now& now);
/// *Emits* `driver.updated` where something changes. *Refuses* skills named twice.
Result<Changed<Driver>> change(const Driver& before, const ChangeDriver& request, const Now& now);
/// *Emits* `driver.status_changed`; where only the location changes, `driver.updated`; where nothing does, nothing.
/// *Refuses* `driver_not_legal_now`. `may_return`: the caller may bring back one who was deactivated (the driver may not).
Result<Changed<Driver>> report(const Driver& before, ReportedStatus status, const std::optional<Location>& location, bool may_return, const Now& now);
/// The vehicle is given back. *Emits* `driver.status_changed` and `driver.deleted`; nothing when inactive already.
Result<Changed<Driver>> deactivate(const Driver& before, const Now& now);

// papers: each *emits* `document.created`, `document.updated` or `document.deleted` on the driver

/// *Refuses* more than 50.
Result<Changed<Driver>> add_document(const Driver& before, DriverDocument document, const Now& now);
/// *Refuses* `not_found`.
Result<Changed<Driver>> change_document(const Driver& before, const DriverDocument& document, const Now& now);
Result<Changed<Driver>> remove_document(const Driver& before, Id<DriverDocument> document, const Now& now);

/// From then on it is not valid: midnight (UTC) after its last day.
std::optional<Instant> expiry(const DriverDocument& document);
/// When the first mandatory paper expires.
std::optional<Instant> papers_until(const Driver& driver);

/// Why a driver is not planned for a route at `at`.
struct Obstacle {
    std::string code;  // driver_inactive, partner_disabled, document_missing, document_expired
    std::string detail;
};
/// Empty: plannable. The status of the moment says nothing about tomorrow's route: who is offline can be planned. `partner` is the
/// driver's, where there is one.
std::vector<Obstacle> obstacles(const Driver& driver, Instant at, const Partner* partner = nullptr);
inline bool plannable(const Driver& driver, Instant at, const Partner* partner = nullptr) { return obstacles(driver, at, partner).empty(); }

/// Skills that are wanted and missing.
std::vector<Slug> missing_skills(const Driver& driver, std::span<const Slug> wanted);

}  // namespace lastmile::drivers
