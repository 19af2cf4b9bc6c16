#include "engines/road/router.hpp"

#include <cmath>

namespace lastmile::road {

std::vector<geo::Point> Route::geometry() const {
    std::vector<geo::Point> line;
    for (const Leg& leg : legs)
        for (const geo::Point p : leg.geometry)
            if (line.empty() || !(line.back() == p)) line.push_back(p);
    return line;
}

Answer<Match> Router::match(const MatchQuery&) const {
    return std::unexpected(Refusal{Fault::unavailable, "This road engine does not match tracks; ask the embedded one."});
}

Answer<std::vector<Isochrone>> Router::isochrone(const IsochroneQuery&) const {
    return std::unexpected(Refusal{Fault::unavailable, "This road engine draws no isochrones; ask the embedded one."});
}

Answer<Table> Router::table(const TableQuery& query, std::stop_token stop) const {
    Table table;
    table.rows = query.sources.size();
    table.columns = query.targets.size();
    table.duration_s.reserve(table.rows * table.columns);
    table.distance_m.reserve(table.rows * table.columns);
    const RowSink keep = [&](std::size_t, std::span<const float> durations, std::span<const float> distances) {
        table.duration_s.insert(table.duration_s.end(), durations.begin(), durations.end());
        table.distance_m.insert(table.distance_m.end(), distances.begin(), distances.end());
        return true;
    };
    if (auto done = this->table(query, keep, std::move(stop)); !done) return std::unexpected(done.error());
    const auto placed = [&](const std::vector<Place>& places) {
        std::vector<bool> flags;
        for (const Place& place : places) flags.push_back(nearest(query.profile, place.point, 1, query.max_snap_m).has_value());
        return flags;
    };
    table.source_placed = placed(query.sources);
    table.target_placed = placed(query.targets);
    return table;
}

}  // namespace lastmile::road
