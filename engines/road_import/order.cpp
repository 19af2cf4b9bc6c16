#include "engines/road_import/order.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <future>
#include <numeric>
#include <thread>
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
            const auto [a, b] = cell.links[e];
            incident_[at[a]++] = {2 * e, b};
            incident_[at[b]++] = {2 * e + 1, a};
        }
    }

    /// The size of a minimum cut, or `limit` as soon as it cannot be smaller. `role`: 1 source, 2 sink, 0 else.
    std::size_t run(const std::vector<std::uint8_t>& role, std::size_t limit) {
        std::ranges::fill(flow_, 0);
        rim_.clear();
        for (std::uint32_t v = 0; v < n_; ++v)
            if (role[v] == 1 && leads_out(v, role)) rim_.push_back(v);
        std::size_t total = 0;
        while (total < limit && levels(role)) {
            std::copy(first_.begin(), first_.end() - 1, next_.begin());
            for (std::size_t i = 0; i < rim_.size() && total < limit; ++i)
                while (total < limit && augment(rim_[i], role)) ++total;
        }
        return total;
    }

    /// After run(): the nodes on the sources' side are those with a level, and the sources.
    const std::vector<std::int32_t>& levels() const { return level_; }

private:
    struct Half {
        std::uint32_t name, head;  // 2 × link (+ 1: from b to a), and where it leads
    };
    bool leads_out(std::uint32_t v, const std::vector<std::uint8_t>& role) const {
        for (std::uint32_t k = first_[v]; k < first_[v + 1]; ++k)
            if (role[incident_[k].head] != 1) return true;
        return false;
    }
    bool residual(std::uint32_t half) const { return half & 1 ? flow_[half / 2] > -1 : flow_[half / 2] < 1; }
    std::uint32_t tail(std::uint32_t half) const { return half & 1 ? cell_.links[half / 2].b : cell_.links[half / 2].a; }

    /// Nodes farther than the nearest sink are of no use to a shortest path, and are not looked at where there is one.
    bool levels(const std::vector<std::uint8_t>& role) {
        std::ranges::fill(level_, -1);
        queue_.clear();
        for (const std::uint32_t v : rim_) {
            level_[v] = 0;
            queue_.push_back(v);
        }
        std::int32_t nearest = INT32_MAX;
        for (std::size_t i = 0; i < queue_.size(); ++i) {
            const std::uint32_t v = queue_[i];
            const std::int32_t next = level_[v] + 1;
            if (next > nearest) break;
            for (std::uint32_t k = first_[v]; k < first_[v + 1]; ++k) {
                const auto [half, w] = incident_[k];
                if (level_[w] >= 0 || role[w] == 1 || !residual(half)) continue;
                level_[w] = next;
                if (role[w] == 2) nearest = next;
                else queue_.push_back(w);
            }
        }
        return nearest != INT32_MAX;
    }

    bool augment(std::uint32_t source, const std::vector<std::uint8_t>& role) {
        path_.clear();
        std::uint32_t v = source;
        while (role[v] != 2) {
            bool forward = false;
            for (; next_[v] < first_[v + 1]; ++next_[v]) {
                const auto [half, w] = incident_[next_[v]];
                if (level_[w] != level_[v] + 1 || !residual(half)) continue;
                path_.push_back(half);
                v = w;
                forward = true;
                break;
            }
            if (forward) continue;
            if (path_.empty()) return false;
            v = tail(path_.back());
            path_.pop_back();
            ++next_[v];
        }
        for (const std::uint32_t half : path_) flow_[half / 2] = static_cast<std::int8_t>(flow_[half / 2] + (half & 1 ? -1 : 1));
        return true;
    }

    const Cell& cell_;
    std::size_t n_;
    std::vector<std::uint32_t> first_;
    std::vector<Half> incident_;
    std::vector<std::int8_t> flow_;
    std::vector<std::int32_t> level_;
    std::vector<std::uint32_t> next_, queue_, path_;
    std::vector<std::uint32_t> rim_;  // sources with a neighbour that is none
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
            side[v] = flow.levels()[v] >= 0 || role[v] == 1;
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

