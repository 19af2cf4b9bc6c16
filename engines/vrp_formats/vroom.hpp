#pragma once
// VROOM's request and answer (its API document of version 1.15), member by member: solving, and its plan mode that chooses the times of given
// routes and tells what they violate. Costs are VROOM's: by default the seconds of travel (waiting and service are free).
#include <functional>
#include <map>
#include <optional>

#include "engines/vrp/solution.hpp"
#include "engines/vrp_formats/text.hpp"

namespace lastmile::vrp {

/// Square tables; rows of -1 where there is no way. Empty: not given.
struct VroomTables {
    std::vector<std::vector<std::int64_t>> durations, distances, costs;
};

/// A place as the request names it, to be echoed.
struct VroomPlace {
    int place = -1;
    std::optional<Point> location = {};
    std::optional<int> index = {};
};

/// A task's visit, or a break.
struct VroomStop {
    long long id = 0;
    std::string description = {};
    VroomPlace at = {};
};

/// One entry of a vehicle's `steps`.
struct VroomStep {
    StepKind kind = StepKind::visit;
    int task = -1;
    int visit = 0;  ///< for a break: its index
    std::optional<Time> service_at = {}, service_after = {}, service_before = {};
};

struct VroomCar {
    long long id = 0;
    std::string profile = "car", description = {};
    VroomPlace start = {}, end = {};
    std::vector<VroomStop> breaks = {};
    std::vector<VroomStep> steps = {};
    bool own_travel_cost = false;  ///< per_hour or per_km other than by default
};

struct VroomRequest {
    Input input = {};  ///< complete once finish() had nothing to say
    std::vector<std::vector<VroomStop>> stops = {};  ///< by task, by visit
    std::vector<VroomCar> cars = {};
    int jobs = 0;  ///< the first so many tasks; shipments follow
    std::map<std::string, VroomTables> tables = {};
    bool indexed = false;   ///< the request has matrices: places are their indices
    bool geometry = false;  ///< `options.g`
    bool plan = false;      ///< `options.c`
    bool tells_distances = false;
    int amounts = 0;                      ///< number of components of capacities
    std::vector<std::string> notes = {};  ///< members that VROOM does not know: theirs to have, but perhaps misspelt

    /// Profiles in use without durations: roads are asked for them (by `input.points`) before finish().
    std::vector<std::string> missing_profiles() const;
};

/// Durations, and costs where given, else distances.
std::shared_ptr<const Matrix> matrix_of(const VroomTables& tables);

std::expected<VroomRequest, InputFaults> read_vroom_request(std::string_view text);
/// Makes matrices of the tables, and the incumbent of `steps`.
InputFaults finish(VroomRequest& request);
/// Where VROOM's request has what a pointer into our own schema names (`/tasks/3/visits/0/windows/1` → `/shipments/1/pickup/time_windows/1`).
std::string vroom_pointer(const VroomRequest& request, const std::string& pointer);

struct VroomViolation {
    const char* cause = "";
    std::optional<Time> duration = {};
    friend bool operator==(const VroomViolation&, const VroomViolation&) = default;
};

struct VroomAnswerStep {
    StepKind kind = StepKind::visit;
    int task = -1, visit = 0, place = -1;
    Time arrival = 0, waiting = 0, setup = 0, service = 0, driving = 0;
    Distance distance = 0;
    Load load = {};
    std::vector<VroomViolation> violations = {};
};

struct VroomRoute {
    int vehicle = 0;
    Money cost = 0;
    std::vector<VroomAnswerStep> steps = {};
    std::vector<VroomViolation> violations = {};  ///< of the route as a whole
    std::string geometry = {};
};

struct VroomAnswer {
    std::vector<VroomRoute> routes = {};
    std::vector<std::pair<int, int>> unassigned = {};  ///< tasks and visits
    /// Milliseconds for reading, solving, and asking for roads.
    int loading_ms = 0, solving_ms = 0, routing_ms = 0;
};

VroomAnswer vroom_answer(const VroomRequest& request, const Solution& solution);
/// Plan mode: the given routes with the times that violate least, then are shortest, then earliest. Refuses routes whose `service_*`
/// contradict each other, with the pointer of the vehicle's steps.
std::expected<VroomAnswer, InputFaults> vroom_plan(const VroomRequest& request);
std::string write_vroom(const VroomRequest& request, const VroomAnswer& answer);
/// What VROOM prints for an error: code 1 (internal), 2 (input) or 3 (routing).
std::string write_vroom_error(int code, const std::string& message);

}  // namespace lastmile::vrp
