#include "features/driver_api/event_store.hpp"

namespace lastmile::driver_api {

std::optional<DriverEvent> find_driver_event(store::Read& read, Id<Driver> driver, std::string_view event_id) {
    const auto rows = read.query(
        "select action, applied, http_status, problem, recorded_at from driver_events where partition = $1 and driver_id = $2 and event_id = $3",
        {driver, event_id});
    if (rows.empty()) return std::nullopt;
    const auto& row = rows[0];
    return DriverEvent{driver, std::string(event_id), row[0].text(), row[1].boolean(), static_cast<int>(row[2].integer()), row[3].text(),
                       {},     row[4].instant()};
}

void save(store::Writer& writer, const DriverEvent& e) {
    // A second one of the same id touches no row: the command starts again and finds the first.
    writer.write(1,
                 "insert into driver_events (partition, driver_id, event_id, action, applied, http_status, problem, device_time, recorded_at) "
                 "values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (partition, driver_id, event_id) do nothing",
                 {e.driver_id, e.event_id, e.action, e.applied, e.http_status, e.problem, e.device_time, e.recorded_at});
}

void remember(store::Tx& tx, const DriverEvent& event) { save(tx.bookkeeping(), event); }

}  // namespace lastmile::driver_api