/// Takes out of the whole graph, in the order of contraction, what needs no cut: dead ends, loops, and of two links that meet at a node alone the first, whose
/// place the second takes. A link takes part once a round, so that chains fold by halves and the elimination tree stays low. (Within a cell cut off
/// from others it does harm: there every node of a chain may have a link to a separator, and folding would tie all of these to what is left.)
class Folding {
public:
    explicit Folding(Cell& cell) : cell_(cell), degree_(cell.places.size(), 0), mixed_(cell.places.size(), 0), round_of_(cell.links.size(), 0) {
        for (std::uint32_t e = 0; e < cell.links.size(); ++e)
            for (const std::uint32_t v : {cell.links[e].a, cell.links[e].b}) ++degree_[v], mixed_[v] ^= e;
        live_.resize(cell.links.size());
        std::iota(live_.begin(), live_.end(), 0u);
    }

    void run(std::vector<std::uint32_t>& order) {
        for (std::size_t before = live_.size() + 1; live_.size() < before;) {
            before = live_.size();
            ++round_;
            std::erase_if(live_, [&](std::uint32_t e) {
                if (!goes(e)) return false;
                order.push_back(cell_.names[e]);
                return true;
            });
        }
        shrink();
    }

private:
    bool goes(std::uint32_t e) {
        if (round_of_[e] == round_) return false;
        const auto [a, b] = cell_.links[e];
        if (a == b || degree_[a] == 1 || degree_[b] == 1) {
            for (const std::uint32_t v : {a, b}) --degree_[v], mixed_[v] ^= e;
            return true;
        }
        return folds(e, a, b) || folds(e, b, a);
    }

    /// Whether `e`, between `far` and a node of two links, gives its place to the other link there.
    bool folds(std::uint32_t e, std::uint32_t node, std::uint32_t far) {
        if (degree_[node] != 2) return false;
        const std::uint32_t other = mixed_[node] ^ e;
        if (round_of_[other] == round_) return false;
        Link& link = cell_.links[other];
        (link.a == node ? link.a : link.b) = far;
        degree_[node] = 0;
        mixed_[far] ^= e ^ other;
        round_of_[other] = round_;
        return true;
    }

    void shrink() {
        Cell rest;
        std::vector<std::uint32_t> renamed(cell_.places.size(), road::none);
        const auto rename = [&](std::uint32_t v) {
            if (renamed[v] == road::none) {
                renamed[v] = static_cast<std::uint32_t>(rest.places.size());
                rest.places.push_back(cell_.places[v]);
            }
            return renamed[v];
        };
        for (const std::uint32_t e : live_) {
            const std::uint32_t a = rename(cell_.links[e].a), b = rename(cell_.links[e].b);
            rest.links.push_back({a, b});
            rest.names.push_back(cell_.names[e]);
        }
        cell_ = std::move(rest);
    }

    Cell& cell_;
    std::vector<std::uint32_t> degree_;
    std::vector<std::uint32_t> mixed_;     // all links of a node, by exclusive or: of two, either tells the other
    std::vector<std::uint32_t> round_of_;  // when another took its place beside it
    std::vector<std::uint32_t> live_;
    std::uint32_t round_ = 0;
};

/// Below this many nodes a cell is cut up before another thread has started.
constexpr std::size_t worth_a_thread = 4'000;

void dissect_cell(Cell cell, std::vector<std::uint32_t>& order, int threads) {
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
    if (threads > 1 && side.size() > worth_a_thread) {
        std::vector<std::uint32_t> second;
        auto other = std::async(std::launch::async, [&] { dissect_cell(std::move(parts[1]), second, threads / 2); });
        dissect_cell(std::move(parts[0]), order, threads - threads / 2);
        other.get();
        order.insert(order.end(), second.begin(), second.end());
    } else {
        dissect_cell(std::move(parts[0]), order, 1);
        dissect_cell(std::move(parts[1]), order, 1);
    }
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
    Folding(cell).run(order);
    dissect_cell(std::move(cell), order, std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 8));
    return order;
}

}  // namespace lastmile::road_import
