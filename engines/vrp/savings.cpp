#include "engines/vrp/savings.hpp"

#include <algorithm>

namespace lastmile::vrp {
namespace {

struct Piece {
    std::vector<int> nodes;
    double cost = 0;
};

class Savings {
public:
    Savings(const Instance& in, const Neighbours& near, Scheduler& scheduler) : in_(in), near_(near), scheduler_(scheduler) {}

    Routes run() {
        begin();
        list_pairs();
        for (const auto& pair : pairs_) join(pair.a, pair.b);
        return assign();
    }

private:
    struct Pair {
        double saved;
        int a, b;
    };

    /// On the type that drives it cheapest; negative: on none.
    double price(const std::vector<int>& nodes) {
        double best = -1;
        for (const auto& cars : in_.cars_of_type) {
            if (!std::ranges::all_of(nodes, [&](int n) { return in_.allowed(in_.node(n).task, cars.front()); })) continue;
            const RouteValue value = scheduler_.value(cars.front(), nodes);
            if (value.feasible && (best < 0 || value.total < best)) best = value.total;
        }
        return best;
    }
    void begin() {
        pieces_.resize(static_cast<std::size_t>(in_.visits));
        piece_of_.assign(pieces_.size(), -1);
        for (int n = 0; n < in_.visits; ++n) {
            auto& piece = pieces_[static_cast<std::size_t>(n)];
            piece.nodes = {n};
            piece.cost = price(piece.nodes);
            if (piece.cost >= 0)
                piece_of_[static_cast<std::size_t>(n)] = n;
            else
                piece.nodes.clear();
        }
    }
    void list_pairs() {
        std::vector<int> two(2);
        for (int a = 0; a < in_.visits; ++a) {
            if (piece_of_[static_cast<std::size_t>(a)] < 0) continue;
            for (int b : near_.fitting(a)) {
                if (piece_of_[static_cast<std::size_t>(b)] < 0) continue;
                two = {a, b};
                const double together = price(two);
                const double saved = pieces_[static_cast<std::size_t>(a)].cost + pieces_[static_cast<std::size_t>(b)].cost - together;
                if (together >= 0 && saved > 0) pairs_.push_back({saved, a, b});
            }
        }
        std::ranges::sort(pairs_, [](const Pair& x, const Pair& y) { return std::tie(y.saved, x.a, x.b) < std::tie(x.saved, y.a, y.b); });
    }
    /// a's piece, turned round if a is its head, then b's, turned round if b is its tail.
    void join(int a, int b) {
        const int pa = piece_of_[static_cast<std::size_t>(a)], pb = piece_of_[static_cast<std::size_t>(b)];
        if (pa == pb) return;
        Piece& first = pieces_[static_cast<std::size_t>(pa)];
        Piece& second = pieces_[static_cast<std::size_t>(pb)];
        const bool a_ends = first.nodes.back() == a || first.nodes.front() == a, b_ends = second.nodes.front() == b || second.nodes.back() == b;
        if (!a_ends || !b_ends) return;
        joined_ = first.nodes;
        if (first.nodes.back() != a) std::ranges::reverse(joined_);
        joined_.insert(joined_.end(), second.nodes.begin(), second.nodes.end());
        if (second.nodes.front() != b) std::reverse(joined_.end() - static_cast<std::ptrdiff_t>(second.nodes.size()), joined_.end());
        const double cost = price(joined_);
        if (cost < 0 || cost >= first.cost + second.cost) return;
        for (int n : second.nodes) piece_of_[static_cast<std::size_t>(n)] = pa;
        first.nodes.swap(joined_);
        first.cost = cost;
        second.nodes.clear();
    }
    /// Longest pieces choose their vehicles first; where the fleet is at its end the rest stays absent.
    Routes assign() {
        Routes routes = empty_routes(in_);
        std::vector<std::size_t> order, used(in_.cars_of_type.size(), 0);
        for (std::size_t p = 0; p < pieces_.size(); ++p)
            if (!pieces_[p].nodes.empty()) order.push_back(p);
        std::ranges::stable_sort(order, std::greater{}, [&](std::size_t p) { return pieces_[p].nodes.size(); });
        for (std::size_t p : order) {
            double best = 0;
            int type = -1;
            for (std::size_t k = 0; k < used.size(); ++k) {
                if (used[k] == in_.cars_of_type[k].size()) continue;
                const int car = in_.cars_of_type[k][used[k]];
                if (!std::ranges::all_of(pieces_[p].nodes, [&](int n) { return in_.allowed(in_.node(n).task, car); })) continue;
                const RouteValue value = scheduler_.value(car, pieces_[p].nodes);
                if (value.feasible && (type < 0 || value.total < best)) best = value.total, type = static_cast<int>(k);
            }
            if (type < 0) continue;
            auto& next = used[static_cast<std::size_t>(type)];
            routes.of_car[static_cast<std::size_t>(in_.cars_of_type[static_cast<std::size_t>(type)][next++])] = pieces_[p].nodes;
        }
        return routes;
    }

    const Instance& in_;
    const Neighbours& near_;
    Scheduler& scheduler_;
    std::vector<Piece> pieces_;
    std::vector<int> piece_of_, joined_;
    std::vector<Pair> pairs_;
};

}  // namespace

bool savings_fit(const Instance& in) {
    for (int t = 0; t < in.tasks(); ++t)
        if (in.nodes_of(t).size() != 1 || in.group_of(t) >= 0 || !in.conflicts(t).empty() || !in.before(t).empty()) return false;
    return std::ranges::none_of(in.cars, [](const Car& car) { return car.under_way; });
}

Routes savings(const Instance& in, const Neighbours& near, Scheduler& scheduler) { return Savings(in, near, scheduler).run(); }

}  // namespace lastmile::vrp
