#pragma once
// The port of road engines: what a planner asks, whoever answers (the embedded graph, OSRM, Valhalla, great circles).
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engines/geo/box.hpp"
#include "engines/geo/polygon.hpp"
#include "engines/road/isochrone.hpp"
#include "engines/road/learned_speeds.hpp"
#include "engines/road/match.hpp"

namespace lastmile::road {

/// Why a question has no answer.
enum class Fault {
    unknown_profile,  ///< the map has no such profile
    nothing_near,     ///< no road of the profile within `max_snap_m`
    no_route,         ///< the places are not connected (under the present closures)
    bad_question,     ///< fewer than two places, a place that is none, …
    cancelled,
    unavailable,  ///< a remote engine did not answer
};

/// A refusal with one sentence for people. `place` is the index of the place that it is about, where it is about one.
struct Refusal {
    Fault fault;
    std::string sentence;
    std::optional<std::size_t> place{};
};

template <class T>
using Answer = std::expected<T, Refusal>;

/// How a vehicle comes to a place. `curb`: with the place on the driver's own side of the road (where the road is one-way: either side).
enum class Approach : std::uint8_t { any, curb };

struct Place {
    geo::Point point;
    Approach approach = Approach::any;
};

enum class Side : std::uint8_t { on, left, right };

/// A place on a road. `road` numbers the pieces of road of one map (stable until the next import) and can be closed by it; `fraction`
/// runs along the piece's
/// own direction, and `side` is where the asked point lies, seen in that direction.
struct Snap {
    geo::Point point;
    double distance_m = 0;
    std::uint32_t road = 0;
    double fraction = 0;
    Side side = Side::on;
    std::string name;
    std::int64_t osm_way = 0;
};

/// What a driver does at the start of a step, in the words that OSRM's API made usual.
enum class Maneuver : std::uint8_t { depart, turn, continue_, roundabout, u_turn, ferry, arrive };

/// A stretch under one name. `turn_deg` is how far one turns at its beginning: −180…180, right is positive.
struct Step {
    Maneuver maneuver = Maneuver::continue_;
    std::string name;  ///< street name, else the reference ("B 96"), else empty
    double distance_m = 0;
    double duration_s = 0;
    double turn_deg = 0;
    std::size_t geometry_index = 0;  ///< where it begins in the leg's geometry
};

/// How much of a leg's time is driven in a cell of learned speeds, under the conditions that the route was asked for.
struct Pace {
    SpeedCell cell;  ///< its hour is not set
    double seconds;
};

struct Leg {
    double distance_m = 0;
    double duration_s = 0;
    std::vector<geo::Point> geometry;
    std::vector<Step> steps;  ///< empty where not asked for
    std::vector<Pace> paces{};  ///< empty where not asked for
};

struct Route {
    double distance_m = 0;
    double duration_s = 0;
    std::vector<Leg> legs;    ///< one less than the places
    std::vector<Snap> snaps;  ///< one a place
    /// True where the only way leads through roads that are open to visitors alone (access=private, destination) and is not just the last
    /// metres.
    bool through_restricted = false;

    std::string answered_by{};  ///< the engine, where it was not the embedded one, and why (see connectors/roads)
    /// Other ways that really differ, fastest first (only where the query asks for them, and only of a route of one leg).
    std::vector<Route> alternatives{};

    /// All legs as one line, without the doubled points where legs meet.
    std::vector<geo::Point> geometry() const;
};

struct RouteQuery {
    std::string profile;
    std::vector<Place> places;  ///< at least two, in order
    bool steps = false;
    double max_snap_m = 2'000;
    std::vector<geo::Polygon> avoid{};  ///< no road that touches one of these is used (answers in milliseconds, not microseconds)
    std::size_t alternatives = 0;         ///< how many other routes are wanted at most, 0…5; needs exactly two places
    bool paces = false;             ///< whether legs say in which cells of learned speeds their time is driven
};

struct TableQuery {
    std::string profile;
    std::vector<Place> sources;
    std::vector<Place> targets;
    double max_snap_m = 2'000;
};

/// Row-major by source. Seconds and metres of the fastest way; ∞ where there is none, or where a place has no road near.
struct Table {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<float> duration_s;
    std::vector<float> distance_m;
    std::vector<bool> source_placed;  ///< false: no road within `max_snap_m`
    std::vector<bool> target_placed;

    float duration(std::size_t row, std::size_t column) const { return duration_s[row * columns + column]; }
    float distance(std::size_t row, std::size_t column) const { return distance_m[row * columns + column]; }
};

/// Gets the rows of a table in ascending order; the spans live until it returns. `false` ends the table (Fault::cancelled).
using RowSink = std::function<bool(std::size_t row, std::span<const float> duration_s, std::span<const float> distance_m)>;

/// Every call is safe from any number of threads at a time.
struct Router {
    virtual ~Router() = default;

    virtual std::vector<std::string> profiles() const = 0;

    /// Up to `count` different roads near a place, nearest first, on which `profile` can arrive and depart. *Refuses* nothing_near,
    /// unknown_profile.
    virtual Answer<std::vector<Snap>> nearest(std::string_view profile, geo::Point point, std::size_t count = 1,
                                              double max_snap_m = 2'000) const = 0;

    /// The fastest route. *Refuses* every Fault but cancelled.
    virtual Answer<Route> route(const RouteQuery& query) const = 0;

    /// Streams the table row by row in constant memory. *Refuses* unknown_profile, cancelled (also within a table: rows given stay good).
    virtual Answer<void> table(const TableQuery& query, const RowSink& sink, std::stop_token stop = {}) const = 0;

    /// The way that a track of pings was driven. *Refuses* unknown_profile, bad_question; unavailable where the engine has no such thing.
    virtual Answer<Match> match(const MatchQuery& query) const;

    /// What is reached from a place within some times, in the order of the query. *Refuses* unknown_profile, nothing_near, bad_question;
    /// unavailable where the engine has no such thing.
    virtual Answer<std::vector<Isochrone>> isochrone(const IsochroneQuery& query) const;

    /// The whole table at once.
    Answer<Table> table(const TableQuery& query, std::stop_token stop = {}) const;
};

}  // namespace lastmile::road
