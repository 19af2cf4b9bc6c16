#pragma once
// Private to the checker: the walk along each route, from the definitions only.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "engines/vrp/checker.hpp"

namespace lastmile::vrp::checking {

inline bool in_windows(const std::vector<Window>& windows, Time t) {
    return windows.empty() || std::ranges::any_of(windows, [&](const Window& w) { return w.from <= t && t <= w.to; });
}

inline bool holds(const std::vector<int>& list, int value) { return std::ranges::find(list, value) != list.end(); }

class Walk {
public:
    Walk(const Problem& problem, const Solution& solution, std::vector<Violation>& out) : p_(problem), s_(solution), out_(out) {}
    void run();

private:
    void add(const std::string& code, const std::string& detail = "") { out_.push_back({at_, code, detail}); }
    void require(bool condition, const std::string& code, const std::string& detail = "") {
        if (!condition) add(code, detail);
    }
    void same(Money claimed, Money found, const std::string& code) {
        require(std::abs(claimed - found) <= 1e-6 * std::max(1.0, std::abs(found)), code,
                std::to_string(claimed) + " is claimed, it is " + std::to_string(found));
    }
    void route(const SolutionRoute& route);
    void travel(const SolutionRoute& route, std::size_t i);
    void step(const SolutionRoute& route, std::size_t i);
    void visit(const SolutionRoute& route, std::size_t i);
    void loads(const SolutionRoute& route);
    void rests(const SolutionRoute& route);
    void locked(const SolutionRoute& route);
    void limits(const SolutionRoute& route);
    void loading(const SolutionRoute& route);
    void cost(const SolutionRoute& route);
    void relations();
    void whereabouts();
    bool is_locked(const VehicleState& state, const Step& step) const {
        return std::ranges::any_of(state.locked, [&](const LockedStop& l) { return l.task == step.task && l.visit == step.visit; });
    }
    /// The dropoff of goods on board or of a locked pickup.
    bool promised(const Step& step) const {
        if (carrier(step.task) >= 0) return true;
        if (task(step.task).kind != TaskKind::shipment || step.visit != 1) return false;
        return std::ranges::any_of(p_.vehicles,
                                   [&](const Vehicle& v) { return v.state && is_locked(*v.state, Step{.task = step.task, .visit = 0}); });
    }
    const Task& task(int t) const { return p_.tasks[static_cast<std::size_t>(t)]; }
    const Vehicle& vehicle(const SolutionRoute& r) const { return p_.vehicles[static_cast<std::size_t>(r.vehicle)]; }
    int carrier(int t) const {
        for (std::size_t v = 0; v < p_.vehicles.size(); ++v)
            if (p_.vehicles[v].state)
                for (const auto& goods : p_.vehicles[v].state->on_board)
                    if (goods.task == t) return static_cast<int>(v);
        return -1;
    }
    int was(int t) const;

    const Problem& p_;
    const Solution& s_;
    std::vector<Violation>& out_;
    std::string at_;
    struct Made {
        int vehicle;
        std::size_t step;
        Time begin, departure;
    };
    std::map<std::pair<int, int>, Made> made_;  // (task, visit) → where
};

}  // namespace lastmile::vrp::checking
