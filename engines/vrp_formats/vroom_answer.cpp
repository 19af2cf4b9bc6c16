// VROOM's answer: from a solution, and as text.
#include <cmath>

#include "engines/vrp_formats/json.hpp"
#include "engines/vrp_formats/json_members.hpp"
#include "engines/vrp_formats/vroom.hpp"

namespace lastmile::vrp {
namespace {

json::array numbers(const Load& load) { return json::array(load.begin(), load.end()); }

json::array violations(const std::vector<VroomViolation>& list) {
    json::array made;
    for (const auto& violation : list) {
        json::object entry{{"cause", violation.cause}};
        if (violation.duration) entry["duration"] = *violation.duration;
        made.push_back(std::move(entry));
    }
    return made;
}

/// What is added up for a route, and for all of them.
struct Sums {
    Load delivery, pickup;
    std::int64_t cost = 0, setup = 0, service = 0, driving = 0, waiting = 0, priority = 0, distance = 0;
    std::vector<VroomViolation> violations;

    void add(const Sums& other) {
        for (std::size_t d = 0; d < delivery.size(); ++d) delivery[d] += other.delivery[d], pickup[d] += other.pickup[d];
        cost += other.cost, setup += other.setup, service += other.service, driving += other.driving, waiting += other.waiting;
        priority += other.priority, distance += other.distance;
        for (const auto& violation : other.violations) note(violation);
    }
    /// Seconds add up by cause; of the others each is told once.
    void note(const VroomViolation& violation) {
        for (auto& known : violations)
            if (std::string_view(known.cause) == violation.cause) {
                if (violation.duration) known.duration = known.duration.value_or(0) + *violation.duration;
                return;
            }
        violations.push_back(violation);
    }
    void tell(json::object& out, bool distances) const {
        if (!delivery.empty()) out["delivery"] = numbers(delivery), out["amount"] = numbers(delivery), out["pickup"] = numbers(pickup);
        out["setup"] = setup, out["service"] = service, out["duration"] = driving, out["waiting_time"] = waiting, out["priority"] = priority;
        if (distances) out["distance"] = distance;
    }
};

class Writer {
public:
    Writer(const VroomRequest& request, const VroomAnswer& answer) : r_(request), a_(answer) {}

    std::string text() {
        json::array routes, unassigned;
        Sums all = nothing();
        for (const auto& route : a_.routes) {
            const Sums sums = sums_of(route);
            routes.push_back(tell(route, sums));
            all.add(sums);
        }
        for (const auto& [task, visit] : a_.unassigned) {
            const auto& stop = r_.stops[static_cast<std::size_t>(task)][static_cast<std::size_t>(visit)];
            json::object entry{{"id", stop.id}};
            place(entry, stop.at);
            entry["type"] = type(task, visit);
            if (!stop.description.empty()) entry["description"] = stop.description;
            unassigned.push_back(std::move(entry));
        }
        json::object summary{{"cost", all.cost}, {"routes", routes.size()}, {"unassigned", unassigned.size()}};
        all.tell(summary, r_.tells_distances);
        summary["violations"] = violations(all.violations);
        summary["computing_times"] = json::object{{"loading", a_.loading_ms}, {"solving", a_.solving_ms}, {"routing", a_.routing_ms}};
        return json_text(json::object{
                   {"code", 0}, {"summary", std::move(summary)}, {"unassigned", std::move(unassigned)}, {"routes", std::move(routes)}}) +
               "\n";
    }

private:
    Sums nothing() const {
        Sums sums;
        sums.delivery = sums.pickup = Load(static_cast<std::size_t>(r_.amounts), 0);
        return sums;
    }
    const char* type(int task, int visit) const { return task < r_.jobs ? "job" : visit == 0 ? "pickup" : "delivery"; }
    static void place(json::object& out, const VroomPlace& at) {
        if (at.location) out["location"] = json::array{at.location->x, at.location->y};
        if (at.index) out["location_index"] = *at.index;
    }

    Sums sums_of(const VroomRoute& route) const {
        Sums sums = nothing();
        sums.cost = std::llround(route.cost);
        sums.violations = route.violations;
        for (const auto& step : route.steps) {
            sums.setup += step.setup, sums.service += step.service, sums.waiting += step.waiting;
            sums.driving = step.driving, sums.distance = step.distance;
            for (const auto& violation : step.violations) sums.note(violation);
            if (step.kind != StepKind::visit) continue;
            const Task& task = r_.input.problem.tasks[static_cast<std::size_t>(step.task)];
            if (task.kind == TaskKind::shipment ? step.visit == 1 : true) sums.priority += task.priority * (task.kind == TaskKind::shipment ? 2 : 1);
            const auto add = [](Load& to, const Load& what) {
                for (std::size_t d = 0; d < to.size() && d < what.size(); ++d) to[d] += what[d];
            };
            if (task.kind == TaskKind::delivery || (task.kind == TaskKind::shipment && step.visit == 1)) add(sums.delivery, task.load);
            if (task.kind == TaskKind::pickup || (task.kind == TaskKind::shipment && step.visit == 0)) add(sums.pickup, task.load);
            add(sums.pickup, task.collect);
        }
        return sums;
    }

