// What a big day has besides: urgent orders, partners of which one goes dark, closed streets, and a lock that nothing may break.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "app/simulation/city.hpp"

namespace lastmile::simulation {
namespace json = boost::json;

void City::set_up_partners() {
    constexpr std::array profiles{"normal", "fast", "failing"};
    if (plan_.partners == 0) return;
    // The vans of the city have no prices and the couriers low ones: by cost alone they would carry everything.
    const auto own = api_.call(plan_.key, "PATCH", "/policies", json::object{{"routing", json::object{{"own_fleet_first", true}}}});
    if (!own.ok()) throw std::runtime_error("the policy for own vehicles first is refused: " + own.fault);
    const auto known = api_.call(plan_.key, "GET", "/partners?limit=100");
    for (int i = 0; i < plan_.partners; ++i) {
        const auto name = fmt::format("Sim couriers {}", i + 1);
        bool there = false;
        for (const auto& partner : list_of(known.body, "data")) there = there || text_of(partner, "name") == name;
        if (there) continue;
        json::object config{{"profile", profiles[static_cast<std::size_t>(i)]}, {"seed", static_cast<std::int64_t>(plan_.seed)}};
        // The second of them stops answering at noon, and comes back at three.
        if (i == 1) config["dark_from"] = text_of(opened_ + std::chrono::hours(5)), config["dark_until"] = text_of(opened_ + std::chrono::hours(8));
        const auto made = api_.call(plan_.key, "POST", "/partners", json::object{{"name", name}, {"type", "3pl"}, {"connector", "sandbox"}, {"config", config}});
        if (!made.ok()) throw std::runtime_error("a partner cannot be made: " + made.fault);
        const auto sealed = api_.call(plan_.key, "POST", "/partners/" + text_of(made.body, "id") + "/credentials", json::object{{"credentials", json::object{}}});
        if (!sealed.ok()) throw std::runtime_error("a partner's credentials are refused: " + sealed.fault);
    }
}

/// One order besides the waves; its id, empty when it was refused.
std::string City::order(json::object wanted) {
    --orders_left_;
    const auto answer = api_.call(plan_.key, "POST", "/deliveries", wanted);
    if (!answer.ok()) tally_.broken.push_back("an order was refused: " + answer.fault);
    else made_.push_back(text_of(answer.body, "id"));
    return answer.ok() ? made_.back() : std::string();
}

/// Goes to whoever of the partners offers best, also while one of them is dark; where none does, the own fleet has it.
void City::partner_order(int number) {
    const auto id = order(parcel(2'000'000 + number));
    if (!id.empty() && api_.call(plan_.key, "POST", "/deliveries/" + id + "/bookings", json::object{}).ok()) ++tally_.at_partners;
}

void City::urgent_order(int number) {
    auto wanted = parcel(1'000'000 + number);
    auto& dropoff = wanted["dropoff"].as_object();
    dropoff["window"] = json::object{{"from", text_of(agenda_.now())}, {"to", text_of(agenda_.now() + std::chrono::minutes(90))}};
    wanted["priority"] = "high";
    const auto id = order(std::move(wanted));
    if (id.empty()) return;
    urgent_.insert(id);
    ++tally_.urgent;
}

void City::close_streets() {
    const auto middle = town_.hub_at;
    const double lat = middle.lat + 0.006, lon = middle.lon + 0.006, r = 0.0015;
    const json::array ring{{lon - r, lat - r}, {lon + r, lat - r}, {lon + r, lat + r}, {lon - r, lat + r}, {lon - r, lat - r}};
    const json::object wanted{{"geometry", {{"type", "Polygon"}, {"coordinates", json::array{ring}}}},
                              {"until", text_of(agenda_.now() + std::chrono::hours(4))},
                              {"note", "Burst water main"}};
    const auto answer = api_.call(plan_.key, "POST", "/closures", wanted);
    tell_(answer.ok() ? "streets are closed" : "no street is closed: " + answer.fault);
}

void City::plan_big_day() {
    if (!big()) return;
    set_up_partners();
    const int to_partners = plan_.partners > 0 ? std::max(3, plan_.deliveries * 6 / 100) : 0;
    orders_left_ = plan_.urgent + to_partners;
    for (int i = 0; i < to_partners; ++i)
        agenda_.in(between(60, 25'000, chance(plan_.seed, fmt::format("to a partner {}", i), "when")), [this, i] { partner_order(i); });
    for (int i = 0; i < plan_.urgent; ++i)
        agenda_.in(between(3'600, 25'000, chance(plan_.seed, fmt::format("urgent {}", i), "when")), [this, i] { urgent_order(i); });
    if (plan_.closure) agenda_.in(4 * 3'600, [this] { close_streets(); });
    // A dispatcher locks some routes; whoever plans must leave their order alone.
    for (int i = 0; i < 3; ++i)
        agenda_.in(2'400 + 1'800 * i, [this] {
            const auto routes = api_.call(plan_.key, "GET", "/assignments?status=in_progress&limit=200");
            for (const auto& route : list_of(routes.body, "data")) {
                const auto& locked = member(route, "locked");
                if (locked.is_bool() && locked.as_bool()) continue;
                if (api_.call(plan_.key, "POST", "/assignments/" + text_of(route, "id") + "/lock").ok()) ++tally_.locked;
                return;
            }
        });
}

}  // namespace lastmile::simulation
