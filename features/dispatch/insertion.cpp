#include "features/dispatch/insertion.hpp"

#include <algorithm>
#include <limits>

namespace lastmile::dispatch {
namespace {

bool same_place(const StopPlace& a, const StopPlace& b) { return a.kind == b.kind && a.hub_id == b.hub_id && a.lat == b.lat && a.lon == b.lon; }

/// Metres that a visit of `at` between the stops before and after position `i` adds.
double detour(const AssignmentRow& row, const std::vector<Stop>& open, std::size_t i, geo::Point at) {
    std::optional<geo::Point> before, after;
    if (i > 0)
        before = row.place(open[i - 1].id)->point();
    else if (row.start_place.lat)
        before = geo::Point{*row.start_place.lat, *row.start_place.lon};
    if (i < open.size()) after = row.place(open[i].id)->point();
    double metres = 0;
    if (before) metres += geo::distance_m(*before, at);
    if (after) metres += geo::distance_m(at, *after);
    if (before && after) metres -= geo::distance_m(*before, *after);
    return metres;
}

std::size_t cheapest(const AssignmentRow& row, const std::vector<Stop>& open, std::size_t first, geo::Point at) {
    std::size_t best = first;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = first; i <= open.size(); ++i)
        if (const double metres = detour(row, open, i, at); metres < least) least = metres, best = i;
    return best;
}

Stop& put(AssignmentRow& row, std::vector<Stop>& open, std::size_t at, StopType type, StopPlace place, Id<Stop> id) {
    Stop stop;
    stop.id = place.stop_id = id;
    stop.type = type;
    row.places.push_back(std::move(place));
    return *open.insert(open.begin() + static_cast<std::ptrdiff_t>(at), std::move(stop));
}

void add_items(Stop& stop, const NewVisit& visit) {
    for (const auto& package : visit.packages) stop.items.push_back({visit.delivery_id, package, visit.leg_id, ItemOutcome::open, {}});
}

}  // namespace

void insert_visit(AssignmentRow& row, std::vector<Stop>& open, const NewVisit& visit, const std::function<Id<Stop>()>& new_stop) {
    std::size_t after = 0;
    if (visit.pickup) {
        const auto known = std::ranges::find_if(
            open, [&](const Stop& stop) { return stop.type == StopType::pickup && same_place(*row.place(stop.id), *visit.pickup); });
        if (known != open.end()) {
            add_items(*known, visit);
            after = static_cast<std::size_t>(known - open.begin()) + 1;
        } else {
            const auto at = cheapest(row, open, 0, visit.pickup->point());
            add_items(put(row, open, at, StopType::pickup, *visit.pickup, new_stop()), visit);
            after = at + 1;
        }
    }
    const auto type = visit.dropoff.kind == PlaceKind::hub ? StopType::hub : StopType::dropoff;
    // What is unloaded at one hub is one stop; at doors only the parcels of one delivery are.
    const auto joins = [&](const Stop& stop) {
        return stop.type == type && same_place(*row.place(stop.id), visit.dropoff) &&
               (type == StopType::hub || std::ranges::all_of(stop.items, [&](const StopItem& item) { return item.delivery_id == visit.delivery_id; }));
    };
    for (std::size_t i = after; i < open.size(); ++i)
        if (joins(open[i])) return add_items(open[i], visit);
    add_items(put(row, open, cheapest(row, open, after, visit.dropoff.point()), type, visit.dropoff, new_stop()), visit);
}

}  // namespace lastmile::dispatch
