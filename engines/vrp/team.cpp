#include "engines/vrp/team.hpp"

#include <algorithm>
#include <thread>

namespace lastmile::vrp {
namespace {

constexpr std::int64_t round_length = 2000, shared_round_length = 4000;
constexpr double marks[] = {0.4, 0.6, 0.75, 0.85, 0.9, 0.95};  // shares of the search after which they exchange
constexpr int least_shared_visits = 300;
constexpr std::size_t least_shared_tours = 4;  // for each trajectory

}  // namespace

Team::Team(const Instance& in, const Neighbours& near, const SolveOptions& options, double start)
    : in_(in), options_(options), start_(start), dice_(options.seed ^ 0x7ea3) {
    for (int t = 0; t < options.threads; ++t)
        members_.push_back(std::make_unique<Search>(in, near, options.seed + 0x51ed27 * static_cast<std::uint64_t>(t)));
}

void Team::run(const Routes& routes) {
    each([&](std::size_t m) { members_[m]->start(routes); });
    lead();
    report();
    for (std::int64_t done = 0; go_on();) {
        if (!shares_ && divisible()) shares_ = true, plan_ = best_;
        std::int64_t round = shares_ ? shared_round_length : round_length;
        if (options_.iterations) round = std::min(round, *options_.iterations - done);
        if (round <= 0) break;
        if (shares_)
            shared(round, done);
        else
            whole(round, done);
        done += round;
        if (options_.target && best_.cost <= *options_.target) options_.iterations = 0;
        report();
    }
}

std::int64_t Team::iterations() const {
    std::int64_t sum = 0;
    for (const auto& member : members_) sum += member->iterations();
    return sum;
}

template <class Work>
void Team::each(Work work) {
    std::vector<std::jthread> others;
    for (std::size_t m = 1; m < members_.size(); ++m) others.emplace_back([&, m] { work(m); });
    work(0);
}

double Team::fraction(std::int64_t done) const {
    double spent = options_.budget_s > 0 ? elapsed() / options_.budget_s : 0;
    if (options_.iterations)
        spent = std::max(spent, static_cast<double>(done) / static_cast<double>(std::max<std::int64_t>(1, *options_.iterations)));
    return spent;
}

bool Team::go_on() const {
    if (options_.budget_s > 0 && elapsed() >= options_.budget_s) return false;
    return !options_.stop || !options_.stop();
}

void Team::search(std::int64_t round, std::int64_t done) {
    each([&](std::size_t m) {
        Search& member = *members_[m];
        const std::int64_t before = member.iterations();
        member.run(
            round, [&, before] { return fraction(done + member.iterations() - before); }, [&] { return go_on(); });
    });
}

void Team::whole(std::int64_t round, std::int64_t done) {
    search(round, done);
    if (next_mark_ < std::size(marks) && fraction(done + round) >= marks[next_mark_]) ++next_mark_, exchange();
    lead();
}

const Search& Team::leader() const {
    return **std::ranges::min_element(members_, [](const auto& a, const auto& b) { return a->best_cost() < b->best_cost(); });
}

void Team::exchange() {
    if (members_.size() < 2) return;
    const Search& first = leader();
    auto worst = std::ranges::max_element(members_, [](const auto& a, const auto& b) { return a->best_cost() < b->best_cost(); });
    if ((*worst)->best_cost() > first.best_cost()) (*worst)->adopt(first.best());
}

void Team::lead() {
    const Search& first = leader();
    best_ = {first.best(), first.best_cost(), first.best_left_out(), first.best_vehicles()};
}

void Team::report() {
    if (options_.progress)
        options_.progress({iterations(), std::min(1.0, fraction(members_.front()->iterations())), best_.cost, best_.left_out, best_.vehicles});
}

/// Tours enough for all, nobody hunts (or will) through the whole plan, and nothing binds what different trajectories hold.
bool Team::divisible() const {
    if (members_.size() < 2 || in_.visits < least_shared_visits) return false;
    if (std::ranges::any_of(members_, [](const auto& member) { return member->hunts(); })) return false;
    const auto used = std::ranges::count_if(best_.routes.of_car, [](const auto& nodes) { return !nodes.empty(); });
    if (static_cast<std::size_t>(used) < least_shared_tours * members_.size()) return false;
    if (std::ranges::any_of(in_.problem.partners, [](const Partner& partner) { return partner.max_jobs.has_value(); })) return false;
    for (int t = 0; t < in_.tasks(); ++t)
        if (in_.group_of(t) >= 0 || !in_.before(t).empty()) return false;
    return true;
}

/// Around a visit drawn at random: the nearest tours to the first, and so on outwards, each as many visits.
void Team::divide(std::vector<std::vector<char>>& cars, std::vector<std::vector<char>>& tasks) {
    const std::size_t count = members_.size();
    cars.assign(count, std::vector<char>(in_.cars.size(), 0));
    tasks.assign(count, std::vector<char>(static_cast<std::size_t>(in_.tasks()), 0));
    const Car& car = in_.cars.front();
    const int middle = in_.node(dice_.below(in_.visits)).place;
    std::vector<std::pair<double, std::size_t>> order;
    std::size_t visits = 0, idle = 0;
    for (std::size_t c = 0; c < in_.cars.size(); ++c) {
        const auto& nodes = plan_.routes.of_car[c];
        if (nodes.empty()) {
            cars[idle++ % count][c] = 1;
            continue;
        }
        double sum = 0;
        for (int n : nodes) {
            const Leg leg = leg_between(car, middle, in_.node(n).place);
            sum += leg.duration < 0 ? 1e9 : static_cast<double>(leg.duration) + leg.distance;
        }
        order.emplace_back(sum / static_cast<double>(nodes.size()), c);
        visits += nodes.size();
    }
    std::ranges::sort(order);
    std::size_t given = 0;
    std::vector<char> planned(static_cast<std::size_t>(in_.tasks()), 0);
    for (const auto& [far, c] : order) {
        const std::size_t member = std::min(count - 1, given * count / visits);
        cars[member][c] = 1;
        given += plan_.routes.of_car[c].size();
        for (int n : plan_.routes.of_car[c])
            if (!in_.reload(n)) tasks[member][static_cast<std::size_t>(in_.node(n).task)] = planned[static_cast<std::size_t>(in_.node(n).task)] = 1;
    }
    for (std::size_t t = 0, next = 0; t < planned.size(); ++t)
        if (!planned[t]) tasks[next++ % count][t] = 1;
}

void Team::shared(std::int64_t round, std::int64_t done) {
    std::vector<std::vector<char>> cars, tasks;
    divide(cars, tasks);
    each([&](std::size_t m) { members_[m]->share(plan_.routes, cars[m], tasks[m]); });
    std::vector<double> costs;
    for (const auto& member : members_) costs.push_back(member->best_cost());
    search(round, done);
    put_together(cars, tasks, costs);
}

/// Everybody's part, as it is now and as it was best. Their costs differ from the common one by their own parts alone.
void Team::put_together(const std::vector<std::vector<char>>& cars, const std::vector<std::vector<char>>& tasks, const std::vector<double>& costs) {
    Found now = plan_, best = plan_;
    for (std::size_t m = 0; m < members_.size(); ++m) {
        const Search& member = *members_[m];
        const State& state = member.now();
        for (std::size_t c = 0; c < in_.cars.size(); ++c)
            if (cars[m][c]) now.routes.of_car[c] = state.tours[c].nodes, best.routes.of_car[c] = member.best().of_car[c];
        for (std::size_t t = 0; t < tasks[m].size(); ++t)
            if (tasks[m][t]) now.routes.offer_of[t] = state.offer_of[t], best.routes.offer_of[t] = member.best().offer_of[t];
        now.cost += state.cost - costs[m], best.cost += member.best_cost() - costs[m];
        now.left_out += static_cast<int>(state.absent().size()) - plan_.left_out, best.left_out += member.best_left_out() - plan_.left_out;
        now.vehicles += state.vehicles() - plan_.vehicles, best.vehicles += member.best_vehicles() - plan_.vehicles;
    }
    plan_ = std::move(now);
    if (best.cost < best_.cost - 1e-9) best_ = std::move(best);
}

}  // namespace lastmile::vrp
