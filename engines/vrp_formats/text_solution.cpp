// The literature's way to write an answer: one line a route, then the cost.
#include <algorithm>
#include <cstdio>
#include <tuple>

#include "engines/vrp_formats/write.hpp"

namespace lastmile::vrp {
namespace {

std::string stops_of(const Input& input, const SolutionRoute& route) {
    std::string stops;
    for (const auto& step : route.steps) {
        if (step.kind == StepKind::reload) {
            const auto place = static_cast<std::size_t>(step.place);
            stops += " " + std::to_string(place < input.depots.size() ? input.depots[place] : step.place);
        }
        if (step.kind != StepKind::visit) continue;
        const auto task = static_cast<std::size_t>(step.task);
        if (step.visit == 1 && task < input.drop_numbers.size())
            stops += " " + std::to_string(input.drop_numbers[task]);
        else if (task < input.numbers.size())
            stops += " " + std::to_string(input.numbers[task]);
        else
            stops += " " + input.problem.tasks[task].id;
    }
    return stops;
}

/// Where vehicles differ, readers take the k-th line for the k-th vehicle's, so idle ones have their line as well.
bool vehicles_differ(const Problem& problem) {
    const auto traits = [](const Vehicle& v) { return std::tie(v.start, v.end, v.capacity, v.fixed, v.per_km, v.max_duration, v.max_distance, v.shift); };
    return std::ranges::adjacent_find(problem.vehicles, [&](const Vehicle& a, const Vehicle& b) { return traits(a) != traits(b); }) !=
           problem.vehicles.end();
}

}  // namespace

std::string write_text(const Input& input, const Solution& solution) {
    std::string text;
    const bool aligned = vehicles_differ(input.problem);
    int number = 0;
    const auto line = [&](const std::string& stops) { text += "Route #" + std::to_string(++number) + ":" + stops + "\n"; };
    for (const auto& route : solution.routes) {
        while (aligned && number < route.vehicle) line("");
        const std::string stops = stops_of(input, route);
        if (!stops.empty() || aligned) line(stops);
    }
    while (aligned && number < static_cast<int>(input.problem.vehicles.size())) line("");
    char cost[64];
    std::snprintf(cost, sizeof cost, "Cost %.10g\n", solution.cost.total());
    return text + cost;
}

}  // namespace lastmile::vrp
