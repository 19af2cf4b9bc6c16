#pragma once
// For each visit the visits near it, nearest first: where ruin spreads and insertion looks first.
#include <span>
#include <vector>

#include "engines/vrp/instance.hpp"

namespace lastmile::vrp {

class Neighbours {
public:
    Neighbours(const Instance& in, int most);
    std::span<const int> of(int node) const { return {list_.data() + static_cast<std::size_t>(node) * width_, width_}; }

private:
    std::size_t width_;
    std::vector<int> list_;
};

}  // namespace lastmile::vrp
