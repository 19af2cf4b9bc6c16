#include "engines/vrp/solve.hpp"

#include <algorithm>
#include <thread>

#include "engines/vrp/search.hpp"

namespace lastmile::vrp {
namespace {

Faults option_faults(const SolveOptions& options) {
    Faults faults;
    if (!options.iterations && options.budget_s <= 0) faults.push_back({"/options/budget_s", "endless", "give a budget or a number of iterations"});
    if (options.iterations && *options.iterations < 0) faults.push_back({"/options/iterations", "negative", "must not be negative"});
    if (options.budget_s > 0 && !options.clock) faults.push_back({"/options/clock", "missing", "a budget needs a clock"});
    if (options.threads < 1 || options.threads > 256) faults.push_back({"/options/threads", "out_of_range", "1 to 256"});
    return faults;
}

/// Several trajectories in rounds of equal length; after some of them the worst goes on from the best one's plan. Which one is decided by costs and
/// indices alone, so the scheduling of threads does not matter.
class Team {
public:
    Team(const Instance& in, const Neighbours& near, const SolveOptions& options, double start) : options_(options), start_(start) {
        for (int t = 0; t < options.threads; ++t)
            members_.push_back(std::make_unique<Search>(in, near, options.seed + 0x51ed27 * static_cast<std::uint64_t>(t)));
    }

    void run(const Routes& routes) {
        each([&](Search& search) { search.start(routes); });
        report();
        for (std::int64_t done = 0; go_on();) {
            std::int64_t round = std::max<std::int64_t>(64, round_length_);
            if (options_.iterations) round = std::min(round, *options_.iterations - done);
            if (round <= 0) break;
            each([&](Search& search) {
                const std::int64_t before = search.iterations();
                search.run(
                    round, [&, before] { return fraction(done + search.iterations() - before); }, [&] { return go_on(); });
            });
            done += round;
            if (next_mark_ < std::size(marks_) && fraction(done) >= marks_[next_mark_]) ++next_mark_, exchange();
            enough();
            report();
        }
    }

    const Search& best() const {
        return **std::ranges::min_element(members_, [](const auto& a, const auto& b) { return a->best_cost() < b->best_cost(); });
    }
    std::int64_t iterations() const {
        std::int64_t sum = 0;
        for (const auto& member : members_) sum += member->iterations();
        return sum;
    }

private:
    template <class Work>
    void each(Work work) {
        std::vector<std::jthread> others;
        for (std::size_t m = 1; m < members_.size(); ++m) others.emplace_back([&, m] { work(*members_[m]); });
        work(*members_.front());
    }
    double elapsed() const { return options_.clock ? options_.clock() - start_ : 0; }
    double fraction(std::int64_t done) const {
        double spent = options_.budget_s > 0 ? elapsed() / options_.budget_s : 0;
        if (options_.iterations)
            spent = std::max(spent, static_cast<double>(done) / static_cast<double>(std::max<std::int64_t>(1, *options_.iterations)));
        return spent;
    }
    bool go_on() const {
        if (options_.budget_s > 0 && elapsed() >= options_.budget_s) return false;
        if (options_.stop && options_.stop()) return false;
        return true;
    }
    void enough() {
        if (options_.target && best().best_cost() <= *options_.target) options_.iterations = 0;
    }
    void exchange() {
        if (members_.size() < 2) return;
        const Search& leader = best();
        auto worst = std::ranges::max_element(members_, [](const auto& a, const auto& b) { return a->best_cost() < b->best_cost(); });
        if ((*worst)->best_cost() > leader.best_cost()) (*worst)->adopt(leader.best());
    }
    void report() {
        if (!options_.progress) return;
        const Search& leader = best();
        options_.progress({iterations(), std::min(1.0, fraction(members_.front()->iterations())), leader.best_cost(), leader.best_left_out(),
                           leader.best_vehicles()});
    }

    SolveOptions options_;
    double start_;
    static constexpr std::int64_t round_length_ = 2000;
    static constexpr double marks_[] = {0.4, 0.6, 0.75, 0.85, 0.9, 0.95};  ///< shares of the search after which they exchange
    std::size_t next_mark_ = 0;
    std::vector<std::unique_ptr<Search>> members_;
};

}  // namespace

std::expected<Solution, Faults> solve(const Problem& problem, const SolveOptions& options) {
    const double start = options.clock ? options.clock() : 0;
    Faults faults = validate(problem);
    std::ranges::move(option_faults(options), std::back_inserter(faults));
    if (!faults.empty()) return std::unexpected(std::move(faults));
    const Instance in(problem, true);
    const Neighbours near(in, 200);
    Team team(in, near, options, start);
    team.run(problem.incumbent ? routes_of(in, *problem.incumbent) : empty_routes(in));
    Solution solution = answer(in, team.best().best());
    if (options.explain) explain(in, team.best().best(), solution);
    solution.iterations = team.iterations();
    return solution;
}

std::expected<Solution, Faults> replan(const Problem& problem, const SolveOptions& options) {
    if (!problem.incumbent) return std::unexpected(Faults{{"/incumbent", "missing", "there is no plan to go on from"}});
    return solve(problem, options);
}

}  // namespace lastmile::vrp
