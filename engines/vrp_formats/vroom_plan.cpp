// VROOM's plan mode (`-c`): given routes get their times, and every constraint they break is told.
#include <algorithm>
#include <set>

#include "engines/vrp_formats/vroom.hpp"
#include "engines/vrp_formats/vroom_times.hpp"

namespace lastmile::vrp {
namespace {

class Planner {
public:
    Planner(const VroomRequest& request, int vehicle)
        : r_(request), p_(request.input.problem), v_(vehicle), car_(request.cars[static_cast<std::size_t>(vehicle)]),
          vehicle_(p_.vehicles[static_cast<std::size_t>(vehicle)]) {}

    std::expected<VroomRoute, InputFaults> run() {
        lay_out();
        const auto times = choose_times(timed_);
        if (!times)
            return std::unexpected(InputFaults{{0, "/vehicles/" + std::to_string(v_) + "/steps",
                                                "service_at, service_after and service_before cannot all hold: loosen one of them"}});
        clock(*times);
        loads();
        order();
        limits();
        // start and end that the vehicle does not have were only there to hold the times
        std::erase_if(out_.steps, [&](const VroomAnswerStep& s) {
            return (s.kind == StepKind::start && !vehicle_.start) || (s.kind == StepKind::end && !vehicle_.end);
        });
        return std::move(out_);
    }

private:
    const Task& task(int t) const { return p_.tasks[static_cast<std::size_t>(t)]; }
    Leg leg(int from, int to) const {
        if (from == to || from < 0 || to < 0) return {};
        Leg leg = p_.profiles[static_cast<std::size_t>(vehicle_.profile)].matrix->leg(from, to);
        leg.duration = static_cast<std::int32_t>(static_cast<double>(std::max(0, leg.duration)) / vehicle_.speed_factor + 0.5);
        return leg;
    }
    std::int64_t metres(int from, int to) const {
        const auto& tables = r_.tables.at(car_.profile);
        if (from == to || from < 0 || to < 0 || tables.distances.empty()) return 0;
        return std::max<std::int64_t>(0, tables.distances[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)]);
    }

    void lay_out() {
        const auto bounds = [](TimedStep& timed, const VroomStep& step) {
            timed.not_before = step.service_at ? step.service_at : step.service_after;
            timed.not_after = step.service_at ? step.service_at : step.service_before;
            if (step.service_at && step.service_after) timed.not_before = std::max(*step.service_at, *step.service_after);
            if (step.service_at && step.service_before) timed.not_after = std::min(*step.service_at, *step.service_before);
        };
        int place = vehicle_.start.value_or(-1), stop_before = -1;
        TimedStep start{.windows = vehicle_.shift}, end{.windows = vehicle_.shift};
        for (const auto& step : car_.steps) {
            if (step.kind == StepKind::start) bounds(start, step);
            if (step.kind == StepKind::end) bounds(end, step);
        }
        start.not_before = std::max<Time>(0, start.not_before.value_or(0));
        timed_.push_back(start);
        out_.vehicle = v_;
        out_.steps.push_back({.kind = StepKind::start, .place = place});
        travel_.push_back(0);
        for (const auto& step : car_.steps) {
            if (step.kind != StepKind::visit && step.kind != StepKind::rest) continue;
            TimedStep timed;
            VroomAnswerStep made{.kind = step.kind, .task = step.task, .visit = step.visit};
            if (step.kind == StepKind::rest) {
                const Break& rest = vehicle_.breaks[static_cast<std::size_t>(step.visit)];
                timed.rest = true, timed.windows = rest.windows, timed.busy = made.service = rest.duration;
                travel_.push_back(0);
            } else {
                const Visit& visit = task(step.task).visits[static_cast<std::size_t>(step.visit)];
                made.place = visit.place, made.service = visit.service, made.setup = visit.setup;
                for (const auto& special : visit.per_type)
                    if (special.type == vehicle_.type)
                        made.service = special.service.value_or(made.service), made.setup = special.setup.value_or(made.setup);
                if (stop_before == visit.place) made.setup = 0;
                timed.windows = visit.windows, timed.busy = made.setup + made.service;
                timed.travel = leg(place, visit.place).duration;
                travel_.push_back(timed.travel);
                cost_of(place, visit.place);
                stop_before = place = visit.place;
            }
            bounds(timed, step);
            timed_.push_back(timed);
            out_.steps.push_back(std::move(made));
        }
        const int target = vehicle_.end.value_or(place);
        end.travel = leg(place, target).duration;
        travel_.push_back(end.travel);
        cost_of(place, target);
        timed_.push_back(end);
        out_.steps.push_back({.kind = StepKind::end, .place = target});
    }
    void cost_of(int from, int to) {
        const Leg way = leg(from, to);
        out_.cost += way.duration * vehicle_.per_driving_hour / 3600 + way.distance * vehicle_.per_km / 1000;
    }

