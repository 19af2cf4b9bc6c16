#pragma once
// Several trajectories in rounds of equal length. Small plans are searched whole by each, and after some of the rounds the worst goes on from the
// best one's plan; large ones are shared out, tours near each other to one trajectory, otherwise in every round. Who does what is decided by seeds,
// costs and indices alone, so the scheduling of threads does not matter.
#include <memory>
#include <vector>

#include "engines/vrp/search.hpp"
#include "engines/vrp/solve.hpp"

namespace lastmile::vrp {

class Team {
public:
    Team(const Instance& in, const Neighbours& near, const SolveOptions& options, double start);

    void run(const Routes& routes);
    const Routes& best() const { return best_.routes; }
    std::int64_t iterations() const;

private:
    struct Found {
        Routes routes;
        double cost = 0;
        int left_out = 0, vehicles = 0;
    };
    template <class Work>
    void each(Work work);
    double elapsed() const { return options_.clock ? options_.clock() - start_ : 0; }
    double fraction(std::int64_t done) const;
    bool go_on() const;
    bool divisible() const;
    void search(std::int64_t round, std::int64_t done);
    void whole(std::int64_t round, std::int64_t done);
    void shared(std::int64_t round, std::int64_t done);
    void divide(std::vector<std::vector<char>>& cars, std::vector<std::vector<char>>& tasks);
    void put_together(const std::vector<std::vector<char>>& cars, const std::vector<std::vector<char>>& tasks, const std::vector<double>& costs);
    const Search& leader() const;
    void exchange();
    void lead();
    void report();

    const Instance& in_;
    SolveOptions options_;
    double start_;
    Dice dice_;
    std::size_t next_mark_ = 0;
    bool shares_ = false;
    Found best_, plan_;  ///< what all stand at, where the plan is shared
    std::vector<std::unique_ptr<Search>> members_;
};

}  // namespace lastmile::vrp
