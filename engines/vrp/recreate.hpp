#pragma once
// Puts tasks back, each at its cheapest place, in an order drawn anew, overlooking a place now and then (greedy insertion with blinks,
// Christiaens & Vanden Berghe 2020, section 5.3). Leaving out and handing over compete at their prices.
#include <cstdint>
#include <limits>
#include <vector>

#include "engines/vrp/neighbours.hpp"
#include "engines/vrp/random.hpp"
#include "engines/vrp/state.hpp"

namespace lastmile::vrp {

class Recreate {
public:
    Recreate(State& state, const Neighbours& near, Dice& dice);
    /// Tasks that have no tour now. Those that stay without one are absent or outside afterwards. False if a tour has become infeasible
    /// when a group that could not stay together was taken out again, or if the plan is going to cost more than `limit` whatever follows
    /// (as long as insertions are not free): then it is left half done, to be rolled back.
    bool run(std::vector<int> tasks, double limit = std::numeric_limits<double>::infinity());
    double blink = 0.01;
    bool open_tours = true;  ///< false: idle vehicles stay idle
    bool fresh = false;      ///< the next task that can goes on an idle vehicle of its own: what alone never pays may pay with others
    int open_type = -1;      ///< idle vehicles of this type come first, -1: of all types the cheapest
    double discount = 1;     ///< factor on the way of an idle vehicle: below 1 more tours are opened
    double eager = 1;        ///< factor on the price of not doing a task

private:
    struct Cached {
        std::uint64_t version = 0;
        int task = -1;
        Places places;
    };
    /// What is known of the tour as committed outlives the trials of a transaction.
    struct Slot {
        Cached kept, trial;
    };
    void order(std::vector<int>& tasks);
    bool insert(int task);
    bool open_first(int task);
    const Places* places(const Tour& tour, int task, double limit);
    void gather(int task);
    bool consider(const Tour& tour, int task, double& best, int& car, Place& place);
    bool relations_allow(int task, int car) const;
    int only_car(int task) const;
    bool drop_broken_groups(std::vector<int> tasks);

    State& s_;
    const Neighbours& near_;
    Dice& dice_;
    Placer placer_;
    std::vector<Slot> cache_;
    std::size_t rows_, row_;
    std::vector<double> remote_;  ///< by task: how far from the first vehicle's start
    std::vector<int> gathered_;
    std::vector<std::uint64_t> seen_;
    std::uint64_t turn_ = 0;
    std::vector<std::pair<double, int>> keys_;
};

}  // namespace lastmile::vrp
