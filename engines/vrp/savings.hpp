#pragma once
// A first plan by savings (Clarke & Wright 1964): every visit begins with a vehicle of its own, and tours are joined end to end, the pair that
// saves most first. A tour is priced on the type that drives it cheapest (Golden et al. 1984), so the fleet grows as it pays: greedy insertion
// fills the first dear vehicle with whatever comes.
#include "engines/vrp/neighbours.hpp"
#include "engines/vrp/routes.hpp"

namespace lastmile::vrp {

/// Nothing is locked, tasks are single visits that know nothing of each other.
bool savings_fit(const Instance& in);

/// Tasks that got no vehicle are absent.
Routes savings(const Instance& in, const Neighbours& near, Scheduler& scheduler);

}  // namespace lastmile::vrp
