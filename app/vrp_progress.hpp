#pragma once
// How a search is going: one live line on a terminal, lines elsewhere, and a trace for plots.
#include <chrono>
#include <fstream>
#include <string>

#include "engines/vrp/solve.hpp"

namespace lastmile::app {

class SolveProgress {
public:
    /// `trace`: a file of `seconds cost vehicles left_out`, a line each time the plan got better; empty: none. *Refuses* one that cannot be written.
    SolveProgress(bool told, const std::string& trace);
    ~SolveProgress();

    bool wanted() const { return told_ || trace_.is_open(); }
    void note(const vrp::Progress& progress);

private:
    double seconds() const;

    bool told_, terminal_;
    std::ofstream trace_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    double last_told_ = -1, last_cost_ = 0;
    int last_left_out_ = -1;
};

}  // namespace lastmile::app
