#pragma once
// One run of `solve`: read, look roads up, plan, check, print.
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

namespace lastmile::app {

/// What the flags say. VROOM's own flags are among them (-i -o -c -g -l -t -x).
struct SolveFlags {
    std::string file, input_file, output, map;
    std::string kind = "auto", format = "auto", rounding = "auto", objective = "distance", budget, trace;
    std::uint64_t seed = 1;
    int threads = 0;  ///< 0: as many as there are processors, at most 4 for VROOM's requests; else 1
    std::int64_t iterations = -1;
    std::optional<int> explore;
    std::optional<double> limit;
    bool progress = false, check = false, schema = false, choose_eta = false, geometry = false;
};

/// Bad input, roads that are not there: what `solve` exits with, all told already.
struct SolveExit : std::runtime_error {
    explicit SolveExit(int exit_code) : std::runtime_error("told already"), code(exit_code) {}
    int code;
};

void run_solve(const SolveFlags& flags);

}  // namespace lastmile::app
