#pragma once
// Puts tasks back, each at its cheapest place, in an order drawn anew, overlooking a place now and then (greedy insertion with blinks,
// Christiaens & Vanden Berghe 2020, section 5.3). Leaving out and handing over compete at their prices.
#include <cstdint>
#include <vector>

#include "engines/vrp/neighbours.hpp"
#include "engines/vrp/random.hpp"
#include "engines/vrp/state.hpp"

namespace lastmile::vrp {

class Recreate {
public:
    Recreate(State& state, const Neighbours& near, Dice& dice);
    /// Tasks that have no tour now. Those that stay without one are absent or outside afterwards. False if a tour has become infeasible
    /// when a group that could not stay together was taken out again.
    bool run(std::vector<int> tasks);
    double blink = 0.01;

private:
    struct Cached {
        std::uint64_t version = 0;
        int task = -1;
        Places places;
    };
    void order(std::vector<int>& tasks);
    bool insert(int task);
    const Places& places(const Tour& tour, int task);
    void gather(int task);
    bool consider(const Tour& tour, int task, double& best, int& car, Place& place);
    bool relations_allow(int task, int car) const;
    int only_car(int task) const;
    bool drop_broken_groups(const std::vector<int>& tasks);

    State& s_;
    const Neighbours& near_;
    Dice& dice_;
    Placer placer_;
    std::vector<Cached> cache_;
    std::size_t mask_;
    std::vector<double> remote_;  ///< by task: how far from the first vehicle's start
    std::vector<int> gathered_, used_;
    std::vector<std::uint64_t> seen_;
    std::uint64_t turn_ = 0;
    std::vector<std::pair<double, int>> keys_;
};

}  // namespace lastmile::vrp
