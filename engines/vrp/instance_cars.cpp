// The vehicles' half of the instance: shifts into rests, weighted costs, equal vehicles into types, who may do what.
#include <algorithm>
#include <cmath>
#include <map>

#include "engines/vrp/instance.hpp"

namespace lastmile::vrp {
namespace {

constexpr double no_choice = 1e9;  // leaving out a task without a price: more than any real plan costs, still exact to 1e-6 in a double

std::vector<Rest> rests_of(const Vehicle& vehicle) {
    std::vector<Rest> rests;
    for (std::size_t b = 0; b < vehicle.breaks.size(); ++b) {
        const auto& taken = vehicle.state ? vehicle.state->breaks_taken : std::vector<int>{};
        if (std::ranges::find(taken, static_cast<int>(b)) != taken.end()) continue;
        rests.push_back({vehicle.breaks[b].windows, vehicle.breaks[b].duration, vehicle.breaks[b].paid, vehicle.breaks[b].required,
                         vehicle.breaks[b].max_load ? &*vehicle.breaks[b].max_load : nullptr, static_cast<int>(b)});
    }
    for (std::size_t w = 0; w + 1 < vehicle.shift.size(); ++w) {
        const Time from = vehicle.shift[w].to, to = vehicle.shift[w + 1].from;
        rests.push_back({{Window{from, from}}, to - from, false, false, nullptr, -1});
    }
    std::ranges::stable_sort(rests, {}, [](const Rest& rest) { return rest.windows.empty() ? always_to : rest.windows.back().to; });
    return rests;
}

/// Equal but for the name. Vehicles under way are each their own kind.
bool same_kind(const Vehicle& a, const Vehicle& b) {
    const auto scalars = [](const Vehicle& v) {
        return std::tie(v.profile, v.speed_factor, v.start, v.end, v.shift, v.capacity, v.skills, v.type, v.fixed, v.per_hour, v.per_driving_hour,
                        v.per_service_hour, v.per_km, v.overtime_per_hour, v.overtime_after, v.co2_g_per_km, v.max_stops, v.max_distance,
                        v.max_driving, v.max_duration, v.max_work, v.max_reloads, v.range, v.loading);
    };
    const auto same_break = [](const Break& x, const Break& y) {
        return x.windows == y.windows && x.duration == y.duration && x.paid == y.paid && x.required == y.required && x.max_load == y.max_load;
    };
    const auto same_reload = [](const ReloadPlace& x, const ReloadPlace& y) {
        return x.place == y.place && x.service == y.service && x.windows == y.windows && x.recharges == y.recharges;
    };
    return !a.state && !b.state && scalars(a) == scalars(b) && std::ranges::equal(a.breaks, b.breaks, same_break) &&
           std::ranges::equal(a.reloads, b.reloads, same_reload);
}

Roads roads_of(const Problem& problem, const Vehicle& vehicle) {
    const Profile& profile = problem.profiles[static_cast<std::size_t>(vehicle.profile)];
    Roads roads{profile.matrix->table(),  nullptr, profile.matrix.get(), static_cast<std::size_t>(profile.matrix->size()),
                1 / vehicle.speed_factor, nullptr};
    if (!profile.factors.empty()) {
        double least = 1;
        for (const auto& entry : profile.factors) least = std::min(least, entry.factor);
        roads.slowness *= least;
        roads.factors = &profile.factors;
    }
    return roads;
}

}  // namespace

void Instance::add_cars() {
    const Weights& w = problem.weights;
    for (std::size_t v = 0; v < problem.vehicles.size(); ++v) {
        const Vehicle& vehicle = problem.vehicles[v];
        Car car;
        car.index = static_cast<int>(v);
        car.data = &vehicle;
        car.roads = roads_of(problem, vehicle);
        car.start = vehicle.start.value_or(-1);
        car.end = vehicle.end.value_or(-1);
        if (!vehicle.shift.empty()) car.from = vehicle.shift.front().from, car.to = vehicle.shift.back().to;
        if (vehicle.state) {
            car.under_way = true;
            car.start = vehicle.state->place;
            car.from = vehicle.state->time;
            for (const auto& stop : vehicle.state->locked) car.first.push_back(node_at(stop.task, stop.visit));
            car.locked = static_cast<int>(car.first.size());
        }
        car.fixed = vehicle.fixed * w.fixed;
        car.per_s = vehicle.per_hour / 3600 * w.time;
        car.per_drive_s = vehicle.per_driving_hour / 3600 * w.time;
        car.per_service_s = vehicle.per_service_hour / 3600 * w.time;
        car.per_m = vehicle.per_km / 1000 * w.distance + vehicle.co2_g_per_km / 1e6 * w.carbon_per_kg;
        car.overtime_per_s = vehicle.overtime_per_hour / 3600 * w.overtime;
        car.max_stops = vehicle.max_stops.value_or(1 << 30);
        car.max_distance = vehicle.max_distance.value_or(always_to);
        car.max_driving = vehicle.max_driving.value_or(always_to);
        car.max_duration = vehicle.max_duration.value_or(always_to);
        car.rests = rests_of(vehicle);
        car.capacity.assign(static_cast<std::size_t>(dims), 0);
        std::ranges::copy(vehicle.capacity, car.capacity.begin());
        car.rich = !car.rests.empty() || vehicle.max_work || vehicle.range || car.locked > 0 || car.roads.factors || car.per_service_s != 0 ||
                   (vehicle.loading == Loading::lifo && car.under_way) || (vehicle.overtime_after && car.overtime_per_s != 0);
        car.type = -1;
        for (std::size_t t = 0; t < cars_of_type.size() && car.type < 0; ++t)
            if (same_kind(*cars[static_cast<std::size_t>(cars_of_type[t].front())].data, vehicle)) car.type = static_cast<int>(t);
        if (car.type < 0) car.type = static_cast<int>(cars_of_type.size()), cars_of_type.emplace_back();
        cars_of_type[static_cast<std::size_t>(car.type)].push_back(car.index);
        cars.push_back(std::move(car));
    }
    types = static_cast<int>(cars_of_type.size());

    allowed_.assign(problem.tasks.size() * cars.size(), 1);
    for (std::size_t t = 0; t < problem.tasks.size(); ++t) {
        const Task& task = problem.tasks[t];
        const auto cell = [&](std::size_t v) -> std::uint8_t& { return allowed_[t * cars.size() + v]; };
        for (std::size_t v = 0; v < cars.size(); ++v) {
            if (!task.skills.empty() && !skilled(static_cast<int>(t), static_cast<int>(v))) cell(v) = 0;
            if (on_board_of_[t] >= 0 && on_board_of_[t] != static_cast<int>(v)) cell(v) = 0;
            if (!task.allowed_vehicles.empty())
                cell(v) &= std::ranges::find(task.allowed_vehicles, static_cast<int>(v)) != task.allowed_vehicles.end();
        }
        for (int v : task.forbidden_vehicles) cell(static_cast<std::size_t>(v)) = 0;
    }
    for (const auto& car : cars)  // a locked stop belongs to its vehicle alone
        for (int n : car.first)
            for (const auto& other : cars)
                if (other.index != car.index)
                    allowed_[static_cast<std::size_t>(node(n).task) * cars.size() + static_cast<std::size_t>(other.index)] = 0;
}

/// A table of what is a function, and each table turned, where they are small enough to be worth their memory.
void Instance::lay_tables() {
    constexpr std::size_t widest = 2500, most_cells = 40'000'000;
    tables_.resize(problem.profiles.size()), turned_.resize(problem.profiles.size());
    std::size_t cells = 0;
    for (auto& car : cars) {
        const auto p = static_cast<std::size_t>(car.data->profile);
        const std::size_t n = car.roads.size;
        if (turned_[p].empty()) {
            if (n == 0 || n > widest || cells + n * n > most_cells) continue;
            cells += n * n;
            const Matrix& matrix = *problem.profiles[p].matrix;
            const Leg* given = matrix.table();
            bool good = given != nullptr;
            for (std::size_t a = 0; a < n && good; ++a) good = given[a * n + a] == Leg{};
            if (!good) {
                tables_[p].resize(n * n);
                for (std::size_t a = 0; a < n; ++a)
                    for (std::size_t b = 0; b < n; ++b)
                        if (a != b) tables_[p][a * n + b] = matrix.leg(static_cast<int>(a), static_cast<int>(b));
                given = tables_[p].data();
            }
            turned_[p].resize(n * n);
            constexpr std::size_t block = 16;  // both sides stay in the cache
            for (std::size_t a = 0; a < n; a += block)
                for (std::size_t b = 0; b < n; b += block)
                    for (std::size_t i = a; i < std::min(n, a + block); ++i)
                        for (std::size_t j = b; j < std::min(n, b + block); ++j) turned_[p][j * n + i] = given[i * n + j];
        }
        if (!tables_[p].empty()) car.roads.table = tables_[p].data();
        car.roads.back = turned_[p].data();
    }
}

/// A table for the few visits whose times depend on the vehicle; the node keeps the shortest ones, so that screens stay optimistic.
void Instance::add_type_times() {
    int timed = 0;
    for (auto& made : nodes) {
        const Visit& visit = problem.tasks[static_cast<std::size_t>(made.task)].visits[static_cast<std::size_t>(made.visit)];
        if (visit.per_type.empty()) continue;
        made.timed = timed++;
        for (const auto& car : cars) {
            Times times{visit.setup, visit.service};
            for (const auto& other : visit.per_type)
                if (other.type == car.data->type) times = {other.setup.value_or(times.setup), other.service.value_or(times.service)};
            times_.push_back(times);
            made.setup = std::min(made.setup, times.setup), made.service = std::min(made.service, times.service);
        }
    }
}

void Instance::add_absences() {
    for (std::size_t t = 0; t < problem.tasks.size(); ++t) {
        const Task& task = problem.tasks[t];
        const bool promised = node(nodes_of(static_cast<int>(t)).back()).promised;
        if (promised)
            absence_.push_back(no_choice * 1000);
        else if (task.leave_out_price)
            absence_.push_back(*task.leave_out_price * problem.weights.left_out);
        else
            absence_.push_back(no_choice * (1 + task.priority / 10.0));
    }
}

}  // namespace lastmile::vrp