    json::object tell(const VroomRoute& route, const Sums& sums) const {
        const VroomCar& car = r_.cars[static_cast<std::size_t>(route.vehicle)];
        json::object out{{"vehicle", car.id}, {"cost", sums.cost}};
        if (!car.description.empty()) out["description"] = car.description;
        sums.tell(out, r_.tells_distances);
        json::array steps;
        for (const auto& step : route.steps) steps.push_back(tell(car, step));
        out["steps"] = std::move(steps);
        out["violations"] = violations(sums.violations);
        if (!route.geometry.empty()) out["geometry"] = route.geometry;
        return out;
    }

    json::object tell(const VroomCar& car, const VroomAnswerStep& step) const {
        json::object out;
        switch (step.kind) {
            case StepKind::start:
                out["type"] = "start";
                place(out, car.start);
                break;
            case StepKind::end:
                out["type"] = "end";
                place(out, car.end);
                break;
            case StepKind::rest: {
                const auto& rest = car.breaks[static_cast<std::size_t>(step.visit)];
                out["type"] = "break";
                if (!rest.description.empty()) out["description"] = rest.description;
                out["id"] = rest.id;
                break;
            }
            default: {
                const auto& stop = r_.stops[static_cast<std::size_t>(step.task)][static_cast<std::size_t>(step.visit)];
                out["type"] = type(step.task, step.visit);
                if (!stop.description.empty()) out["description"] = stop.description;
                place(out, stop.at);
                out["id"] = stop.id;
                if (step.task < r_.jobs) out["job"] = stop.id;
            }
        }
        out["setup"] = step.setup, out["service"] = step.service, out["waiting_time"] = step.waiting;
        if (r_.amounts > 0) out["load"] = numbers(step.load);
        out["arrival"] = step.arrival, out["duration"] = step.driving;
        out["violations"] = violations(step.violations);
        if (r_.tells_distances) out["distance"] = step.distance;
        return out;
    }

    const VroomRequest& r_;
    const VroomAnswer& a_;
};

}  // namespace

VroomAnswer vroom_answer(const VroomRequest& request, const Solution& solution) {
    VroomAnswer answer;
    const Problem& problem = request.input.problem;
    for (const auto& route : solution.routes) {
        const Vehicle& vehicle = problem.vehicles[static_cast<std::size_t>(route.vehicle)];
        const auto tables = request.tables.find(request.cars[static_cast<std::size_t>(route.vehicle)].profile);
        VroomRoute made{.vehicle = route.vehicle, .cost = route.cost.total()};
        Distance metres = 0;
        int before = -1;
        for (const auto& step : route.steps) {
            // with a cost matrix the engine's distances are costs
            if (before >= 0 && step.place >= 0 && before != step.place && tables != request.tables.end() && !tables->second.distances.empty())
                metres += std::max<std::int64_t>(0, tables->second.distances[static_cast<std::size_t>(before)][static_cast<std::size_t>(step.place)]);
            if (step.place >= 0) before = step.place;
            if ((step.kind == StepKind::start && !vehicle.start) || (step.kind == StepKind::end && !vehicle.end)) continue;
            made.steps.push_back({.kind = step.kind,
                                  .task = step.task,
                                  .visit = step.visit,
                                  .place = step.place,
                                  .arrival = step.arrival,
                                  .waiting = step.begin - step.arrival,
                                  .setup = step.setup,
                                  .service = step.service,
                                  .driving = step.driving,
                                  .distance = metres,
                                  .load = step.load});
        }
        answer.routes.push_back(std::move(made));
    }
    for (const auto& left : solution.left_out)
        for (std::size_t v = 0; v < problem.tasks[static_cast<std::size_t>(left.task)].visits.size(); ++v)
            answer.unassigned.emplace_back(left.task, static_cast<int>(v));
    return answer;
}

std::string write_vroom(const VroomRequest& request, const VroomAnswer& answer) { return Writer(request, answer).text(); }

std::string write_vroom_error(int code, const std::string& message) {
    return json_text(json::object{{"code", code}, {"error", message}}) + "\n";
}

}  // namespace lastmile::vrp
