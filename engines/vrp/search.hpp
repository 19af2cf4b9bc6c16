#pragma once
// One trajectory: construct, hunt for vehicles where they are what counts, then ruin and recreate under simulated annealing. Can be run in
// slices, so that several can take turns exchanging.
#include <functional>

#include "engines/vrp/hunt.hpp"
#include "engines/vrp/recreate.hpp"
#include "engines/vrp/ruin.hpp"
#include "engines/vrp/tails.hpp"

namespace lastmile::vrp {

class Search {
public:
    Search(const Instance& in, const Neighbours& near, std::uint64_t seed);

    /// From the given routes (absent tasks are put in first). Routes that break a constraint are reduced to their locked stops.
    void start(const Routes& routes);
    /// `iterations` rounds, at most until `go_on` (asked now and then) says no; `fraction` in [0, 1] sets the temperature.
    void run(std::int64_t iterations, const std::function<double()>& fraction, const std::function<bool()>& go_on);
    /// Goes on from this plan, which must be feasible.
    void adopt(const Routes& routes);

    /// The same, and from now on changes only these cars' tours and these tasks; best() is what comes out of this plan.
    void share(const Routes& plan, std::vector<char> cars, std::vector<char> tasks);
    /// The plan it stands at, which is not the best one.
    const State& now() const { return state_; }
    /// For fewer vehicles, now or later.
    bool hunts() const { return hunts_; }

    const Routes& best() const { return best_; }
    double best_cost() const { return best_cost_; }
    int best_left_out() const { return best_left_out_; }
    int best_vehicles() const { return best_vehicles_; }
    std::int64_t iterations() const { return iterations_; }

private:
    void construct(const Routes& given, bool warm);
    void note_best();
    bool hunt(double spent);
    void improve(double temperature);
    void exchange_ends(double temperature);
    const std::vector<int>& choose();
    void change_vehicles();
    int try_other_type();

    const Instance& in_;
    const Neighbours& near_;
    Scheduler scheduler_;
    Dice dice_;
    State state_;
    Ruin ruin_;
    Recreate recreate_;
    Hunt hunt_;
    Tails tails_;
    bool hunting_ = false, hunts_ = false;
    double next_hunt_ = 0;
    double annealed_from_ = 0;  ///< of the whole search, where annealing begins
    Routes best_;
    double best_cost_ = 0;
    int best_left_out_ = 0, best_vehicles_ = 0;
    std::int64_t iterations_ = 0, bests_ = 0;
    double hot_ = 0, cold_ = 0;
};

}  // namespace lastmile::vrp
