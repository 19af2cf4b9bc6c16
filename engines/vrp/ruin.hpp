#pragma once
// Which tasks to take out: strings of adjacent tours around a seed (Christiaens & Vanden Berghe 2020, "Slack Induction by String Removals",
// section 5.2), for pairs by either of their visits; with them what is absent or outside near by.
#include <vector>

#include "engines/vrp/neighbours.hpp"
#include "engines/vrp/random.hpp"
#include "engines/vrp/state.hpp"

namespace lastmile::vrp {

class Ruin {
public:
    Ruin(const State& state, const Neighbours& near, Dice& dice);
    /// Tasks to be taken and put again; none of them locked, groups and dependents complete.
    /// Around a visit drawn at random, or around this one; `loose` times as many of those without a tour.
    const std::vector<int>& strings(int seed = -1, std::size_t loose = 1);
    /// A whole tour, and what is near its visits: gives a vehicle the chance to disappear.
    const std::vector<int>& tour();
    /// So many whole tours side by side: what one vehicle of another type could do together.
    const std::vector<int>& tours(int count);

private:
    void add(int task);
    int draw() const;
    void add_string(const Tour& tour, int node, int length);
    void add_loose(int seed, std::size_t most);

    const State& s_;
    const Neighbours& near_;
    Dice& dice_;
    std::vector<int> tasks_;
    std::vector<std::uint64_t> taken_, ruined_;
    std::uint64_t turn_ = 0;
};

}  // namespace lastmile::vrp
