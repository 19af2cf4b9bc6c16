#include "engines/vrp/ruin.hpp"

#include <algorithm>

namespace lastmile::vrp {
namespace {

constexpr double average_removed = 10;
constexpr int longest_string = 10;
constexpr double split_share = 0.5;  // of strings that keep some visits in their middle
constexpr double split_stop = 0.01;  // chance that the kept part grows no further
constexpr std::size_t most_loose = 12;
constexpr int most_draws = 50;

}  // namespace

Ruin::Ruin(const State& state, const Neighbours& near, Dice& dice)
    : s_(state), near_(near), dice_(dice), taken_(static_cast<std::size_t>(state.in.tasks()), 0), ruined_(state.in.cars.size(), 0) {}

void Ruin::add(int task) {
    auto& mark = taken_[static_cast<std::size_t>(task)];
    if (mark == turn_ || s_.locked(task) || !s_.free(task)) return;
    mark = turn_;
    tasks_.push_back(task);
    if (const int g = s_.in.group_of(task); g >= 0)
        for (int member : s_.in.group(g)) add(member);
    for (int later : s_.dependents(task)) add(later);
}

/// A visit of a task that may be changed, if one is found soon.
int Ruin::draw() const {
    int drawn = dice_.below(s_.in.visits);
    for (int tries = 0; tries < most_draws && !s_.free(s_.in.node(drawn).task); ++tries) drawn = dice_.below(s_.in.visits);
    return drawn;
}

void Ruin::add_string(const Tour& tour, int node, int length) {
    const int size = static_cast<int>(tour.nodes.size()), at = s_.index_of[static_cast<std::size_t>(node)];
    int kept = 0;
    if (length > 1 && length < size && dice_.unit() < split_share) {
        kept = 1;
        while (length + kept < size && dice_.unit() > split_stop) ++kept;
    }
    const int whole = length + kept;
    const int lowest = std::max(0, at - whole + 1), highest = std::min(at, size - whole);
    const int from = lowest + dice_.below(std::max(1, highest - lowest + 1));
    const int skip_from = kept > 0 ? from + 1 + dice_.below(std::max(1, length - 1)) : from + whole;
    for (int i = from; i < std::min(size, from + whole); ++i) {
        const int n = tour.nodes[static_cast<std::size_t>(i)];
        if (kept > 0 && i >= skip_from && i < skip_from + kept) continue;
        if (!s_.in.reload(n)) add(s_.in.node(n).task);
    }
}

/// Tasks without a tour: all if they are few, else those near the seed.
void Ruin::add_loose(int seed, std::size_t most) {
    if (s_.absent().size() + s_.outside().size() <= most) {
        const auto absent = s_.absent(), outside = s_.outside();
        for (int t : absent) add(t);
        for (int t : outside) add(t);
        return;
    }
    std::size_t added = 0;
    for (int n : near_.of(seed)) {
        const int t = s_.in.node(n).task;
        if (s_.car_of[static_cast<std::size_t>(t)] >= 0) continue;
        add(t);
        if (++added >= most) return;
    }
    if (!s_.absent().empty()) add(s_.absent()[static_cast<std::size_t>(dice_.below(static_cast<int>(s_.absent().size())))]);
}

const std::vector<int>& Ruin::strings(int seed, std::size_t loose) {
    ++turn_;
    tasks_.clear();
    if (s_.in.visits == 0) return tasks_;
    const std::size_t used = s_.used().size();
    const double cardinality = used ? static_cast<double>(s_.visits()) / static_cast<double>(used) : 1;
    const double longest = std::min<double>(longest_string, cardinality);
    const double strings = 4 * average_removed / (1 + longest) - 1;
    const int wanted = std::max(1, static_cast<int>(dice_.unit() * strings + 1));
    if (seed < 0) seed = draw();
    int done = 0;
    const auto visit = [&](int n) {
        const int task = s_.in.node(n).task, car = s_.car_of[static_cast<std::size_t>(task)];
        if (car < 0 || taken_[static_cast<std::size_t>(task)] == turn_ || ruined_[static_cast<std::size_t>(car)] == turn_) return;
        if (s_.locked(task) || !s_.free(task)) return;
        ruined_[static_cast<std::size_t>(car)] = turn_;
        const Tour& tour = s_.tours[static_cast<std::size_t>(car)];
        const double most = std::min<double>(static_cast<double>(tour.nodes.size()), longest);
        add_string(tour, n, std::max(1, static_cast<int>(dice_.unit() * most + 1)));
        ++done;
    };
    visit(seed);
    for (int n : near_.of(seed)) {
        if (done >= wanted) break;
        visit(n);
    }
    add_loose(seed, loose * most_loose);
    return tasks_;
}

const std::vector<int>& Ruin::tours(int count) {
    ++turn_;
    tasks_.clear();
    const auto take = [&](int n) {
        const int car = s_.car_of[static_cast<std::size_t>(s_.in.node(n).task)];
        if (car < 0 || ruined_[static_cast<std::size_t>(car)] == turn_ || !s_.open(car)) return;
        ruined_[static_cast<std::size_t>(car)] = turn_;
        --count;
        for (int other : s_.tours[static_cast<std::size_t>(car)].nodes)
            if (!s_.in.reload(other)) add(s_.in.node(other).task);
    };
    if (s_.in.visits == 0) return tasks_;
    const int seed = draw();
    take(seed);
    for (int n : near_.of(seed)) {
        if (count <= 0) break;
        take(n);
    }
    return tasks_;
}

const std::vector<int>& Ruin::tour() {
    ++turn_;
    tasks_.clear();
    const auto& used = s_.used();
    if (used.empty()) return tasks_;
    // short tours first: two draws, the shorter one
    int chosen = used[static_cast<std::size_t>(dice_.below(static_cast<int>(used.size())))];
    const int other = used[static_cast<std::size_t>(dice_.below(static_cast<int>(used.size())))];
    if (s_.tours[static_cast<std::size_t>(other)].nodes.size() < s_.tours[static_cast<std::size_t>(chosen)].nodes.size()) chosen = other;
    for (int tries = 0; tries < most_draws && !s_.open(chosen); ++tries)
        chosen = used[static_cast<std::size_t>(dice_.below(static_cast<int>(used.size())))];
    const auto nodes = s_.tours[static_cast<std::size_t>(chosen)].nodes;
    for (int n : nodes)
        if (!s_.in.reload(n)) add(s_.in.node(n).task);
    for (int n : nodes)
        if (!s_.in.reload(n))
            for (int k = 0; k < 2 && k < static_cast<int>(near_.of(n).size()); ++k) add(s_.in.node(near_.of(n)[static_cast<std::size_t>(k)]).task);
    return tasks_;
}

}  // namespace lastmile::vrp
