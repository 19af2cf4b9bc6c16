#include "engines/vrp/neighbours.hpp"

#include <algorithm>
#include <cmath>

namespace lastmile::vrp {
namespace {

constexpr int compare_all = 3000;  // up to so many visits each is compared with each
constexpr std::size_t most_fitting = 40;
constexpr std::int64_t no_way = std::int64_t{1} << 40;

std::int64_t length(const Leg& leg) { return leg.duration < 0 ? no_way : std::int64_t{leg.duration} + leg.distance; }

/// What it costs to come from one to the other: a second of waiting as much as a fifth of one of driving.
std::int64_t loss(const Node& from, const Leg& leg, const Node& to) {
    if (leg.duration < 0 || from.from + from.service + leg.duration > to.to) return no_way;
    const std::int64_t wait = std::max<Time>(0, to.from - (from.to + from.service + leg.duration));
    return std::min(no_way, length(leg) + wait / 5);
}

}  // namespace

Neighbours::Neighbours(const Instance& in, int most) : in_(in) {
    if (in.cars.empty() || in.visits < 2) return;
    width_ = static_cast<std::size_t>(std::clamp(in.visits - 1, 0, most));
    fit_width_ = std::min(width_, most_fitting);
    near_.resize(static_cast<std::size_t>(in.visits) * width_);
    fitting_.resize(static_cast<std::size_t>(in.visits) * fit_width_);
    roads_ = &in.cars.front().roads;
    if (in.visits > compare_all) cells();
    std::vector<int> others;
    std::vector<Pair> pairs;
    for (int a = 0; a < in.visits; ++a) {
        candidates(a, others);
        pairs.clear();
        for (int b : others) pairs.push_back(compare(a, b));
        const auto take = [&](std::vector<int>& list, std::size_t width, auto key) {
            const auto end = pairs.begin() + static_cast<std::ptrdiff_t>(width);
            const auto less = [&](const Pair& x, const Pair& y) { return std::pair(x.*key, x.node) < std::pair(y.*key, y.node); };
            std::nth_element(pairs.begin(), end - 1, pairs.end(), less);
            std::sort(pairs.begin(), end, less);
            for (std::size_t k = 0; k < width; ++k) list[static_cast<std::size_t>(a) * width + k] = pairs[k].node;
        };
        take(near_, width_, &Pair::far);
        take(fitting_, fit_width_, &Pair::loss);
    }
}

/// Visits evenly drawn as middles, each visit in the cell of the nearest.
void Neighbours::cells() {
    const int count = static_cast<int>(std::sqrt(static_cast<double>(in_.visits)));
    for (int k = 0; k < count; ++k) pivots_.push_back(static_cast<int>(std::int64_t{k} * in_.visits / count));
    cell_.resize(pivots_.size());
    for (int a = 0; a < in_.visits; ++a) {
        std::size_t best = 0;
        std::int64_t least = no_way * 2;
        for (std::size_t k = 0; k < pivots_.size(); ++k)
            if (const auto far = length(roads_->leg(in_.node(a).place, in_.node(pivots_[k]).place)); far < least) least = far, best = k;
        cell_[best].push_back(a);
    }
}

void Neighbours::candidates(int node, std::vector<int>& out) {
    out.clear();
    const auto add = [&](int other) {
        if (other != node) out.push_back(other);
    };
    if (cell_.empty()) {
        for (int b = 0; b < in_.visits; ++b) add(b);
        return;
    }
    std::vector<std::pair<std::int64_t, std::size_t>> order;
    for (std::size_t k = 0; k < pivots_.size(); ++k) order.emplace_back(length(roads_->leg(in_.node(node).place, in_.node(pivots_[k]).place)), k);
    std::ranges::sort(order);
    for (const auto& [far, k] : order) {
        for (int other : cell_[k]) add(other);
        if (out.size() >= 3 * width_) return;
    }
}

Neighbours::Pair Neighbours::compare(int a, int b) const {
    const Node& x = in_.node(a);
    const Node& y = in_.node(b);
    const Leg to = roads_->leg(x.place, y.place),
              from = roads_->back ? roads_->back[static_cast<std::size_t>(x.place) * roads_->size + static_cast<std::size_t>(y.place)]
                                  : roads_->leg(y.place, x.place);
    return {std::min(length(to), length(from)), std::min(loss(x, to, y), loss(y, from, x)), b};
}

}  // namespace lastmile::vrp
