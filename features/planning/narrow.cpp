// Little that joins much: a new delivery into a running day of thousands of stops is answered by looking at a few routes closely.
#include <algorithm>
#include <limits>
#include <set>

#include "features/drivers/driver_rules.hpp"
#include "features/planning/snapshot.hpp"

namespace lastmile::planning {
namespace {

constexpr std::size_t few_tasks = 20, many_stops = 250, looked_at = 6;

std::size_t open_stops(const Candidate& c) {
    if (!c.route) return 0;
    return static_cast<std::size_t>(std::ranges::count(c.route->lifecycle.stops, StopState::pending, &Stop::state));
}

/// Metres that a visit adds where it adds least.
double detour(const std::vector<geo::Point>& way, geo::Point at) {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < way.size(); ++i) {
        double metres = geo::distance_m(way[i], at);
        if (i + 1 < way.size()) metres += geo::distance_m(at, way[i + 1]) - geo::distance_m(way[i], way[i + 1]);
        least = std::min(least, metres);
    }
    return least;
}

bool may_carry(const Candidate& c, const Task& task) {
    if (!task.row) return true;
    const auto& types = task.row->record.vehicle_types;
    return drivers::missing_skills(c.crew.driver, task.row->record.skills).empty() &&
           (types.empty() || std::ranges::find(types, c.crew.vehicle->type) != types.end());
}

double score(const Candidate& c, const std::vector<geo::Point>& way, const Task& task) {
    double metres = detour(way, task.dropoff.point());
    if (task.pickup) metres += detour(way, task.pickup->point());
    // A long route is likelier to be full, and a new one costs its way out.
    return metres + 20 * static_cast<double>(open_stops(c)) + (c.route ? 0 : 1000);
}

std::vector<geo::Point> way_of(const Candidate& c) {
    std::vector<geo::Point> way;
    if (c.under_way) way.push_back(c.here);
    else if (c.start_place.lat) way.push_back({*c.start_place.lat, *c.start_place.lon});
    if (c.route)
        for (const auto& stop : c.route->lifecycle.stops)
            if (const auto* place = c.route->place(stop.id); place && stop.state == StopState::pending) way.push_back(place->point());
    if (c.end) way.push_back(*c.end);
    return way;
}

void keep(Snapshot& s, const std::set<std::size_t>& kept) {
    std::vector<Candidate> few;
    for (const auto i : kept) few.push_back(std::move(s.candidates[i]));
    s.narrowed = few.size() < s.candidates.size();
    s.candidates = std::move(few);
}

}  // namespace

void narrow_around(Snapshot& s, Id<Assignment> route) {
    const auto own = std::ranges::find_if(s.candidates, [&](const Candidate& c) { return c.route && c.route->id == route; });
    if (own == s.candidates.end()) return;
    std::set<std::size_t> kept{static_cast<std::size_t>(own - s.candidates.begin())};
    std::vector<std::pair<double, std::size_t>> ranked;
    for (std::size_t i = 0; i < s.candidates.size(); ++i) {
        if (kept.contains(i)) continue;
        const auto way = way_of(s.candidates[i]);
        if (way.empty()) continue;
        double least = std::numeric_limits<double>::infinity();
        for (const auto& stop : own->route->lifecycle.stops)
            if (const auto* place = own->route->place(stop.id); place && stop.state == StopState::pending)
                least = std::min(least, detour(way, place->point()));
        ranked.emplace_back(least, i);
    }
    std::ranges::sort(ranked);
    for (std::size_t i = 0; i < std::min(looked_at, ranked.size()); ++i) kept.insert(ranked[i].second);
    keep(s, kept);
}

void narrow_candidates(Snapshot& s) {
    std::size_t stops = 0;
    for (const auto& c : s.candidates) stops += open_stops(c);
    if (s.tasks.empty() || s.tasks.size() > few_tasks || stops < many_stops) return;
    std::vector<std::vector<geo::Point>> ways;
    for (const auto& c : s.candidates) ways.push_back(way_of(c));
    std::set<std::size_t> kept;
    for (const auto& task : s.tasks) {
        std::vector<std::pair<double, std::size_t>> ranked;
        for (std::size_t i = 0; i < s.candidates.size(); ++i) {
            if (may_carry(s.candidates[i], task)) ranked.emplace_back(score(s.candidates[i], ways[i], task), i);
            // What it must ride with keeps its route in sight.
            if (!s.candidates[i].route || !task.row || task.row->record.together_with.empty()) continue;
            const auto riding = assignments::deliveries_of(s.candidates[i].route->lifecycle);
            for (const auto& mate : task.row->record.together_with)
                if (std::ranges::find(riding, mate) != riding.end()) kept.insert(i);
        }
        std::ranges::sort(ranked);
        for (std::size_t i = 0; i < std::min(looked_at, ranked.size()); ++i) kept.insert(ranked[i].second);
    }
    keep(s, kept);
}

}  // namespace lastmile::planning
