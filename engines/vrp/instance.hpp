#pragma once
// A problem made ready for searching: flat arrays, interned skills, folded costs. Nothing here decides; nothing changes after it is built.
#include <span>
#include <vector>

#include "engines/vrp/problem.hpp"
#include "engines/vrp/solution.hpp"

namespace lastmile::vrp {

/// What a visit does to the load.
enum class Role : std::uint8_t {
    pick,     ///< shipment's first half
    drop,     ///< shipment's second half
    deliver,  ///< on board since the start of the trip
    collect,  ///< on board until the end of the trip
    none,     ///< service only
    reload,
};

/// A visit, or a reload place of a vehicle. `from` and `to` are the hull of the hard windows (release of a pickup included).
struct Node {
    int place = 0;
    Role role = Role::none;
    bool several = false;   ///< more than one hard window
    bool boards = false;    ///< a dropoff whose goods are on board from the beginning
    bool collects = false;  ///< takes something along as well (Task::collect)
    Time service = 0;       ///< the shortest of all vehicles' where `timed`
    Time from = always_from;
    Time to = always_to;
    Time release = always_from;  ///< a delivery's trip does not begin before
    int task = -1;
    int visit = 0;
    bool rich = false;      ///< the hull alone does not tell whether and when it can be served
    bool promised = false;  ///< may be late behind its last window, at a price
    int timed = -1;         ///< ≥ 0: times depend on the vehicle, see Instance::times
    Time setup = 0;
    const std::vector<Window>* windows = nullptr;
    const Preference* preferred = nullptr;  ///< null: no wish
};

/// Travel of one vehicle class.
struct Roads {
    const Leg* table = nullptr;
    const Leg* back = nullptr;  ///< the same with rows and columns changed, for searching; both have zeros from a place to itself then
    const Matrix* matrix = nullptr;
    std::size_t size = 0;
    double slowness = 1;  ///< 1 / speed factor
    const std::vector<TimeOfDayFactor>* factors = nullptr;

    /// With the smallest factor of the day: a lower bound if travel depends on the time. Duration -1: no way.
    Leg leg(int from, int to) const {
        Leg leg = table ? table[static_cast<std::size_t>(from) * size + static_cast<std::size_t>(to)] : matrix->leg(from, to);
        if (slowness != 1) leg.duration = static_cast<std::int32_t>(leg.duration * slowness + 0.5);
        return leg;
    }
    /// Duration when leaving at `depart`.
    Time duration_at(int from, int to, Time depart) const;
};

struct Rest {
    std::vector<Window> windows;
    Time duration = 0;
    bool paid = false;
    bool required = false;
    const Load* max_load = nullptr;
    int index = 0;  ///< into Vehicle::breaks; -1: between two windows of the shift
};

/// A vehicle with its costs weighted.
struct Car {
    int index = 0;
    int type = 0;  ///< equal vehicles have the same one
    const Vehicle* data = nullptr;
    Roads roads;
    int start = -1;  ///< place; -1: open
    int end = -1;
    Time from = always_from;
    Time to = always_to;
    bool under_way = false;
    bool rich = false;
    double fixed = 0;
    double per_s = 0;
    double per_drive_s = 0;
    double per_service_s = 0;
    double per_m = 0;  ///< distance and carbon together
    double overtime_per_s = 0;
    int max_stops = 0;
    Distance max_distance = 0;
    Time max_driving = 0;
    Time max_duration = 0;
    int locked = 0;           ///< number of nodes that must come first
    int reload_node = -1;     ///< first of its reload nodes; -1: none
    std::vector<int> first;   ///< the locked nodes
    std::vector<Rest> rests;  ///< by the end of their windows
    std::vector<std::int64_t> capacity;

    bool timed() const { return per_s != 0 || max_duration < always_to; }
};

class Instance {
public:
    /// The problem must be valid and outlive the instance. Tables made `for_search` cost time that a single question does not earn back.
    explicit Instance(const Problem& problem, bool for_search = false);

    const Problem& problem;
    int dims = 0;
    std::vector<Node> nodes;  ///< visits of all tasks, then reload places
    int visits = 0;           ///< number of the former
    std::vector<Car> cars;
    int types = 0;
    std::vector<std::vector<int>> cars_of_type;
    bool rich = false;      ///< the weights themselves ask for exact times
    bool releases = false;  ///< some delivery's goods come to the hub later

