#pragma once
// A route on the map and on the clock: where its stops are, how long the ways between them take, when it will be where.
#include <functional>
#include <span>

#include "engines/geo/point.hpp"
#include "features/assignments/assignment.hpp"
#include "features/deliveries/lifecycle.hpp"
#include "features/shapes/shapes.hpp"

namespace lastmile {

/// Where a stop is, how long it takes and when it may be served.
struct StopPlace {
    Id<Stop> stop_id;
    PlaceKind kind = PlaceKind::recipient;
    std::optional<Id<Hub>> hub_id;
    double lat = 0;
    double lon = 0;
    std::int64_t service_s = 0;
    std::optional<Instant> from;
    std::optional<Instant> to;
    geo::Point point() const { return {lat, lon}; }
};
LASTMILE_VALUE(StopPlace, (stop_id, kind, hub_id, lat, lon, service_s, from, to))

/// Where the route begins.
struct StartPlace {
    std::optional<Id<Hub>> hub_id;
    std::optional<double> lat;
    std::optional<double> lon;
};
LASTMILE_VALUE(StartPlace, (hub_id, lat, lon))

/// What a package weighs, so that loads can be told without its delivery.
struct Parcel {
    Id<Package> package_id;
    std::int64_t weight = 0;  // grams
    std::int64_t volume = 0;  // cubic centimetres
};
LASTMILE_VALUE(Parcel, (package_id, weight, volume))

/// On board after a stop.
struct Load {
    std::int64_t weight = 0;
    std::int64_t volume = 0;
    std::int64_t parcels = 0;
};
LASTMILE_VALUE(Load, (weight, volume, parcels))
LASTMILE_DOC(Load, "What is on board.", {"weight", "grams"}, {"volume", "cubic centimetres"}, {"parcels", "how many"})

/// The prediction of an arrival that was kept last, to be held against what comes.
struct KeptPrediction {
    Instant eta;
    int horizon = 0;  // which bucket of how far ahead it was
    int count = 0;    // kept so far
    Instant told;     // the arrival that the log was told last
};
LASTMILE_VALUE(KeptPrediction, (eta, horizon, count, told))

/// `leg_s`, `leg_m`: the way there from the stop before (or from the start).
struct StopTime {
    Id<Stop> stop_id;
    double leg_s = 0;
    double leg_m = 0;
    Instant arrival;
    Instant departure;
    Load load;
    double spread_s = 0;    // half the window of the last prediction; 0: none was made
    double confidence = 0;  // how likely the arrival lies in it
    std::optional<KeptPrediction> kept;
};
LASTMILE_VALUE(StopTime, (stop_id, leg_s, leg_m, arrival, departure, load, spread_s, confidence, kept))

/// What is known of the way to the next stop: what was left of it at a moment, by the last ping or since the last stop was left.
struct OnTheWay {
    Id<Stop> stop_id;
    Instant at;
    double left_s = 0;
    double left_m = 0;
    bool seen = false;  // by a ping
};
LASTMILE_VALUE(OnTheWay, (stop_id, at, left_s, left_m, seen))

/// Whether the vehicle stands within the fence round the stop it drives to or serves.
struct Fence {
    Id<Stop> stop_id;
    bool inside = false;
    Instant since;
    bool told = false;
};
LASTMILE_VALUE(Fence, (stop_id, inside, since, told))

/// Recomputed with what is known now; never raises the assignment's version.
struct PricedRoute {
    std::int64_t revision = 0;  // rises with each computation
    std::vector<StopTime> times;
    std::string geometry;
    std::string eta_source;  // `roads`, the name of another road engine, or `straight_line`
    double distance_m = 0;
    double time_s = 0;
    std::optional<Money> cost;
    std::int64_t co2_g = 0;
    std::optional<OnTheWay> on_the_way;
    std::optional<Fence> fence;
    const StopTime* at(Id<Stop> stop) const;
};
LASTMILE_VALUE(PricedRoute, (revision, times, geometry, eta_source, distance_m, time_s, cost, co2_g, on_the_way, fence))

inline constexpr int geometry_precision = 5;

/// How a vehicle gets from place to place. Implemented over the road map by the app; called inside commands, so it does no I/O.
class RoutePricer {
public:
    virtual ~RoutePricer() = default;
    struct Leg {
        double seconds = 0;
        double metres = 0;
        std::vector<geo::Point> geometry;
        /// The seconds of the same way when it is begun then. Empty: always `seconds`.
        std::function<double(Instant departs)> departing{};
        std::string source = "roads";  ///< who answered: our own roads, or another engine's name
    };
    /// One leg for each two neighbours. Empty: there is no way by road (the straight line is taken instead).
    virtual std::vector<Leg> legs(std::span<const geo::Point> points, std::string_view profile) const = 0;
};

/// The great circle times 1.3 at a typical speed of the profile in towns. What is used where no map is loaded.
class StraightLine final : public RoutePricer {
public:
    std::vector<Leg> legs(std::span<const geo::Point> points, std::string_view profile) const override;
};

/// What the vehicle is like, as far as a route must know.
struct Wheels {
    std::string profile = "car";
    double speed_factor = 1;
    std::optional<Money> fixed, per_hour, per_km;
    std::int64_t co2_g_per_km = 0;
};

}  // namespace lastmile
