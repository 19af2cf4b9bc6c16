#include "engines/road_import/order.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace lastmile::road_import {
namespace {

/// A part of the graph, with nodes and edges numbered from 0.
struct Cell {
    std::vector<std::pair<float, float>> places;
    std::vector<Link> links;
    std::vector<std::uint32_t> names;  ///< the edges' numbers in the whole graph
};

/// Maximum flow with unit capacities both ways (Dinic 1970), between two sets of nodes.
class UnitFlow {
public:
    explicit UnitFlow(const Cell& cell)
        : cell_(cell), n_(cell.places.size()), first_(n_ + 1, 0), flow_(cell.links.size(), 0), level_(n_), next_(n_) {
        for (const Link& l : cell.links) ++first_[l.a], ++first_[l.b];
        std::exclusive_scan(first_.begin(), first_.end(), first_.begin(), 0u);
        incident_.resize(2 * cell.links.size());
        auto at = first_;
        for (std::uint32_t e = 0; e < cell.links.size(); ++e) {
            incident_[at[cell.links[e].a]++] = 2 * e;
            incident_[at[cell.links[e].b]++] = 2 * e + 1;
        }
    }

    /// The size of a minimum cut, or `limit` as soon as it cannot be smaller. `role`: 1 source, 2 sink, 0 else.
    std::size_t run(const std::vector<std::uint8_t>& role, std::size_t limit) {
        std::ranges::fill(flow_, 0);
        std::size_t total = 0;
        while (total < limit && levels(role)) {
            for (std::size_t v = 0; v < n_; ++v) next_[v] = first_[v];
            for (std::uint32_t v = 0; v < n_ && total < limit; ++v)
                if (role[v] == 1)
                    while (total < limit && augment(v, role)) ++total;
        }
        return total;
    }

    /// After run(): the nodes on the sources' side.
    const std::vector<std::int32_t>& levels() const { return level_; }

private:
    bool residual(std::uint32_t half) const { return half & 1 ? flow_[half / 2] > -1 : flow_[half / 2] < 1; }
    std::uint32_t other(std::uint32_t half) const { return half & 1 ? cell_.links[half / 2].a : cell_.links[half / 2].b; }

    bool levels(const std::vector<std::uint8_t>& role) {
        std::ranges::fill(level_, -1);
        queue_.clear();
        for (std::uint32_t v = 0; v < n_; ++v)
            if (role[v] == 1) {
                level_[v] = 0;
                queue_.push_back(v);
            }
        bool reached = false;
        for (std::size_t i = 0; i < queue_.size(); ++i) {
            const std::uint32_t v = queue_[i];
            for (std::uint32_t k = first_[v]; k < first_[v + 1]; ++k) {
                const std::uint32_t w = other(incident_[k]);
                if (level_[w] >= 0 || !residual(incident_[k])) continue;
                level_[w] = level_[v] + 1;
                if (role[w] == 2) reached = true;
                else queue_.push_back(w);
            }
        }
        return reached;
    }

    bool augment(std::uint32_t source, const std::vector<std::uint8_t>& role) {
        path_.clear();
        std::uint32_t v = source;
        while (role[v] != 2) {
            bool forward = false;
            for (; next_[v] < first_[v + 1]; ++next_[v]) {
                const std::uint32_t half = incident_[next_[v]], w = other(half);
                if (level_[w] != level_[v] + 1 || !residual(half)) continue;
                path_.push_back(half);
                v = w;
                forward = true;
                break;
            }
            if (forward) continue;
            if (path_.empty()) return false;
            v = other(path_.back() ^ 1);
            path_.pop_back();
            ++next_[v];
        }
        for (const std::uint32_t half : path_) flow_[half / 2] = static_cast<std::int8_t>(flow_[half / 2] + (half & 1 ? -1 : 1));
        return true;
    }

