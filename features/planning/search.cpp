#include "features/planning/search.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <limits>
#include <semaphore>
#include <thread>

namespace lastmile::planning {
namespace {

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

vrp::Solution solve(const vrp::Problem& problem, const PlanRequest& request, const Snapshot& s, int threads, const SearchWatch& watch) {
    std::size_t open = 0;
    for (const auto& task : s.tasks) open += task.held_by < 0 || task.movable ? 1 : 0;
    const double most = static_cast<double>(request.budget_s ? request.budget_s->value : s.policies.planning.budget_s.value);
    vrp::SolveOptions options;
    options.threads = threads;
    options.clock = seconds_now;
    options.budget_s = request.budget_s ? most : usual_budget_s(open, most);
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
    auto solved = vrp::solve(problem, options);
    if (solved) return std::move(*solved);
    std::string faults;
    for (const auto& fault : solved.error()) faults += fault.pointer + ": " + fault.code + " " + fault.detail + "; ";
    throw std::logic_error("the optimizer refuses the problem: " + faults);
}

}  // namespace

double usual_budget_s(std::size_t tasks, double most_s) { return std::min(most_s, 0.05 + 0.008 * static_cast<double>(tasks)); }

PlanDocument search(const Snapshot& snapshot, const PlanRequest& request, const TravelTable* roads, const Dispatch& dispatch, int threads,
                    const SearchWatch& watch) {
    PlanDocument plan;
    politely([&] {
        const auto problem = problem_of(snapshot, request, roads, {});
        vrp::Solution solution;
        const bool anything = std::ranges::any_of(snapshot.tasks, [](const Task& task) { return task.held_by < 0; });
        if (anything && !snapshot.candidates.empty()) solution = solve(problem.problem, request, snapshot, threads, watch);
        SystemRandom random;
        const Ids ids{random, snapshot.machine_now};
        plan = plan_of(snapshot, problem, solution, dispatch, ids, false);
    });
    return plan;
}

}  // namespace lastmile::planning
