#include "engines/vrp/recreate.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace lastmile::vrp {
namespace {

constexpr std::size_t look_everywhere = 16;  // so many used tours are all asked; of more only those of visits that fit beside the task

}  // namespace

Recreate::Recreate(State& state, const Neighbours& near, Dice& dice)
    : s_(state), near_(near), dice_(dice), placer_(state.in, state.scheduler), seen_(state.in.cars.size(), 0) {
    // A row for each task, so that asking one tour after the other walks through memory.
    const std::size_t tasks = std::bit_ceil(std::clamp<std::size_t>(static_cast<std::size_t>(s_.in.tasks()), 1, 1 << 12));
    row_ = std::bit_ceil(std::clamp<std::size_t>(s_.in.cars.size(), 1, std::max<std::size_t>(16, (1 << 16) / tasks)));
    rows_ = tasks - 1;
    cache_.resize(tasks * row_);
    for (int t = 0; t < s_.in.tasks(); ++t) {
        double far = 0;
        if (!s_.in.cars.empty())
            for (int n : s_.in.nodes_of(t)) {
                const Leg leg = leg_between(s_.in.cars.front(), s_.in.cars.front().start, s_.in.node(n).place);
                far = std::max(far, static_cast<double>(leg.distance) + leg.duration);
            }
        remote_.push_back(far);
    }
}

void Recreate::order(std::vector<int>& tasks) {
    dice_.shuffle(tasks);
    const int draw = dice_.below(17);
    const auto width = [&](int t) {
        return static_cast<double>(s_.in.node(s_.in.nodes_of(t).back()).to - s_.in.node(s_.in.nodes_of(t).back()).from);
    };
    const auto demand = [&](int t) {
        const auto load = s_.in.load(t);
        return load.empty() ? 0.0 : static_cast<double>(load[0]);
    };
    keys_.clear();
    for (int t : tasks) {
        double key = 0;
        if (draw < 4)
            key = 0;
        else if (draw < 8)
            key = -demand(t);
        else if (draw < 10)
            key = -remote_[static_cast<std::size_t>(t)];
        else if (draw < 11)
            key = remote_[static_cast<std::size_t>(t)];
        else if (draw < 13)
            key = width(t);
        else if (draw < 15)
            key = static_cast<double>(s_.in.node(s_.in.nodes_of(t).front()).from);
        else
            key = static_cast<double>(s_.in.node(s_.in.nodes_of(t).back()).to);
        keys_.emplace_back(key, t);
    }
    if (draw < 4) return;
    std::stable_sort(keys_.begin(), keys_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < tasks.size(); ++i) tasks[i] = keys_[i].second;
}

/// Null: nothing below the limit, and nothing to be remembered.
const Places* Recreate::places(const Tour& tour, int task, double limit) {
    Slot& slot = cache_[(static_cast<std::size_t>(task) & rows_) * row_ + (static_cast<std::size_t>(tour.car) & (row_ - 1))];
    const auto is = [&](const Cached& entry) { return entry.version == tour.version && entry.task == task; };
    if (is(slot.kept)) return &slot.kept.places;
    if (is(slot.trial)) {
        if (s_.touched(tour.car)) return &slot.trial.places;
        slot.kept = slot.trial;
        return &slot.kept.places;
    }
    const Places found = placer_.find(tour, task, limit);
    if (placer_.cut()) return nullptr;
    Cached& entry = s_.touched(tour.car) ? slot.trial : slot.kept;
    entry = {tour.version, task, found};
    return &entry.places;
}

bool Recreate::relations_allow(int task, int car) const {
    return std::ranges::none_of(s_.in.conflicts(task), [&](int other) { return s_.car_of[static_cast<std::size_t>(other)] == car; });
}

/// Where the group or what comes before is: -1 anywhere, -2 nowhere for now.
int Recreate::only_car(int task) const {
    int only = -1;
    const auto bind = [&](int car) { only = only == -1 || only == car ? car : -2; };
    if (s_.in.before(task).empty() && s_.in.group_of(task) < 0) return -1;
    for (int earlier : s_.in.before(task)) {
        if (s_.car_of[static_cast<std::size_t>(earlier)] < 0) return -2;
        bind(s_.car_of[static_cast<std::size_t>(earlier)]);
    }
    if (const int g = s_.in.group_of(task); g >= 0)
        for (int member : s_.in.group(g))
            if (member != task && s_.car_of[static_cast<std::size_t>(member)] >= 0) bind(s_.car_of[static_cast<std::size_t>(member)]);
    return only;
}

bool Recreate::consider(const Tour& tour, int task, double& best, int& car, Place& place) {
    const Places* found = places(tour, task, best);
    if (!found) return true;
    const double bar = discount < 1 && tour.empty() ? (best - s_.in.car(tour.car).fixed) / discount + s_.in.car(tour.car).fixed : best;
    if (!found->best.found() || found->best.delta >= bar) return found->best.found();
    const Place& taken = blink > 0 && dice_.unit() < blink ? found->next : found->best;
    if (!taken.found() || taken.delta >= bar || !relations_allow(task, tour.car)) return found->best.found();
    best = taken.delta, car = tour.car, place = taken;
    if (discount < 1 && tour.empty()) best = std::min(best, s_.in.car(tour.car).fixed + (best - s_.in.car(tour.car).fixed) * discount);
    return true;
}

