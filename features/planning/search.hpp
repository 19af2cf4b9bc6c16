#pragma once
// Price and solve: outside of any transaction, on threads of its own that give way to the server's.
#include <functional>

#include "features/planning/routes.hpp"

namespace lastmile::planning {

struct SearchWatch {
    std::function<bool()> stop;                           // from any thread; true keeps the best so far
    std::function<void(const vrp::Progress&)> progress;   // a few times a second
};

PlanDocument search(const Snapshot& snapshot, const PlanRequest& request, const TravelTable* roads, const Dispatch& dispatch, int threads,
                    const SearchWatch& watch);

/// Seconds that a search of this size gets where nobody says otherwise.
double usual_budget_s(std::size_t tasks, double most_s);

}  // namespace lastmile::planning
