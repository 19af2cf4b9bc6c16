// A read request becomes a problem: tables into matrices, steps into the plan to start from.
#include <algorithm>

#include "engines/vrp_formats/vroom.hpp"

namespace lastmile::vrp {

std::vector<std::string> VroomRequest::missing_profiles() const {
    std::vector<std::string> missing;
    for (const auto& car : cars) {
        const auto found = tables.find(car.profile);
        if ((found == tables.end() || found->second.durations.empty()) && std::ranges::find(missing, car.profile) == missing.end())
            missing.push_back(car.profile);
    }
    return missing;
}

std::shared_ptr<const Matrix> matrix_of(const VroomTables& tables) {
    const int size = static_cast<int>(tables.durations.size());
    const auto& lengths = tables.costs.empty() ? tables.distances : tables.costs;
    auto matrix = std::make_shared<DenseMatrix>(size);
    for (int a = 0; a < size; ++a)
        for (int b = 0; b < size; ++b) {
            const auto row = static_cast<std::size_t>(a), column = static_cast<std::size_t>(b);
            matrix->set(a, b, {static_cast<std::int32_t>(tables.durations[row][column]),
                               lengths.empty() ? 0 : static_cast<std::int32_t>(std::max<std::int64_t>(0, lengths[row][column]))});
        }
    return matrix;
}

namespace {

void check_tables(const VroomRequest& request, const std::string& name, const VroomTables& tables, InputFaults& faults) {
    const std::string at = "/matrices/" + name;
    if (static_cast<int>(tables.durations.size()) < request.input.problem.places) faults.push_back({0, at + "/durations", "must cover all location indices"});
    for (const auto& [member, table] : {std::pair{"/distances", &tables.distances}, {"/costs", &tables.costs}})
        if (!table->empty() && table->size() != tables.durations.size()) faults.push_back({0, at + member, "must be as large as durations"});
}

/// A matrix of costs takes the place of distances: one unit of money a "kilometre" of a thousand.
void check_costs(VroomRequest& request, std::size_t v, const VroomTables& tables, InputFaults& faults) {
    auto& vehicle = request.input.problem.vehicles[v];
    const std::string at = "/vehicles/" + std::to_string(v);
    if (tables.costs.empty()) {
        if ((vehicle.per_km != 0 || vehicle.max_distance) && tables.distances.empty())
            faults.push_back({0, at + (vehicle.per_km != 0 ? "/costs/per_km" : "/max_distance"),
                              "needs distances: give matrices/" + request.cars[v].profile + "/distances, or places with coordinates and a map"});
        return;
    }
    if (request.cars[v].own_travel_cost)
        faults.push_back({0, at + "/costs", "per_hour and per_km contradict the cost matrix of the profile: give one of them"});
    if (vehicle.max_distance)
        faults.push_back({0, at + "/max_distance", "is not supported beside a cost matrix: leave out one of them, or limit max_travel_time"});
    vehicle.per_driving_hour = 0;
    vehicle.per_km = 1000;
}

}  // namespace

InputFaults finish(VroomRequest& request) {
    InputFaults faults;
    Problem& problem = request.input.problem;
    std::map<std::string, int> index;
    request.tells_distances |= request.geometry;
    bool all = true;
    for (std::size_t v = 0; v < request.cars.size(); ++v) {
        const std::string& name = request.cars[v].profile;
        const auto found = request.tables.find(name);
        if (found == request.tables.end() || found->second.durations.empty()) {
            faults.push_back({0, "/vehicles/" + std::to_string(v) + "/profile",
                              "there is no matrix for the profile " + name + ": give matrices/" + name + "/durations, or name a map (--map)"});
            continue;
        }
        all &= !found->second.distances.empty();
        if (!index.contains(name)) {
            check_tables(request, name, found->second, faults);
            if (!faults.empty()) return faults;
            index[name] = static_cast<int>(problem.profiles.size());
            problem.profiles.push_back({matrix_of(found->second), {}});
        }
        problem.vehicles[v].profile = index[name];
        check_costs(request, v, found->second, faults);
    }
    request.tells_distances |= all && request.indexed;
    bool given = false;
    Plan plan;
    for (std::size_t v = 0; v < request.cars.size(); ++v) {
        PlanRoute route{.vehicle = static_cast<int>(v)};
        for (const auto& step : request.cars[v].steps)
            if (step.kind == StepKind::visit) route.stops.push_back({step.task, step.visit});
        given |= !route.stops.empty();
        if (!route.stops.empty()) plan.routes.push_back(std::move(route));
    }
    if (given && !request.plan) problem.incumbent = std::move(plan);
    return faults;
}

std::string vroom_pointer(const VroomRequest& request, const std::string& pointer) {
    std::string made = pointer;
    const auto swap = [&](const std::string& from, const std::string& to) {
        if (const auto at = made.find(from); at != made.npos) made.replace(at, from.size(), to);
    };
    if (made.starts_with("/tasks/")) {
        std::size_t used = 0;
        const int task = std::stoi(made.substr(7), &used);
        const std::string rest = made.substr(7 + used);
        made = task < request.jobs ? "/jobs/" + std::to_string(task) + rest : "/shipments/" + std::to_string(task - request.jobs) + rest;
        swap("/visits/0", task < request.jobs ? "" : "/pickup");
        swap("/visits/1", "/delivery");
        swap("/place", "/location_index");
    }
    swap("/windows", "/time_windows");
    swap("/shift", "/time_window");
    swap("/max_stops", "/max_tasks");
    swap("/max_driving", "/max_travel_time");
    swap("/duration", "/service");
    if (made.starts_with("/plan/routes/") && request.input.problem.incumbent) {
        const auto& routes = request.input.problem.incumbent->routes;
        const auto route = static_cast<std::size_t>(std::stoi(made.substr(13)));
        made = "/vehicles/" + std::to_string(route < routes.size() ? routes[route].vehicle : 0) + "/steps";
    }
    return made;
}

}  // namespace lastmile::vrp
