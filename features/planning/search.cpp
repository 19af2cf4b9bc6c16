#include "features/planning/search.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <expected>
#include <limits>
#include <semaphore>
#include <thread>

namespace lastmile::planning {
namespace {

/// Minor units that a change of routes costs at full stability.
constexpr double dearest_move = 1000;

double seconds_now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// Searches at one time on this node: more would only slow each other down.
std::counting_semaphore<64>& slots() {
    static std::counting_semaphore<64> free(std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 64));
    return free;
}

/// On a thread that yields to the server's (its searchers inherit that).
template <class Work>
void politely(Work&& work) {
    std::exception_ptr thrown;
    slots().acquire();
    std::thread([&] {
        ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), 5);
        try {
            work();
        } catch (...) {
            thrown = std::current_exception();
        }
    }).join();
    slots().release();
    if (thrown) std::rethrow_exception(thrown);
}

template <class Answer>
Answer taken(std::expected<Answer, vrp::Faults> solved) {
    if (solved) return std::move(*solved);
    std::string faults;
    for (const auto& fault : solved.error()) faults += fault.pointer + ": " + fault.code + " " + fault.detail + "; ";
    throw std::logic_error("the optimizer refuses the problem: " + faults);
}

std::size_t open_tasks(const Snapshot& s, const SearchAim& aim) {
    return static_cast<std::size_t>(std::ranges::count_if(s.tasks, [&](const Task& task) { return task.held_by < 0 || (aim.around && task.movable); }));
}

vrp::SolveOptions options_of(const PlanRequest& request, const Snapshot& s, std::size_t open, int threads) {
    const double most = static_cast<double>(request.budget_s ? request.budget_s->value : s.policies.planning.budget_s.value);
    vrp::SolveOptions options;
    options.threads = threads;
    options.clock = seconds_now;
    options.budget_s = request.budget_s ? most : usual_budget_s(open, most);
    return options;
}

vrp::Solution solve(const vrp::Problem& problem, const PlanRequest& request, const Snapshot& s, int threads, const SearchWatch& watch, const SearchAim& aim) {
    const auto open = open_tasks(s, aim);
    auto options = options_of(request, s, open, threads);
    // Enough is enough: as long again without any gain, and it ends.
    std::atomic<double> last_gain = seconds_now(), told = last_gain.load();
    const double began = last_gain;
    double best = std::numeric_limits<double>::infinity();
    int fewest = std::numeric_limits<int>::max();
    options.progress = [&](const vrp::Progress& p) {
        const double now = seconds_now();
        if (p.left_out < fewest || (p.left_out == fewest && p.cost < best - 1e-6)) best = p.cost, fewest = p.left_out, last_gain = now;
        if (now - told < 0.4) return;
        told = now;
        if (watch.progress) watch.progress(p);
    };
    options.stop = [&] {
        if (watch.stop && watch.stop()) return true;
        const double gain = last_gain;
        return seconds_now() - gain > std::max(0.1 + 0.002 * static_cast<double>(open), gain - began);
    };
    return taken(aim.around && problem.incumbent ? vrp::replan(problem, options) : vrp::solve(problem, options));
}

}  // namespace

double usual_budget_s(std::size_t tasks, double most_s) { return std::min(most_s, 0.05 + 0.008 * static_cast<double>(tasks)); }

PlanDocument search(const Snapshot& given, const PlanRequest& request, const TravelTable* roads, const Dispatch& dispatch, int threads,
                    const SearchWatch& watch, const SearchAim& aim) {
    PlanDocument plan;
    politely([&] {
        auto snapshot = given;
        for (auto& task : snapshot.tasks) {
            // Rows are looked up in the copy; of the other routes nothing moves.
            if (const auto row = snapshot.deliveries.find(task.delivery_id); task.row && row != snapshot.deliveries.end()) task.row = &row->second;
            if (task.held_by < 0) continue;
            const auto& route = snapshot.candidates[static_cast<std::size_t>(task.held_by)].route;
            task.movable = task.movable && task.pickup && task.row && aim.around && route && route->id == *aim.around && aim.stability < 1;
        }
        const ProblemOptions how{aim.around.has_value(), aim.stability * dearest_move};
        const auto problem = problem_of(snapshot, request, roads, how);
        vrp::Solution solution;
        const bool anything = aim.around || std::ranges::any_of(snapshot.tasks, [](const Task& task) { return task.held_by < 0; });
        const bool anybody = !snapshot.candidates.empty() || !snapshot.quotes.empty();
        if (anything && anybody && !snapshot.tasks.empty()) solution = solve(problem.problem, request, snapshot, threads, watch, aim);
        SystemRandom random;
        const Ids ids{random, snapshot.machine_now};
        plan = plan_of(snapshot, problem, solution, dispatch, ids, aim.around);
    });
    return plan;
}

std::vector<Option> search_options(const Snapshot& snapshot, const PlanRequest& request, const TravelTable* roads, const Dispatch& dispatch, int threads) {
    std::vector<Option> options;
    politely([&] {
        const auto problem = problem_of(snapshot, request, roads, {});
        SystemRandom random;
        const Ids ids{random, snapshot.machine_now};
        if ((snapshot.candidates.empty() && snapshot.quotes.empty()) || snapshot.tasks.empty()) {
            options.push_back({"cheapest", plan_of(snapshot, problem, {}, dispatch, ids)});  // nothing to choose from: it says why
            return;
        }
        auto how = options_of(request, snapshot, open_tasks(snapshot, {}), threads);
        if (!request.budget_s) how.budget_s *= 3;  // shared by four searches
        for (auto& made : taken(vrp::alternatives(problem.problem, how)))
            options.push_back({made.name, plan_of(snapshot, problem, made.solution, dispatch, ids)});
    });
    return options;
}

}  // namespace lastmile::planning
