// Answers as JSON in our own form.
#include "engines/vrp_formats/json.hpp"
#include "engines/vrp_formats/json_members.hpp"

namespace lastmile::vrp {
namespace {

json::object cost_of(const Cost& cost) {
    json::object made{{"total", cost.total()}};
    for (const auto& [name, value] : {std::pair<const char*, Money>{"fixed", cost.fixed},
                                      {"time", cost.time},
                                      {"distance", cost.distance},
                                      {"overtime", cost.overtime},
                                      {"lateness", cost.lateness},
                                      {"left_out", cost.left_out},
                                      {"outside", cost.outside},
                                      {"carbon", cost.carbon},
                                      {"latency", cost.latency},
                                      {"stability", cost.stability},
                                      {"balance", cost.balance}})
        if (value != 0) made[name] = value;
    return made;
}

template <class T>
json::array array_of(const std::vector<T>& list) {
    json::array made;
    for (const auto& item : list) made.emplace_back(item);
    return made;
}

const char* word(StepKind kind) {
    switch (kind) {
        case StepKind::start:
            return "start";
        case StepKind::visit:
            return "visit";
        case StepKind::rest:
            return "break";
        case StepKind::reload:
            return "reload";
        case StepKind::end:
            return "end";
    }
    return "";
}

json::object step_of(const Input& input, const Step& step) {
    json::object made{{"kind", word(step.kind)}};
    if (step.place >= 0) made["place"] = step.place;
    if (step.task >= 0) made["task"] = step.task, made["task_id"] = input.problem.tasks[static_cast<std::size_t>(step.task)].id;
    if (step.kind != StepKind::start && step.kind != StepKind::end) made["visit"] = step.visit;
    made["arrival"] = step.arrival, made["begin"] = step.begin, made["departure"] = step.departure;
    if (step.setup) made["setup"] = step.setup;
    if (step.service) made["service"] = step.service;
    made["distance"] = step.distance, made["driving"] = step.driving;
    made["load"] = array_of(step.load);
    if (step.early_s) made["early_s"] = step.early_s;
    if (step.late_s) made["late_s"] = step.late_s;
    if (step.late_hard_s) made["late_hard_s"] = step.late_hard_s;
    return made;
}

json::array reasons_of(const std::vector<Reason>& reasons) {
    json::array made;
    for (const auto& reason : reasons) {
        json::object entry{{"vehicles", array_of(reason.vehicles)}, {"constraint", name(reason.constraint)}, {"detail", reason.detail}};
        if (reason.relaxation) {
            json::object relaxation{{"constraint", name(reason.relaxation->constraint)}, {"amount", reason.relaxation->amount}};
            if (reason.relaxation->dimension >= 0) relaxation["dimension"] = reason.relaxation->dimension;
            entry["relaxation"] = std::move(relaxation);
        }
        made.push_back(std::move(entry));
    }
    return made;
}

}  // namespace

std::string write_json(const Input& input, const Solution& solution) {
    json::array routes, outside, left_out;
    for (const auto& route : solution.routes) {
        json::array steps;
        for (const auto& step : route.steps) steps.push_back(step_of(input, step));
        routes.push_back(json::object{{"vehicle", route.vehicle},
                                      {"vehicle_id", input.problem.vehicles[static_cast<std::size_t>(route.vehicle)].id},
                                      {"steps", std::move(steps)},
                                      {"cost", cost_of(route.cost)},
                                      {"distance", route.distance},
                                      {"driving", route.driving},
                                      {"duration", route.duration},
                                      {"waiting", route.waiting},
                                      {"co2_g", route.co2_g}});
    }
    for (const auto& job : solution.outside) outside.push_back(json::object{{"task", job.task}, {"offer", job.offer}, {"cost", cost_of(job.cost)}});
    for (const auto& left : solution.left_out)
        left_out.push_back(json::object{
            {"task", left.task}, {"task_id", input.problem.tasks[static_cast<std::size_t>(left.task)].id}, {"reasons", reasons_of(left.reasons)}});
    return json_text(json::object{{"cost", cost_of(solution.cost)},
                                        {"routes", std::move(routes)},
                                        {"outside", std::move(outside)},
                                        {"left_out", std::move(left_out)},
                                        {"iterations", solution.iterations}}) +
           "\n";
}

}  // namespace lastmile::vrp
