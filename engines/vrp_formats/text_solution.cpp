// The literature's way to write an answer: one line a route, then the cost.
#include <cstdio>

#include "engines/vrp_formats/write.hpp"

namespace lastmile::vrp {

std::string write_text(const Input& input, const Solution& solution) {
    std::string text;
    int number = 0;
    for (const auto& route : solution.routes) {
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
        if (!stops.empty()) text += "Route #" + std::to_string(++number) + ":" + stops + "\n";
    }
    char line[64];
    std::snprintf(line, sizeof line, "Cost: %.10g\n", solution.cost.total());
    return text + line;
}

}  // namespace lastmile::vrp
