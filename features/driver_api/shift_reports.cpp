// Work begins and ends.
#include "features/driver_api/reports.hpp"
#include "features/drivers/driver_rules.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/drivers/shift_rules.hpp"
#include "features/drivers/shift_store.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile::driver_api {
namespace {

void add_source(const dispatch::Source& source, std::vector<EventDraft>& events) {
    for (auto& event : events) {
        if (source.device_time) event.data["device_time"] = to_rfc3339(*source.device_time), event.data["at"] = to_rfc3339(source.at);
        if (source.location) event.data["location"] = schema::to_json(*source.location);
        if (!source.event_id.empty()) event.data["event_id"] = source.event_id;
    }
}

void report_status(store::Tx& tx, const Driver& driver, ReportedStatus status, const dispatch::Source& source) {
    auto changed = drivers::report(driver, status, source.location, false, tx.now()).value();
    if (changed.events.empty()) return;
    add_source(source, changed.events);
    events::apply(tx, changed);
}

}  // namespace

DriverAnswer check_in(store::Tx& tx, const Reporter& who, const ShiftReport& request) {
    const auto source = source_of(tx, who, request);
    const auto driver = lock_driver(tx, who.driver);
    const auto seen = shift_for(tx, who.driver, source.at);
    if (seen && seen->status == ShiftStatus::planned) {
        auto changed = shifts::check_in(lock_shift(tx, seen->id), source.at, tx.now()).value();
        add_source(source, changed.events);
        events::apply(tx, changed);
    }
    report_status(tx, driver, ReportedStatus::on_shift, source);
    return {};
}

DriverAnswer check_out(store::Tx& tx, const Reporter& who, const ShiftReport& request) {
    const auto source = source_of(tx, who, request);
    std::vector<AssignmentLifecycle> todays;
    for (const auto& row : lock_assignments(tx, open_assignments_of(tx, who.driver))) todays.push_back(row.lifecycle);
    const auto driver = lock_driver(tx, who.driver);
    std::vector<assignments::OnBoard> on_board;
    for (const auto& package : on_board_of(tx, who.driver)) on_board.push_back({package.delivery_id, package.package_id});
    assignments::check_out(todays, on_board).value();
    const auto seen = shift_for(tx, who.driver, source.at);
    if (seen && seen->status == ShiftStatus::started) {
        auto changed = shifts::check_out(lock_shift(tx, seen->id), source.at, tx.now()).value();
        add_source(source, changed.events);
        events::apply(tx, changed);
    }
    report_status(tx, driver, ReportedStatus::offline, source);
    return {};
}

}  // namespace lastmile::driver_api