    int tasks() const { return static_cast<int>(problem.tasks.size()); }
    bool reload(int node) const { return node >= visits; }
    const Task& task_of(int node) const { return problem.tasks[static_cast<std::size_t>(nodes[static_cast<std::size_t>(node)].task)]; }
    const Node& node(int n) const { return nodes[static_cast<std::size_t>(n)]; }
    const Car& car(int c) const { return cars[static_cast<std::size_t>(c)]; }
    /// What has to be placed for the task: one node, or pickup and dropoff; only the dropoff if the pickup is done or locked.
    std::span<const int> nodes_of(int task) const {
        const auto t = static_cast<std::size_t>(task);
        return {node_list_.data() + first_[t], static_cast<std::size_t>(count_[t])};
    }
    /// Also those that are not to be placed; -1 if the visit is done.
    int node_at(int task, int visit) const;
    /// The shipment's pickup, -1 if the goods are on board already (or there is none).
    int pickup_node(int task) const { return node_at(task, 0) >= 0 && node(node_at(task, 0)).role == Role::pick ? node_at(task, 0) : -1; }
    std::span<const std::int64_t> load(int task) const {
        const auto d = static_cast<std::size_t>(dims);
        return {loads_.data() + static_cast<std::size_t>(task) * d, d};
    }
    /// What its visit takes along besides; zeros for most.
    std::span<const std::int64_t> collect(int task) const {
        const auto d = static_cast<std::size_t>(dims);
        return {collects_.data() + static_cast<std::size_t>(task) * d, d};
    }
    /// Setup and service of a node by this vehicle.
    struct Times {
        Time setup = 0;
        Time service = 0;
    };
    Times times(const Node& node, int car) const {
        if (node.timed < 0) return {node.setup, node.service};
        return times_[static_cast<std::size_t>(node.timed) * cars.size() + static_cast<std::size_t>(car)];
    }
    /// Skills, allowed and forbidden vehicles, goods on board elsewhere.
    bool allowed(int task, int car) const { return allowed_[static_cast<std::size_t>(task) * cars.size() + static_cast<std::size_t>(car)] != 0; }
    /// Skills alone, for explanations.
    bool skilled(int task, int car) const;
    int on_board_of(int task) const { return on_board_of_[static_cast<std::size_t>(task)]; }  ///< car or -1
    std::optional<Time> on_board_since(int task) const { return on_board_since_[static_cast<std::size_t>(task)]; }
    /// Price of leaving out, made large enough where leaving out is no choice.
    double absence(int task) const { return absence_[static_cast<std::size_t>(task)]; }
    bool optional_task(int task) const { return problem.tasks[static_cast<std::size_t>(task)].leave_out_price.has_value(); }
    /// Where the incumbent has it: a car, -2 - partner, or -1 for nowhere (then any place costs the same).
    int incumbent_of(int task) const { return incumbent_[static_cast<std::size_t>(task)]; }
    double moved_cost(int task, int car) const {
        const int was = incumbent_of(task);
        return was == -1 || was == car ? 0 : problem.weights.moved_task;
    }
    double offer_cost(int task, int offer) const { return offer_parts(task, offer).total(); }
    Cost offer_parts(int task, int offer) const;
    /// Group of `together_with` (closed transitively), -1 if alone.
    int group_of(int task) const { return group_[static_cast<std::size_t>(task)]; }
    const std::vector<int>& group(int g) const { return groups_[static_cast<std::size_t>(g)]; }
    const std::vector<int>& conflicts(int task) const { return conflicts_[static_cast<std::size_t>(task)]; }
    const std::vector<int>& before(int task) const { return problem.tasks[static_cast<std::size_t>(task)].after; }

private:
    void add_nodes();
    void add_cars();
    void lay_tables();
    void add_reloads();
    void add_relations();
    void add_absences();
    void add_type_times();

    std::vector<int> first_node_, node_count_, first_, count_, node_list_, on_board_of_, incumbent_, group_;
    std::vector<std::optional<Time>> on_board_since_;
    std::vector<std::int64_t> loads_, collects_;
    std::vector<Times> times_;
    std::vector<std::uint8_t> allowed_;
    std::vector<double> absence_;
    std::vector<std::vector<int>> groups_, conflicts_;
    std::vector<std::vector<Leg>> tables_, turned_;  ///< by profile
};

/// The first moment from `ready` on at which one of the windows (none: always) is open.
std::optional<Time> earliest_in(const std::vector<Window>& windows, Time ready);

/// Early and late seconds against a wish; both zero inside.
struct Deviation {
    Time early = 0;
    Time late = 0;
};
Deviation deviation(const Preference& wish, Time begin);

}  // namespace lastmile::vrp
