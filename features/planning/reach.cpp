#include "features/planning/reach.hpp"

#include <algorithm>
#include <cmath>

#include "features/deliveries/plan_rules.hpp"
#include "features/planning/problem.hpp"

namespace lastmile::planning {
namespace {

constexpr auto one_day = std::chrono::hours{20};  // slots that begin within it are asked about together
constexpr auto around = std::chrono::hours{2};    // routes may begin before and end after
constexpr std::size_t waiting_at_most = 100;

/// A delivery that nobody has asked for yet, into this slot.
DeliveryRow imagined(const ReachQuestion& question, const Slot& slot, Instant now, Instant machine_now, Random& random) {
    const Given given{now, machine_now, random, {}};
    DeliveryRow row;
    row.id = given.new_id<Delivery>();
    row.service_level = question.service_level;
    row.pickup_hub_id = question.hub;
    row.dropoff_lat = question.dropoff.lat, row.dropoff_lon = question.dropoff.lon;
    row.dropoff_from = slot.window.from, row.dropoff_to = slot.window.to;
    auto& package = row.record.packages.emplace_back();
    package.id = given.new_id<Package>();
    package.weight = Grams{question.weight}, package.volume = CubicCentimetres{question.volume};
    row.lifecycle = deliveries::create(row.id, {PlaceKind::hub, question.hub}, {PlaceKind::recipient, {}}, {package.id}, true, given).after;
    row.status = Status::scheduled;
    return row;
}

Task task_of(store::Read& read, const DeliveryRow& row, TimeWindowPolicy windows) {
    Task task;
    const auto& leg = row.lifecycle.legs.front();
    const auto& package = row.record.packages.front();
    task.delivery_id = row.id, task.leg_id = leg.id, task.windows = windows;
    task.packages = {package.id};
    task.parcels = {dispatch::parcel_of(row, package.id)};
    task.load = {.weight = package.weight.value, .volume = package.volume.value, .parcels = 1};
    task.pickup = dispatch::place_of(read, row, leg.from, true);
    task.dropoff = dispatch::place_of(read, row, leg.to, false).value();
    return task;
}

/// What waits for a plan and is promised in these hours.
std::vector<Id<Delivery>> waiting_in(store::Read& read, const Window& hours) {
    std::vector<Id<Delivery>> ids;
    for (const auto& row : find_deliveries(read, deliveries_to_plan(read)))
        if (row.dropoff_from && *row.dropoff_from < hours.to && *row.dropoff_to > hours.from && ids.size() < waiting_at_most) ids.push_back(row.id);
    return ids;
}

class Day {
public:
    Day(Planning& planning, const ReachQuestion& question, std::span<const Slot> slots) : planning_(planning), question_(question), slots_(slots) {}

    void ask(std::map<Id<Slot>, Reach>& answers) {
        for (const auto& slot : slots_) answers[slot.slot_id] = {};
        read();
        if (snapshot_.candidates.empty() || !snapshot_.tasks.back().pickup) return;
        const auto plan = plan_of_the_rest();
        if (!plan) return;
        for (const auto& slot : slots_)
            if (const auto cost = insert(slot, *plan)) answers[slot.slot_id] = {true, Money{MinorUnits{std::llround(std::max(0.0, *cost))}, snapshot_.policies.currency}};
    }

private:
    void read() {
        planning_.store.look(question_.partition, [&](store::Read& read) {
            hours_ = {slots_.front().window.from - around, {}};
            for (const auto& slot : slots_) hours_.to = std::max(hours_.to, slot.window.to + around);
            hours_.from = std::max(hours_.from, read.now().business);
            request_.horizon = hours_;
            request_.delivery_ids = List<Id<Delivery>, 1, 5'000>(waiting_in(read, hours_));
            snapshot_ = take_snapshot(read, request_, planning_.positions);
            roads_ = planning_.roads_now ? planning_.roads_now(read, std::max(snapshot_.now, hours_.from)) : nullptr;  // as they are when one drives
            auto row = imagined(question_, slots_.front(), snapshot_.now, snapshot_.machine_now, random_);
            auto task = task_of(read, row, policies_of(read, {{}, question_.service_level}).planning.time_window_policy);
            task.row = row_ = &snapshot_.deliveries.emplace(row.id, std::move(row)).first->second;
            snapshot_.tasks.push_back(std::move(task));
        });
    }

    const TravelTable* roads() const { return roads_ ? roads_.get() : planning_.roads; }
    int last() const { return static_cast<int>(snapshot_.tasks.size()) - 1; }

    PlanProblem problem_with(const Window& window) {
        snapshot_.tasks.back().dropoff.from = row_->dropoff_from = window.from;
        snapshot_.tasks.back().dropoff.to = row_->dropoff_to = window.to;
        return problem_of(snapshot_, request_, roads(), {});
    }

    /// What is on routes and what waits. The one in question is there too, so that visits have the same numbers, and is taken out again.
    std::optional<vrp::Plan> plan_of_the_rest() {
        for (auto& task : snapshot_.tasks) task.movable = task.movable && task.held_by < 0;
        const auto problem = problem_with(hours_);
        const auto open = std::ranges::count_if(snapshot_.tasks, [](const Task& task) { return task.held_by < 0; }) - 1;
        if (open == 0) return problem.incumbent;
        vrp::SolveOptions options;
        options.budget_s = usual_budget_s(static_cast<std::size_t>(open), 1.0);
        options.clock = [] { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); };
        options.explain = false;
        const auto solved = vrp::solve(problem.problem, options);
        if (!solved) return std::nullopt;
        auto plan = vrp::plan_of(*solved);
        for (auto& route : plan.routes) std::erase_if(route.stops, [&](const auto& stop) { return stop.task == last(); });
        std::erase_if(plan.routes, [](const auto& route) { return route.stops.empty(); });
        return plan;
    }

    std::optional<double> insert(const Slot& slot, const vrp::Plan& plan) {
        const auto problem = problem_with(slot.window);
        if (std::ranges::any_of(problem.not_given, [&](const auto& one) { return one.first == last(); })) return std::nullopt;
        const auto found = vrp::best_insertion(problem.problem, plan, last());
        if (!found || found->vehicle < 0) return std::nullopt;
        return found->extra_cost;
    }

    Planning& planning_;
    const ReachQuestion& question_;
    std::span<const Slot> slots_;
    SystemRandom random_;
    PlanRequest request_;
    Snapshot snapshot_;
    std::shared_ptr<const TravelTable> roads_;
    Window hours_;
    DeliveryRow* row_ = nullptr;  // the imagined one, in the snapshot
};

}  // namespace

std::map<Id<Slot>, Reach> reach_of(Planning& planning, const ReachQuestion& question) {
    std::map<Id<Slot>, Reach> answers;
    const std::span<const Slot> all(question.slots);
    for (std::size_t at = 0; at < all.size();) {
        auto end = at + 1;
        while (end < all.size() && all[end].window.from < all[at].window.from + one_day) ++end;
        Day(planning, question, all.subspan(at, end - at)).ask(answers);
        at = end;
    }
    return answers;
}

}  // namespace lastmile::planning
