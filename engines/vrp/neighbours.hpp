#pragma once
// For each visit the visits near it, nearest first: where ruin spreads; and those that may well come just before or after it, windows considered:
// whose tours insertion asks. Of many visits only those in the cells around are compared, so the time grows with n·√n.
#include <cstdint>
#include <span>
#include <vector>

#include "engines/vrp/instance.hpp"

namespace lastmile::vrp {

class Neighbours {
public:
    Neighbours(const Instance& in, int most);
    std::span<const int> of(int node) const { return {near_.data() + static_cast<std::size_t>(node) * width_, width_}; }
    std::span<const int> fitting(int node) const { return {fitting_.data() + static_cast<std::size_t>(node) * fit_width_, fit_width_}; }

private:
    struct Pair {
        std::int64_t far;   ///< by road alone
        std::int64_t loss;  ///< with the waiting, or impossible
        int node;
    };
    void cells();
    void candidates(int node, std::vector<int>& out);
    Pair compare(int a, int b) const;

    const Instance& in_;
    const Roads* roads_ = nullptr;
    std::size_t width_ = 0, fit_width_ = 0;
    std::vector<int> near_, fitting_;
    std::vector<int> pivots_;
    std::vector<std::vector<int>> cell_;
};

}  // namespace lastmile::vrp
