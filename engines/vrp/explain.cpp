// Why a task is left out: per type of vehicle the first constraint that blocks, and the smallest change of one limit that would let it in.
#include <algorithm>
#include <functional>

#include "engines/vrp/exact_insertion.hpp"

namespace lastmile::vrp {
namespace {

/// A copy of the instance whose limits can be moved.
class Relaxed {
public:
    Relaxed(const Instance& instance, int task) : in(instance), task_(task) {
        for (int n : in.nodes_of(task)) windows_.push_back(*in.node(n).windows);
    }
    void widen(Time by) {
        std::size_t i = 0;
        for (int n : in.nodes_of(task_)) {
            auto& node = in.nodes[static_cast<std::size_t>(n)];
            if (windows_[i].empty()) {
                ++i;
                continue;
            }
            wide_.resize(windows_.size());
            wide_[i] = windows_[i];
            for (auto& window : wide_[i]) window.from -= by, window.to += by;
            node.from -= by, node.to += by;
            ++i;
        }
        i = 0;
        for (int n : in.nodes_of(task_)) {
            if (!windows_[i].empty()) in.nodes[static_cast<std::size_t>(n)].windows = &wide_[i];
            ++i;
        }
    }
    Instance in;

private:
    int task_;
    std::vector<std::vector<Window>> windows_, wide_;
};

bool fits(const Instance& in, const Routes& routes, const std::vector<int>& cars, int task) {
    Scheduler scheduler(in);
    ExactPlace place;
    for (int c : cars) {
        const auto& nodes = routes.of_car[static_cast<std::size_t>(c)];
        place_in_route(in, scheduler, c, nodes, 0, task, place);
        if (place.car >= 0) return true;
    }
    return false;
}

/// The smallest amount in [1, most] that makes it fit; 0 if none does. Monotone, so halving finds it.
std::int64_t smallest(std::int64_t most, const std::function<bool(std::int64_t)>& works) {
    if (!works(most)) return 0;
    std::int64_t low = 1, high = most;
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        if (works(middle))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

struct Lever {
    Constraint constraint;
    int dimension;
    std::int64_t most;
    std::function<void(Relaxed&, std::int64_t)> pull;
};

std::vector<Lever> levers(const Instance& in, const std::vector<int>& cars, int task) {
    const auto each = [cars](auto change) {
        return [cars, change](Relaxed& relaxed, std::int64_t by) {
            for (int c : cars) change(relaxed.in.cars[static_cast<std::size_t>(c)], by);
        };
    };
    constexpr Time day = 24 * 3600;
    std::vector<Lever> all{{Constraint::time_window, -1, day, [](Relaxed& relaxed, std::int64_t by) { relaxed.widen(by); }},
                           {Constraint::shift, -1, day, each([](Car& car, std::int64_t by) { car.to += by; })},
                           {Constraint::max_stops, -1, 100, each([](Car& car, std::int64_t by) { car.max_stops += static_cast<int>(by); })},
                           {Constraint::max_distance, -1, 1 << 21, each([](Car& car, std::int64_t by) { car.max_distance += by; })},
                           {Constraint::max_driving, -1, day, each([](Car& car, std::int64_t by) { car.max_driving += by; })},
                           {Constraint::max_duration, -1, day, each([](Car& car, std::int64_t by) { car.max_duration += by; })}};
    for (int d = 0; d < in.dims; ++d) {
        const std::int64_t load = std::max(in.load(task)[static_cast<std::size_t>(d)], in.collect(task)[static_cast<std::size_t>(d)]);
        if (load > 0)
            all.push_back({Constraint::capacity, d, load, each([d](Car& car, std::int64_t by) { car.capacity[static_cast<std::size_t>(d)] += by; })});
    }
    return all;
}

/// Alone on a vehicle that has nothing else to do but what is locked.
Constraint alone(const Instance& in, Scheduler& scheduler, int car, int task, bool& feasible) {
    std::vector<int> nodes = in.car(car).first;
    for (int n : in.nodes_of(task)) nodes.push_back(n);
    const auto value = scheduler.value(car, nodes);
    feasible = value.feasible;
    return value.why;
}

Reason reason_for(const Instance& in, Scheduler& scheduler, const Routes& routes, const std::vector<int>& cars, int task) {
    Reason reason{cars, Constraint::route_full, "", std::nullopt};
    const int car = cars.front();
    if (!in.skilled(task, car)) {
        reason.constraint = Constraint::skills;
        for (const auto& skill : in.problem.tasks[static_cast<std::size_t>(task)].skills)
            if (std::ranges::find(in.car(car).data->skills, skill) == in.car(car).data->skills.end())
                reason.detail += (reason.detail.empty() ? "lacks " : ", ") + skill;
        return reason;
    }
    if (!in.allowed(task, car)) {
        reason.constraint = in.on_board_of(task) >= 0 ? Constraint::locked : Constraint::vehicle_not_allowed;
        reason.detail = in.on_board_of(task) >= 0 ? "the goods are on another vehicle" : "the task excludes this vehicle";
        return reason;
    }
    bool feasible = false;
    reason.constraint = alone(in, scheduler, car, task, feasible);
    if (!feasible && reason.constraint == Constraint::load_full) reason.constraint = Constraint::capacity;
    reason.detail = feasible ? "possible on an empty vehicle, but not beside what is planned" : "not possible even on an empty vehicle";
    if (feasible) reason.constraint = Constraint::route_full;
    if (feasible && fits(in, routes, cars, task)) {
        reason.constraint = in.group_of(task) >= 0 ? Constraint::together_with : Constraint::price;
        reason.detail = in.group_of(task) >= 0 ? "it fits, but not the whole group on one vehicle" : "it fits, but costs more than leaving it out";
        return reason;
    }
    double best = 2;  // the smallest change relative to what was tried at most
    for (const auto& lever : levers(in, cars, task)) {
        const auto amount = smallest(lever.most, [&](std::int64_t by) {
            Relaxed relaxed(in, task);
            lever.pull(relaxed, by);
            return fits(relaxed.in, routes, cars, task);
        });
        const double share = static_cast<double>(amount) / static_cast<double>(lever.most);
        if (amount == 0 || share >= best) continue;
        best = share;
        reason.relaxation = Relaxation{lever.constraint, amount, lever.dimension};
    }
    return reason;
}

}  // namespace

void explain(const Instance& instance, const Routes& routes, Solution& solution) {
    Scheduler scheduler(instance);
    constexpr std::size_t in_detail = 50;  // each costs some hundred schedules
    for (std::size_t i = 0; i < solution.left_out.size(); ++i) {
        auto& left = solution.left_out[i];
        for (const auto& cars : instance.cars_of_type) {
            std::vector<std::vector<int>> parts(2);  // equal vehicles that the task treats unequally
            for (int c : cars) parts[instance.allowed(left.task, c) ? 0 : 1].push_back(c);
            for (const auto& part : parts) {
                if (part.empty()) continue;
                if (i < in_detail)
                    left.reasons.push_back(reason_for(instance, scheduler, routes, part, left.task));
                else
                    left.reasons.push_back({part, Constraint::route_full, "not looked into: too many tasks are left out", std::nullopt});
            }
        }
    }
}

}  // namespace lastmile::vrp
