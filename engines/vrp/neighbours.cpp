#include "engines/vrp/neighbours.hpp"

#include <algorithm>

namespace lastmile::vrp {

Neighbours::Neighbours(const Instance& in, int most) : width_(static_cast<std::size_t>(std::max(0, std::min(most, in.visits - 1)))) {
    if (in.cars.empty()) width_ = 0;
    list_.resize(static_cast<std::size_t>(in.visits) * width_);
    if (width_ == 0) return;
    const Roads& roads = in.cars.front().roads;
    std::vector<std::pair<std::int64_t, int>> near;
    for (int a = 0; a < in.visits; ++a) {
        near.clear();
        const int place = in.node(a).place;
        for (int b = 0; b < in.visits; ++b) {
            if (a == b) continue;
            const Leg to = roads.leg(place, in.node(b).place), from = roads.leg(in.node(b).place, place);
            const auto far = [](const Leg& leg) { return leg.duration < 0 ? std::int64_t{1} << 40 : std::int64_t{leg.duration} + leg.distance; };
            near.emplace_back(std::min(far(to), far(from)), b);
        }
        std::ranges::nth_element(near, near.begin() + static_cast<std::ptrdiff_t>(width_ - 1));
        std::sort(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(width_));
        for (std::size_t k = 0; k < width_; ++k) list_[static_cast<std::size_t>(a) * width_ + k] = near[k].second;
    }
}

}  // namespace lastmile::vrp