/// The tours to ask, into gathered_: used ones (near ones if there are many), then one idle of each type.
void Recreate::gather(int task) {
    ++turn_;
    gathered_.clear();
    const auto add = [&](int car) {
        auto& mark = seen_[static_cast<std::size_t>(car)];
        if (mark == turn_) return;
        mark = turn_;
        gathered_.push_back(car);
    };
    if (s_.used().size() > look_everywhere) {
        for (int n : s_.in.nodes_of(task))
            for (int other : near_.fitting(n))
                if (const int car = s_.car_of[static_cast<std::size_t>(s_.in.node(other).task)]; car >= 0 && s_.open(car)) add(car);
    } else {
        for (int car : s_.used())
            if (s_.open(car)) add(car);
    }
    if (!open_tours) return;
    if (const int car = open_type >= 0 ? s_.idle(open_type, task) : -1; car >= 0) return add(car);
    for (int type = 0; type < s_.in.types; ++type) {
        if (s_.in.problem.weights.moved_task == 0) {
            if (const int car = s_.idle(type, task); car >= 0) add(car);
            continue;
        }
        for (int car : s_.in.cars_of_type[static_cast<std::size_t>(type)])
            if (s_.tours[static_cast<std::size_t>(car)].empty() && s_.open(car) && s_.in.allowed(task, car)) add(car);
    }
}

/// Alone on an idle vehicle, whatever that costs: the cheapest one, or one of any type where there are several.
bool Recreate::open_first(int task) {
    double best = std::numeric_limits<double>::infinity();
    int car = -1;
    Place place;
    const bool any = s_.in.types > 1 && dice_.unit() < 0.5;
    const int from = any ? dice_.below(s_.in.types) : 0;
    for (int k = 0; k < s_.in.types && !(any && car >= 0); ++k)
        if (const int c = s_.idle((from + k) % s_.in.types, task); c >= 0) consider(s_.tours[static_cast<std::size_t>(c)], task, best, car, place);
    if (car < 0) return false;
    fresh = false;
    s_.insert(task, car, place);
    return true;
}

bool Recreate::insert(int task) {
    const int only = only_car(task);
    if (only == -2) return false;
    double other = s_.in.absence(task), price = 0;
    const int offer = s_.cheapest_offer(task, price);
    if (offer >= 0 && price < other) other = price;
    double best = other * eager;
    int car = -1;
    Place place;
    if (fresh && only == -1 && open_first(task)) return true;
    if (only >= 0) {
        consider(s_.tours[static_cast<std::size_t>(only)], task, best, car, place);
    } else {
        gather(task);
        bool any = false;
        for (int c : gathered_) any |= consider(s_.tours[static_cast<std::size_t>(c)], task, best, car, place);
        if (!any && s_.used().size() > look_everywhere)
            for (int c : s_.used())
                if (s_.open(c)) consider(s_.tours[static_cast<std::size_t>(c)], task, best, car, place);
    }
    if (car >= 0) {
        s_.insert(task, car, place);
        return true;
    }
    if (offer >= 0 && price <= other) s_.hand_over(task, offer);
    return offer >= 0;
}

/// What is taken out may break other groups in turn: the list grows until nothing is left to take.
bool Recreate::drop_broken_groups(std::vector<int> tasks) {
    bool good = true;
    const auto placed = [&](int t) { return s_.car_of[static_cast<std::size_t>(t)] >= 0; };
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        std::vector<int> present;
        const auto add = [&](int t) {
            if (placed(t) && !s_.locked(t)) present.push_back(t);
        };
        if (const int g = s_.in.group_of(tasks[i]); g >= 0 && !std::ranges::all_of(s_.in.group(g), placed))
            for (int member : s_.in.group(g)) add(member);
        for (std::size_t k = 0; k < present.size(); ++k)
            for (int later : s_.dependents(present[k]))
                if (std::ranges::find(present, later) == present.end()) add(later);
        std::ranges::sort(present);
        present.erase(std::unique(present.begin(), present.end()), present.end());
        if (present.empty()) continue;
        good &= s_.take(present);
        tasks.insert(tasks.end(), present.begin(), present.end());
    }
    return good;
}

bool Recreate::run(std::vector<int> tasks, double limit) {
    order(tasks);
    double pending = 0;
    for (int t : tasks) pending += s_.in.absence(t);
    const bool related = std::ranges::any_of(tasks, [&](int t) { return !s_.in.before(t).empty() || s_.in.group_of(t) >= 0; });
    std::vector<int> waiting;
    for (int t : tasks) {
        if (!insert(t) && !s_.in.before(t).empty()) waiting.push_back(t);
        pending -= s_.in.absence(t);
        if (!related && s_.cost - pending > limit) return false;
    }
    while (!waiting.empty()) {  // what comes after others could not go before them
        std::vector<int> still;
        for (int t : waiting)
            if (!insert(t)) still.push_back(t);
        if (still.size() == waiting.size()) break;
        waiting.swap(still);
    }
    return !related || drop_broken_groups(std::move(tasks));
}

}  // namespace lastmile::vrp