    /// Arrivals and waits. Breaks swallow the travel ahead as far as they wait for it.
    void clock(const std::vector<Time>& times) {
        Time free = times.front(), driving = 0, pending = 0;
        int place = out_.steps.front().place;
        std::int64_t distance = 0;
        std::size_t next_stop = 0;
        for (std::size_t i = 0; i < timed_.size(); ++i) {
            auto& step = out_.steps[i];
            if (i >= next_stop) {
                next_stop = i;
                while (timed_[next_stop].rest) ++next_stop;
                pending = travel_[next_stop];
                ++next_stop;
            }
            const Time now = timed_[i].rest ? std::min(pending, times[i] - free) : pending;
            driving += now, pending -= now;
            if (!timed_[i].rest) distance += metres(place, step.place), place = step.place;
            step.arrival = i == 0 ? times[0] : free + now;
            step.waiting = times[i] - step.arrival;
            step.driving = driving, step.distance = distance;
            free = times[i] + timed_[i].busy;
            const Time off = missed(timed_[i].windows, times[i]);
            if (off < 0) step.violations.push_back({"lead_time", -off});
            if (off > 0) step.violations.push_back({"delay", off});
            out_.cost += step.kind == StepKind::visit ? static_cast<double>(timed_[i].busy) * vehicle_.per_service_hour / 3600 : 0;
        }
        out_.cost += vehicle_.fixed;
    }

    void loads() {
        Load now(static_cast<std::size_t>(r_.amounts), 0);
        const auto add = [&](const Load& load, int sign) {
            for (std::size_t d = 0; d < now.size() && d < load.size(); ++d) now[d] += sign * load[d];
        };
        for (const auto& step : out_.steps)
            if (step.kind == StepKind::visit && task(step.task).kind == TaskKind::delivery) add(task(step.task).load, 1);
        const auto above = [&](const Load& limit) {
            for (std::size_t d = 0; d < now.size(); ++d)
                if (now[d] > (d < limit.size() ? limit[d] : 0)) return true;
            return false;
        };
        for (auto& step : out_.steps) {
            if (step.kind == StepKind::visit) {
                const Task& done = task(step.task);
                const bool leaves = done.kind == TaskKind::delivery || (done.kind == TaskKind::shipment && step.visit == 1);
                if (done.kind != TaskKind::service) add(done.load, leaves ? -1 : 1);
                add(done.collect, 1);
            }
            step.load = now;
            if (above(vehicle_.capacity)) step.violations.push_back({"load"});
            if (step.kind == StepKind::rest)
                if (const auto& most = vehicle_.breaks[static_cast<std::size_t>(step.visit)].max_load; most && above(*most))
                    step.violations.push_back({"max_load"});
        }
    }

    void order() {
        std::set<int> picked, dropped;
        for (auto& step : out_.steps) {
            if (step.kind != StepKind::visit) continue;
            const Task& done = task(step.task);
            const auto has = [&](const std::string& skill) { return std::ranges::find(vehicle_.skills, skill) != vehicle_.skills.end(); };
            if (!std::ranges::all_of(done.skills, has)) step.violations.push_back({"skills"});
            if (done.kind != TaskKind::shipment) continue;
            if (step.visit == 0)
                picked.insert(step.task);
            else if (!picked.contains(step.task))
                step.violations.push_back({"precedence"});
            else
                dropped.insert(step.task);
        }
        for (auto& step : out_.steps)
            if (step.kind == StepKind::visit && task(step.task).kind == TaskKind::shipment && step.visit == 0 && !dropped.contains(step.task))
                step.violations.push_back({"precedence"});
    }

    void limits() {
        const auto visits = std::ranges::count(out_.steps, StepKind::visit, &VroomAnswerStep::kind);
        if (vehicle_.max_stops && visits > *vehicle_.max_stops) out_.violations.push_back({"max_tasks"});
        const auto rests = std::ranges::count(out_.steps, StepKind::rest, &VroomAnswerStep::kind);
        if (rests < static_cast<std::ptrdiff_t>(vehicle_.breaks.size())) out_.violations.push_back({"missing_break"});
        if (vehicle_.max_driving && out_.steps.back().driving > *vehicle_.max_driving) out_.violations.push_back({"max_travel_time"});
        if (vehicle_.max_distance && out_.steps.back().distance > *vehicle_.max_distance) out_.violations.push_back({"max_distance"});
    }

    const VroomRequest& r_;
    const Problem& p_;
    int v_;
    const VroomCar& car_;
    const Vehicle& vehicle_;
    VroomRoute out_;
    std::vector<TimedStep> timed_;
    std::vector<Time> travel_;
};

}  // namespace

std::expected<VroomAnswer, InputFaults> vroom_plan(const VroomRequest& request) {
    VroomAnswer answer;
    InputFaults faults;
    std::set<std::pair<int, int>> done;
    for (std::size_t v = 0; v < request.cars.size(); ++v) {
        const auto& steps = request.cars[v].steps;
        if (steps.empty()) continue;
        auto route = Planner(request, static_cast<int>(v)).run();
        if (!route) {
            for (auto& fault : route.error()) faults.push_back(std::move(fault));
            continue;
        }
        for (const auto& step : route->steps)
            if (step.kind == StepKind::visit) done.emplace(step.task, step.visit);
        answer.routes.push_back(std::move(*route));
    }
    if (!faults.empty()) return std::unexpected(std::move(faults));
    for (std::size_t t = 0; t < request.stops.size(); ++t)
        for (std::size_t v = 0; v < request.stops[t].size(); ++v)
            if (!done.contains({static_cast<int>(t), static_cast<int>(v)})) answer.unassigned.emplace_back(static_cast<int>(t), static_cast<int>(v));
    return answer;
}

}  // namespace lastmile::vrp
