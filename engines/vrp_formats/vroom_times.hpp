#pragma once
// When to do what on a route whose order is given, so that time windows are missed by the fewest seconds in all.
#include <expected>
#include <optional>
#include <vector>

#include "engines/vrp/problem.hpp"

namespace lastmile::vrp {

/// A stop, or a break on the way to the next stop. What may be missed at a price (windows), and what must hold (not_before, not_after).
struct TimedStep {
    bool rest = false;
    Time travel = 0;  ///< from the stop before (0 for breaks: they may be taken anywhere on the way)
    Time busy = 0;    ///< setup and service
    std::vector<Window> windows = {};
    std::optional<Time> not_before = {}, not_after = {};
};

/// Begins of all steps (the first and last are no breaks): fewest seconds outside of windows, then the shortest route, then the earliest.
/// Nothing if the hard bounds contradict each other.
std::optional<std::vector<Time>> choose_times(const std::vector<TimedStep>& steps);

/// Seconds by which a begin misses the windows: negative before the nearest one, positive behind it.
Time missed(const std::vector<Window>& windows, Time begin);

}  // namespace lastmile::vrp
