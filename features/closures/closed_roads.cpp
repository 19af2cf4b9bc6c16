#include "features/closures/closed_roads.hpp"

#include <algorithm>
#include <set>

#include "features/areas/area_clock.hpp"
#include "features/areas/time_zone.hpp"
#include "features/closures/closure_store.hpp"

namespace lastmile {

OwnRoads ClosedRoads::roads(store::Read& read, Instant now) {
    const auto partition = read.partition().number;
    const auto party = std::to_string(partition);
    auto ids = closure_ids(read);
    OwnRoads own{nullptr, speeds ? speeds(read) : KnownSpeeds{}, !ids.empty()};
    {
        // Held over the change, so that an older state of the store cannot come after a newer one unnoticed: the next question looks again.
        const std::scoped_lock lock(lock_);
        auto& known = known_[partition];
        if (known.closures != ids || known.speeds != own.known.speeds) {
            road::Conditions conditions;
            conditions.learned = own.known.speeds;
            for (const auto id : ids)
                if (const auto closure = find_closure(read, id)) conditions.closures.push_back(closures::on_roads(*closure));
            // A profile may be gone with another map: its closure then closes nothing.
            const auto profiles = pool_.usual()->profiles();
            for (auto& closure : conditions.closures) {
                if (closure.profiles.empty()) continue;
                std::erase_if(closure.profiles, [&](const std::string& name) { return std::ranges::find(profiles, name) == profiles.end(); });
                if (closure.profiles.empty()) closure.areas.clear(), closure.osm_ways.clear();
            }
            if (pool_.set(party, std::move(conditions))) known = {std::move(ids), own.known.speeds};
        }
    }
    road::Moment moment{std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count()};
    if (own.known.hour_of_week && own.known.speeds) {
        moment.hour_of_week = own.known.hour_of_week(now);
    } else if (!pool_.usual()->network()->hour_sets().empty()) {
        // Rules by hour of the map itself hold where it is known what hour it is.
        if (const auto zone = time_zone_of(read)) {
            const auto wall = wall_clock(*zone, now);
            moment.hour_of_week = wall.weekday() * 24 + wall.time.minutes / 60;
        }
    }
    own.router = pool_.at(party, moment);
    return own;
}

closures::OnMap ClosedRoads::on_map() const {
    const auto network = pool_.usual()->network();
    return {[network](std::string_view profile) { return network->profile(profile) != nullptr; },
            [network](std::int64_t way) { return std::ranges::find(network->ways(), way) != network->ways().end(); },
            [network](const road::Closure& closure) {
                std::set<std::uint32_t> roads;
                for (const auto& area : closure.areas)
                    for (const auto edge : network->edges_in(geo::box_of(area)))
                        if (geo::touches(area, network->line(edge))) roads.insert(edge);
                const std::set<std::int64_t> ways(closure.osm_ways.begin(), closure.osm_ways.end());
                for (std::uint32_t edge = 0; !ways.empty() && edge < network->ways().size(); ++edge)
                    if (ways.contains(network->ways()[edge])) roads.insert(edge);
                return roads.size();
            }};
}

}  // namespace lastmile
