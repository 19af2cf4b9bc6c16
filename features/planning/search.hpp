#pragma once
// Price and solve: outside of any transaction, on threads of its own that give way to the server's.
#include <functional>

#include "features/planning/routes.hpp"

namespace lastmile::planning {

struct SearchWatch {
    std::function<bool()> stop;                           // from any thread; true keeps the best so far
    std::function<void(const vrp::Progress&)> progress;   // a few times a second
};

/// A replan is around one route: its deliveries that are not loaded may change routes, at the price that stability says (1: none does).
struct SearchAim {
    std::optional<Id<Assignment>> around = {};
    double stability = 1;
};

PlanDocument search(const Snapshot& snapshot, const PlanRequest& request, const TravelTable* roads, const Dispatch& dispatch, int threads,
                    const SearchWatch& watch, const SearchAim& aim = {});

struct Option {
    std::string name;  // fastest, cheapest, greenest, fewest_vehicles
    PlanDocument plan;
};
std::vector<Option> search_options(const Snapshot& snapshot, const PlanRequest& request, const TravelTable* roads, const Dispatch& dispatch, int threads);

/// Seconds that a search of this size gets where nobody says otherwise.
double usual_budget_s(std::size_t tasks, double most_s);

}  // namespace lastmile::planning
