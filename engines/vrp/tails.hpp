#pragma once
// Two tours exchange what follows a cut in each (2-opt*, Potvin & Rousseau 1995): long ends change hands at once, which strings never do.
// Between plain tours of vehicles that drive alike; where shipments are on board nothing is cut.
#include <cstdint>
#include <vector>

#include "engines/vrp/neighbours.hpp"
#include "engines/vrp/random.hpp"
#include "engines/vrp/state.hpp"

namespace lastmile::vrp {

class Tails {
public:
    Tails(State& state, const Neighbours& near, Dice& dice);
    /// Within a transaction: the best exchange that makes a visit drawn at random the neighbour of one that fits beside it. False if there is
    /// none below `most` (of added cost), or the tours turned out infeasible; then all has to be rolled back.
    bool exchange(double most);
    /// What the last exchange was to add to the cost.
    double expected() const { return best_.delta; }

private:
    struct Cut {
        double delta;
        int head, at;     ///< car, and the spot behind which its end is cut off
        int other, from;  ///< car, and the spot where the end begins that comes there
    };
    struct Whole {
        bool good;
        double cost;
    };
    Whole whole(const Tour& a, int i, const Tour& b, int j) const;
    double driven(const Tour& tour) const;
    bool plain(const Tour& tour) const;
    bool shut(const Tour& tour, int spot) const;
    void consider(const Tour& head, int at, const Tour& other, int from);
    bool unrelated(const Tour& tour, int from) const;
    bool fits(const Tour& head, int at, const Tour& other, int from) const;

    State& s_;
    const Neighbours& near_;
    Dice& dice_;
    Cut best_{};
};

}  // namespace lastmile::vrp
