#include "features/assignments/assignment_store.hpp"

#include <algorithm>

namespace lastmile {
namespace {

const store::Table<AssignmentRow> assignments_table("assignments");

std::optional<AssignmentRow> loaded(std::optional<AssignmentRow> row) {
    if (row) row->saved_revision = row->lifecycle.route_revision;
    return row;
}

void save_stops(store::Writer& writer, const AssignmentRow& row) {
    writer.write_any("delete from stop_items where partition = $1 and assignment_id = $2", {row.id});
    writer.write_any("delete from stops where partition = $1 and assignment_id = $2", {row.id});
    for (const auto& stop : row.lifecycle.stops) {
        writer.write(1, "insert into stops (partition, id, assignment_id) values ($1, $2, $3)", {stop.id, row.id});
        for (const auto& item : stop.items)
            writer.write(
                1, "insert into stop_items (partition, stop_id, package_id, delivery_id, leg_id, assignment_id) values ($1, $2, $3, $4, $5, $6)",
                {stop.id, item.package_id, item.delivery_id, item.leg_id, row.id});
    }
}

/// What happens at a stop is told once for each delivery there, with its own items: every delivery's timeline, stream and webhooks have it.
std::vector<EventDraft> for_each_delivery(const std::vector<EventDraft>& events) {
    std::vector<EventDraft> told;
    for (const auto& event : events) {
        const auto* ids = event.data.if_contains("delivery_ids");
        if (!event.type.starts_with("stop.") || !ids || ids->as_array().size() < 2) {
            told.push_back(event);
            continue;
        }
        for (const auto& id : ids->as_array()) {
            auto& mine = told.emplace_back(event);
            mine.data["delivery_id"] = id;
            auto* items = mine.data.if_contains("items");
            if (!items) continue;
            auto& list = items->as_array();
            for (auto at = list.begin(); at != list.end();) at = at->as_object().at("delivery_id") == id ? std::next(at) : list.erase(at);
        }
    }
    return told;
}

}  // namespace

const StopPlace* AssignmentRow::place(Id<Stop> stop) const {
    const auto found = std::ranges::find(places, stop, &StopPlace::stop_id);
    return found == places.end() ? nullptr : &*found;
}
const Parcel* AssignmentRow::parcel(Id<Package> package) const {
    const auto found = std::ranges::find(parcels, package, &Parcel::package_id);
    return found == parcels.end() ? nullptr : &*found;
}

std::optional<AssignmentRow> find_assignment(store::Read& read, Id<Assignment> id) {
    return loaded(assignments_table.one(read, "partition = $1 and id = $2", {id}));
}
std::optional<AssignmentRow> lock_assignment(store::Tx& tx, Id<Assignment> id) {
    return loaded(assignments_table.lock_one(tx, "partition = $1 and id = $2", {id}));
}

std::vector<AssignmentRow> lock_assignments(store::Tx& tx, std::vector<Id<Assignment>> ids) {
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    std::vector<AssignmentRow> found;
    for (const auto& id : ids)
        if (auto row = lock_assignment(tx, id)) found.push_back(std::move(*row));
    return found;
}

std::optional<Id<Assignment>> assignment_of_stop(store::Read& read, Id<Stop> stop) {
    const auto rows = read.query("select assignment_id from stops where partition = $1 and id = $2", {stop});
    if (rows.empty()) return std::nullopt;
    return rows[0][0].id<Assignment>();
}

std::vector<AssignmentRow> assignments_of_driver(store::Read& read, Id<Driver> driver, bool over) {
    auto found =
        over ? assignments_table.all(read, "partition = $1 and driver_id = $2 order by created_at desc, id desc limit 200", {driver})
             : assignments_table.all(read,
                                     "partition = $1 and driver_id = $2 and status in ('planned', 'offered', 'accepted', 'in_progress', 'paused') "
                                     "order by created_at desc, id desc limit 200",
                                     {driver});
    for (auto& row : found) row.saved_revision = row.lifecycle.route_revision;
    return found;
}

std::vector<Id<Assignment>> open_assignments_of(store::Read& read, Id<Driver> driver) {
    std::vector<Id<Assignment>> ids;
    for (const auto& row : read.query("select id from assignments where partition = $1 and driver_id = $2 and status in ('planned', 'offered', "
                                      "'accepted', 'in_progress', 'paused') "
                                      "order by created_at, id",
                                      {driver}))
        ids.push_back(row[0].id<Assignment>());
    return ids;
}

std::vector<Reference> assignments_referring_to(store::Read& read, Id<Driver> driver) {
    std::vector<Reference> found;
    for (const auto& id : open_assignments_of(read, driver)) found.push_back({"assignment", id.text()});
    return found;
}

std::vector<OnBoardPackage> on_board_of(store::Read& read, Id<Driver> driver) {
    std::vector<OnBoardPackage> found;
    for (const auto& row :
         read.query("select delivery_id, id from delivery_packages where partition = $1 and custody = $2 order by delivery_id, id limit 500",
                    {"driver:" + driver.text()}))
        found.push_back({row[0].id<Delivery>(), row[1].id<Package>()});
    return found;
}

void save(store::Writer& writer, const AssignmentRow& row) {
    if (row.version == 1)
        assignments_table.insert(writer, row);
    else
        assignments_table.update(writer, row, row.version - 1);
    if (row.saved_revision != row.lifecycle.route_revision) save_stops(writer, row);
}

events::Refs event_refs(const AssignmentRow& row) {
    events::Refs refs{.aggregate = "assignment", .aggregate_id = row.id.text(), .version = row.version, .assignment_id = row.id.text()};
    if (row.driver_id) refs.driver_id = row.driver_id->text();
    return refs;
}

void save_route(store::Writer& writer, const AssignmentRow& row) {
    writer.write(1, "update assignments set route = $3 where partition = $1 and id = $2", {row.id, schema::to_stored(row.route)});
}

void apply_change(store::Tx& tx, AssignmentRow& row, const assignments::AssignmentChange& change) {
    if (change.events.empty()) return;
    row.lifecycle = change.after;
    row.status = row.lifecycle.state;
    row.version = row.lifecycle.version = row.version + 1;
    row.updated_at = tx.now().business;
    std::erase_if(row.places, [&](const StopPlace& place) { return !row.lifecycle.stop(place.stop_id); });
    events::apply(tx, Changed<AssignmentRow>{row, for_each_delivery(change.events)}, event_refs(row));
    row.saved_revision = row.lifecycle.route_revision;
}

}  // namespace lastmile
