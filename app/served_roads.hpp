#pragma once
// Who answers for roads on this server: the map's own engine, or the one that the settings name with what stands behind it.
#include <atomic>
#include <list>
#include <memory>
#include <mutex>

#include "app/config.hpp"
#include "app/probes.hpp"
#include "app/road_pricer.hpp"
#include "engines/geocode/geocoder.hpp"
#include "features/closures/closed_roads.hpp"

namespace lastmile::app {

/// Another engine's routes, asked outside of commands and kept for a while: a command that misses one is taken back until it is there.
class AskedRoutes {
public:
    explicit AskedRoutes(std::shared_ptr<const road::Router> engine) : engine_(std::move(engine)) {}
    /// What is known of a route: a refusal is known as well.
    std::shared_ptr<const road::Answer<road::Route>> known(const road::RouteQuery& query) const;
    /// Asks the engine, unless somebody has meanwhile. What it could not answer itself is kept for seconds only.
    std::shared_ptr<const road::Answer<road::Route>> ask(const road::RouteQuery& query) const;

private:
    using Clock = std::chrono::steady_clock;
    struct Kept {
        std::string key;
        std::shared_ptr<const road::Answer<road::Route>> answer;
        Clock::time_point good_until;
    };
    std::shared_ptr<const road::Router> engine_;
    mutable std::mutex lock_;
    mutable std::list<Kept> kept_;  // the latest asked for first
};

class ServedRoads {
public:
    /// `road.engine`, `road.url`, `road.profiles`, `road.timeout_ms`. `map`: null where none is loaded. Throws with one sentence.
    ServedRoads(const Config& config, std::shared_ptr<road::EmbeddedRouter> map);

    /// Whether anybody answers for roads.
    bool any() const { return map_ || remote_; }
    /// That somebody answers for.
    std::vector<std::string> profiles() const;
    /// For a partition: its closures and learned speeds are the map's business, so that one with closures is served by the map alone.
    std::shared_ptr<const RoutePricer> pricer(const OwnRoads& own, bool in_command, Instant now) const;
    std::shared_ptr<const planning::TravelTable> table(const OwnRoads& own) const;
    Finding look() const;

private:
    bool asks_remote(const OwnRoads& own) const { return remote_ && !own.closures; }

    std::string engine_, url_;
    std::shared_ptr<road::EmbeddedRouter> map_;
    std::shared_ptr<const road::Router> remote_;  // with what stands behind it
    std::function<bool()> open_;
    std::function<std::uint64_t()> fell_back_;
    std::vector<std::string> remote_profiles_;
    std::shared_ptr<const AskedRoutes> asked_;
};

/// The geocoder that the settings name, with the map's (null: none) behind it, and how it does.
struct ServedGeocoder {
    std::shared_ptr<const geocode::Geocoder> geocoder;  // null: there is none
    std::function<Finding()> look;
};
/// `geocode.engine`, `geocode.url`. Throws with one sentence.
ServedGeocoder choose_geocoder(const Config& config, std::shared_ptr<const geocode::Geocoder> of_map);

}  // namespace lastmile::app
