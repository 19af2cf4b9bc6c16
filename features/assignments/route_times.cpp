// The route's clock: when it will be at each stop, with what on board.
#include <algorithm>
#include <cmath>

#include "engines/geo/polyline.hpp"
#include "features/assignments/assignment_store.hpp"

namespace lastmile {
namespace {

Instant plus(Instant at, double seconds) { return at + std::chrono::milliseconds(std::llround(seconds * 1000)); }

Load& operator+=(Load& load, const Parcel& parcel) {
    load.weight += parcel.weight, load.volume += parcel.volume, ++load.parcels;
    return load;
}
Load& operator-=(Load& load, const Parcel& parcel) {
    load.weight -= parcel.weight, load.volume -= parcel.volume, --load.parcels;
    return load;
}

/// What leaves the route at its stops without having come on board at one of them is on board from the start.
Load start_load(const AssignmentRow& row) {
    std::vector<Id<Package>> picked;
    Load load;
    for (const auto& stop : row.lifecycle.stops) {
        for (const auto& item : stop.items) {
            if (stop.type == StopType::pickup)
                picked.push_back(item.package_id);
            else if (const auto* parcel = row.parcel(item.package_id); parcel && std::ranges::find(picked, item.package_id) == picked.end()) {
                load += *parcel;
                picked.push_back(item.package_id);
            }
        }
    }
    return load;
}

void after_stop(const AssignmentRow& row, const Stop& stop, Load& load) {
    for (const auto& item : stop.items) {
        const auto* parcel = row.parcel(item.package_id);
        const bool happens = item.outcome == ItemOutcome::open || assignments::is_success(item.outcome);
        if (!parcel || !happens) continue;
        if (stop.type == StopType::pickup)
            load += *parcel;
        else
            load -= *parcel;
    }
}

bool under_way(const AssignmentRow& row) { return row.status == AssignmentState::in_progress || row.status == AssignmentState::paused; }

/// The stop that is being driven to; nullptr: one is being served, none is left, or nobody drives.
const Stop* driven_to(const AssignmentRow& row) {
    if (!under_way(row)) return nullptr;
    for (const auto& stop : row.lifecycle.stops)
        if (stop.state == StopState::arrived) return nullptr;
    for (const auto& stop : row.lifecycle.stops)
        if (stop.state == StopState::pending) return &stop;
    return nullptr;
}

/// Without a ping, the way to the next stop begins when it becomes the next.
void note_departure(AssignmentRow& row, Instant now) {
    const auto* next = driven_to(row);
    const auto* time = next ? row.route.at(next->id) : nullptr;
    if (!time) return row.route.on_the_way.reset();
    if (!row.route.on_the_way || row.route.on_the_way->stop_id != next->id) row.route.on_the_way = OnTheWay{next->id, now, time->leg_s, time->leg_m, false};
}

/// How long the way to the stop at an index takes when it is begun then.
using LegTime = std::function<double(std::size_t index, Instant departs)>;

/// Fills arrival, departure and load from `leg_s` (which `leg_time`, where there is one, fills first) and what is known of the way to the next stop.
void run_clock(const AssignmentRow& row, std::vector<StopTime>& times, Instant now, const LegTime& leg_time = {}) {
    Load load = start_load(row);
    Instant clock = under_way(row) ? now : std::max(now, row.starts_at);
    const auto& on_the_way = row.route.on_the_way;
    for (auto& time : times) {
        const auto* stop = row.lifecycle.stop(time.stop_id);
        const auto* place = row.place(time.stop_id);
        if (!stop) continue;
        after_stop(row, *stop, load);
        time.load = load;
        if (!stop->open()) {
            time.arrival = stop->arrived_at.value_or(stop->finished_at.value_or(now));
            time.departure = stop->finished_at.value_or(time.arrival);
            continue;
        }
        const double service = place ? static_cast<double>(place->service_s) : 0;
        const bool next = on_the_way && on_the_way->stop_id == stop->id;
        if (leg_time && place) time.leg_s = leg_time(static_cast<std::size_t>(&time - times.data()), next ? on_the_way->at : clock);
        time.arrival = stop->arrived_at ? *stop->arrived_at : next ? std::max(now, plus(on_the_way->at, on_the_way->left_s)) : plus(clock, time.leg_s);
        auto begins = time.arrival;
        if (place && place->from) begins = std::max(begins, *place->from);
        time.departure = std::max(plus(begins, service), stop->arrived_at ? now : begins);
        clock = time.departure;
    }
}

/// Where the open part of the route begins: the last stop that was visited, else the start, else the first stop.
geo::Point first_point(const AssignmentRow& row) {
    std::optional<geo::Point> at;
    if (row.start_place.lat) at = geo::Point{*row.start_place.lat, *row.start_place.lon};
    Instant latest{};
    for (const auto& stop : row.lifecycle.stops)
        if (const auto* place = row.place(stop.id); place && stop.finished_at && *stop.finished_at >= latest && stop.state != StopState::skipped)
            at = place->point(), latest = *stop.finished_at;
    if (at) return *at;
    for (const auto& stop : row.lifecycle.stops)
        if (const auto* place = row.place(stop.id)) return place->point();
    return {};
}

void add_cost(std::optional<Money>& sum, const std::optional<Money>& price, double times) {
    if (!price) return;
    if (!sum) sum = Money{0, price->currency};
    sum->amount = sum->amount.value + std::llround(static_cast<double>(price->amount.value) * times);
}

}  // namespace

void price(AssignmentRow& row, const Wheels& wheels, const RoutePricer& pricer, bool roads, Instant now) {
    std::vector<geo::Point> points{first_point(row)};
    for (const auto& stop : row.lifecycle.stops)
        if (const auto* place = row.place(stop.id); place && stop.open()) points.push_back(place->point());
    auto legs = pricer.legs(points, wheels.profile);
    const bool by_road = roads && (points.size() == 1 || legs.size() + 1 == points.size());
    if (!by_road || points.size() == 1) legs = StraightLine().legs(points, wheels.profile);
    const auto before = std::move(row.route.times);
    row.route.times.clear();
    std::vector<geo::Point> line;
    std::size_t next = 0;
    std::vector<const RoutePricer::Leg*> leg_to;  // by index of `times`
    double metres = 0;
    for (const auto& stop : row.lifecycle.stops) {
        auto& time = row.route.times.emplace_back();
        time.stop_id = stop.id;
        leg_to.push_back(nullptr);
        const auto old = std::ranges::find(before, stop.id, &StopTime::stop_id);
        if (old != before.end()) time.spread_s = old->spread_s, time.confidence = old->confidence, time.kept = old->kept;
        if (stop.open() && row.place(stop.id)) {
            const auto& leg = legs.at(next++);
            leg_to.back() = &leg;
            time.leg_s = leg.seconds / wheels.speed_factor, time.leg_m = leg.metres;
            line.insert(line.end(), leg.geometry.begin(), leg.geometry.end());
        } else if (old != before.end()) {
            time.leg_s = old->leg_s, time.leg_m = old->leg_m;
        }
        metres += time.leg_m;
    }
    row.route.eta_source = !by_road ? "straight_line" : legs.empty() ? "roads" : legs.front().source;
    row.route.geometry = geo::encode_polyline(line, geometry_precision);
    note_departure(row, now);
    run_clock(row, row.route.times, now, [&](std::size_t index, Instant departs) {
        const auto* leg = leg_to[index];
        if (!leg) return row.route.times[index].leg_s;
        return (leg->departing ? leg->departing(departs) : leg->seconds) / wheels.speed_factor;
    });
    row.route.distance_m = metres;
    row.route.time_s = 0;
    for (const auto& time : row.route.times)
        row.route.time_s += time.leg_s + static_cast<double>(row.place(time.stop_id) ? row.place(time.stop_id)->service_s : 0);
    row.route.cost.reset();
    add_cost(row.route.cost, wheels.fixed, 1);
    add_cost(row.route.cost, wheels.per_hour, row.route.time_s / 3600);
    add_cost(row.route.cost, wheels.per_km, metres / 1000);
    row.route.co2_g = std::llround(static_cast<double>(wheels.co2_g_per_km) * metres / 1000);
    ++row.route.revision;
}

void retime(AssignmentRow& row, Instant now) {
    std::erase_if(row.route.times, [&](const StopTime& time) { return !row.lifecycle.stop(time.stop_id); });
    note_departure(row, now);
    run_clock(row, row.route.times, now);
    ++row.route.revision;
}

const Stop* next_stop_of(const AssignmentRow& row) { return driven_to(row); }

std::vector<StopTime> times_at(const AssignmentRow& row, Instant now) {
    auto times = row.route.times;
    if (!assignments::is_over(row.status)) run_clock(row, times, now);
    return times;
}

double usual_spread_s(double ahead_s, bool roads) { return 150 + std::max(0.0, ahead_s) * (roads ? 0.15 : 0.3); }

Expected expected(const AssignmentRow& row, const StopTime& time, Instant now) {
    const bool roads = row.route.eta_source != "straight_line";
    const auto eta = std::max(time.arrival, now);
    const auto ahead = std::chrono::duration<double>(eta - now).count();
    const auto spread = Seconds(std::llround(time.spread_s > 0 ? time.spread_s : usual_spread_s(ahead, roads)));
    Expected expected{eta, {std::max(now, eta - spread), std::max(now + std::chrono::minutes(1), eta + spread)}, time.confidence};
    if (expected.confidence <= 0) expected.confidence = roads ? usual_confidence : rough_confidence;
    return expected;
}

std::vector<LateStop> late_stops(const AssignmentRow& row) {
    std::vector<LateStop> late;
    for (const auto& time : row.route.times) {
        const auto* place = row.place(time.stop_id);
        if (place && place->to && time.arrival > *place->to && row.lifecycle.stop(time.stop_id)->open())
            late.push_back({time.stop_id, time.arrival, *place->to});
    }
    return late;
}

Load peak_load(const AssignmentRow& row) {
    Load peak = start_load(row);
    for (const auto& time : row.route.times) {
        peak.weight = std::max(peak.weight, time.load.weight);
        peak.volume = std::max(peak.volume, time.load.volume);
        peak.parcels = std::max(peak.parcels, time.load.parcels);
    }
    return peak;
}

}  // namespace lastmile