    const Cell& cell_;
    std::size_t n_;
    std::vector<std::uint32_t> first_, incident_;
    std::vector<std::int8_t> flow_;
    std::vector<std::int32_t> level_;
    std::vector<std::uint32_t> next_, queue_, path_;
};

/// Which side of the best cut each node is on.
std::vector<bool> cut(const Cell& cell) {
    constexpr std::array<std::pair<float, float>, 4> directions{{{1, 0}, {0, 1}, {1, 1}, {1, -1}}};
    const std::size_t n = cell.places.size();
    const std::size_t outer = std::max<std::size_t>(1, n / 4);
    UnitFlow flow(cell);
    std::vector<bool> best;
    std::size_t best_cut = cell.links.size() + 1, best_small = 0;
    std::vector<std::uint32_t> sorted(n);
    for (const auto& [x, y] : directions) {
        std::iota(sorted.begin(), sorted.end(), 0u);
        const auto along = [&, x = x, y = y](std::uint32_t v) { return x * cell.places[v].first + y * cell.places[v].second; };
        const auto before = [&](std::uint32_t a, std::uint32_t b) { return std::pair(along(a), a) < std::pair(along(b), b); };
        std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(outer), sorted.end(), before);
        std::nth_element(sorted.begin() + static_cast<std::ptrdiff_t>(outer), sorted.end() - static_cast<std::ptrdiff_t>(outer),
                         sorted.end(), before);
        std::vector<std::uint8_t> role(n, 0);
        for (std::size_t i = 0; i < outer; ++i) {
            role[sorted[i]] = 1;
            role[sorted[n - 1 - i]] = 2;
        }
        const std::size_t size = flow.run(role, best_cut + 1);
        if (size > best_cut) continue;
        std::vector<bool> side(n);
        std::size_t left = 0;
        for (std::size_t v = 0; v < n; ++v) {
            side[v] = flow.levels()[v] >= 0;
            left += side[v];
        }
        const std::size_t small = std::min(left, n - left);
        if (size == best_cut && small <= best_small) continue;
        best_cut = size;
        best_small = small;
        best = std::move(side);
    }
    return best;
}

void dissect_cell(Cell cell, std::vector<std::uint32_t>& order) {
    if (cell.places.size() <= 2 || cell.links.size() <= 1) {
        order.insert(order.end(), cell.names.begin(), cell.names.end());
        return;
    }
    const std::vector<bool> side = cut(cell);
    Cell parts[2];
    std::vector<std::uint32_t> renamed(side.size()), separator;
    for (std::size_t v = 0; v < side.size(); ++v) {
        Cell& part = parts[side[v] ? 1 : 0];
        renamed[v] = static_cast<std::uint32_t>(part.places.size());
        part.places.push_back(cell.places[v]);
    }
    for (std::size_t e = 0; e < cell.links.size(); ++e) {
        const Link& l = cell.links[e];
        if (side[l.a] != side[l.b]) {
            separator.push_back(cell.names[e]);
            continue;
        }
        Cell& part = parts[side[l.a] ? 1 : 0];
        part.links.push_back({renamed[l.a], renamed[l.b]});
        part.names.push_back(cell.names[e]);
    }
    cell = {};
    dissect_cell(std::move(parts[0]), order);
    dissect_cell(std::move(parts[1]), order);
    order.insert(order.end(), separator.begin(), separator.end());
}

}  // namespace

std::vector<std::uint32_t> dissect(std::span<const road::Coordinate> nodes, std::span<const Link> edges) {
    Cell cell;
    std::vector<std::uint32_t> renamed(nodes.size(), road::none);
    const auto rename = [&](std::uint32_t v) {
        if (renamed[v] == road::none) {
            renamed[v] = static_cast<std::uint32_t>(cell.places.size());
            const double lat = nodes[v].lat * 1e-7;
            cell.places.emplace_back(static_cast<float>(nodes[v].lon * std::cos(lat * 0.0174533)), static_cast<float>(nodes[v].lat));
        }
        return renamed[v];
    };
    for (std::uint32_t e = 0; e < edges.size(); ++e) {
        const std::uint32_t a = rename(edges[e].a), b = rename(edges[e].b);
        cell.links.push_back({a, b});
        cell.names.push_back(e);
    }
    std::vector<std::uint32_t> order;
    order.reserve(edges.size());
    dissect_cell(std::move(cell), order);
    return order;
}

}  // namespace lastmile::road_import
