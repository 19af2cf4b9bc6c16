#pragma once
// Fewer vehicles, where each costs more than anything that driving could save: a tour is taken away, no other is opened, and ruin and recreate
// goes on until all its tasks have found a place, now and then pushing others out. A plan is accepted if the tasks it misses have been missed less often (Christiaens & Vanden
// Berghe 2020, section 5.4).
#include <vector>

#include "engines/vrp/recreate.hpp"
#include "engines/vrp/ruin.hpp"

namespace lastmile::vrp {

class Hunt {
public:
    Hunt(State& state, Ruin& ruin, Recreate& recreate, const Neighbours& near, Dice& dice);

    /// Vehicles are dear, and all tasks have to be done by them.
    bool pays() const;
    /// Takes a tour away, or tries to place what is missing. False: no hope left.
    bool round(double temperature);
    /// All tasks are planned.
    bool complete() const { return s_.absent().empty(); }
    /// The plan was replaced: the next round begins with taking a tour away.
    void reset();

private:
    bool take_a_tour();
    double missed() const;
    double moving() const;
    int fewest() const;
    bool alone(int task) const;
    bool eject(int task);
    void tours_near(int task);
    void try_without(int task, int car, int one, int two);

    struct Eviction {
        double misses = 0;
        int car = -1;
        std::vector<int> tasks;
    };

    State& s_;
    Ruin& ruin_;
    Recreate& recreate_;
    const Neighbours& near_;
    Dice& dice_;
    Placer placer_;
    Tour trial_;
    Eviction eviction_;
    std::vector<int> cars_, tasks_;
    std::vector<double> misses_;  ///< by task
    bool open_ = false;           ///< a tour is away
    std::int64_t since_ = 0;      ///< rounds since the last vehicle was saved
    int fewest_ = 1;
};

}  // namespace lastmile::vrp
