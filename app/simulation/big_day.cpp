// What a big day has besides: urgent orders, partners of which one goes dark, closed streets, and a lock that nothing may break.
#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "app/simulation/city.hpp"

namespace lastmile::simulation {
namespace json = boost::json;

void City::set_up_partners() {
    constexpr std::array profiles{"normal", "fast", "failing"};
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

/// A part of the parcels goes to whoever of the partners offers best, also while one is dark.
bool City::begins_later(const std::string& delivery, const std::string& about) {
    if (plan_.partners == 0 || chance(plan_.seed, about, "to a partner") >= 0.06) return false;
    agenda_.in(between(20, 21'000, chance(plan_.seed, about, "to a partner when")), [this, delivery] {
        const auto booked = api_.call(plan_.key, "POST", "/deliveries/" + delivery + "/bookings", json::object{});
        if (booked.ok()) ++tally_.at_partners;
    });
    return true;
}

void City::urgent_order(int number) {
    --urgent_left_;
    auto wanted = parcel(1'000'000 + number);
    auto& dropoff = wanted["dropoff"].as_object();
    dropoff["window"] = json::object{{"from", text_of(agenda_.now())}, {"to", text_of(agenda_.now() + std::chrono::minutes(90))}};
    wanted["priority"] = "high";
    const auto answer = api_.call(plan_.key, "POST", "/deliveries", wanted);
    if (!answer.ok()) return tally_.broken.push_back("an urgent order was refused: " + answer.fault);
    made_.push_back(text_of(answer.body, "id"));
    urgent_.insert(made_.back());
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
    urgent_left_ = plan_.urgent;
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
