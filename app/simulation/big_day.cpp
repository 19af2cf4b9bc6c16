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
    // Vans that are there drive first; what they cannot take is a partner's.
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
        const auto made =
            api_.call(plan_.key, "POST", "/partners", json::object{{"name", name}, {"type", "3pl"}, {"connector", "sandbox"}, {"config", config}});
        if (!made.ok()) throw std::runtime_error("a partner cannot be made: " + made.fault);
        const auto sealed =
            api_.call(plan_.key, "POST", "/partners/" + text_of(made.body, "id") + "/credentials", json::object{{"credentials", json::object{}}});
        if (!sealed.ok()) throw std::runtime_error("a partner's credentials are refused: " + sealed.fault);
    }
}

/// One order besides the waves; its id, empty when it was refused.
std::string City::order(json::object wanted) {
    --orders_left_;
    const auto answer = api_.call(plan_.key, "POST", "/deliveries", wanted);
    if (!answer.ok())
        tally_.broken.push_back("an order was refused: " + answer.fault);
    else
        made_.push_back(text_of(answer.body, "id"));
    return answer.ok() ? made_.back() : std::string();
}

/// Goes to whoever of the partners offers best, also while one of them is dark; where none does, the own fleet has it.
void City::partner_order(int number) {
    const auto id = order(parcel(2'000'000 + number));
    if (!id.empty() && api_.call(plan_.key, "POST", "/deliveries/" + id + "/bookings", json::object{}).ok()) ++tally_.at_partners;
}

int City::slot_orders() const { return std::max(6, plan_.deliveries * 6 / 100); }

/// Windows of two hours that customers choose; together they hold fewer than there are who want one.
void City::set_up_slots() {
    const std::string name = "Sim town";
    std::string area;
    const auto areas = api_.call(plan_.key, "GET", "/areas?limit=200");
    for (const auto& known : list_of(areas.body, "data"))
        if (text_of(known, "name") == name) area = text_of(known, "id");
    if (area.empty()) {
        const auto [lat, lon] = town_.hub_at;
        const json::array ring{{lon - .1, lat - .06}, {lon + .1, lat - .06}, {lon + .1, lat + .06}, {lon - .1, lat + .06}, {lon - .1, lat - .06}};
        const auto made =
            api_.call(plan_.key, "POST", "/areas",
                      json::object{{"name", name}, {"time_zone", "UTC"}, {"geometry", {{"type", "Polygon"}, {"coordinates", json::array{ring}}}}});
        if (!made.ok()) throw std::runtime_error("the slots' area cannot be made: " + made.fault);
        area = text_of(made.body, "id");
        for (const auto* hours : {"10 12", "12 14", "14 16"}) {
            const std::string from(hours, 2), to(hours + 3);
            const json::object wanted{{"area_id", area},
                                      {"service_level", "same_day"},
                                      {"from", from + ":00"},
                                      {"to", to + ":00"},
                                      {"cutoff_s", 3'600},
                                      {"capacity", slot_orders() / 4},
                                      {"weekdays", json::array{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}}};
            const auto one = api_.call(plan_.key, "POST", "/slots/templates", wanted);
            if (!one.ok()) throw std::runtime_error("a slot template is refused: " + one.fault);
        }
    }
    const auto templates = api_.call(plan_.key, "GET", "/slots/templates?limit=200&area_id=" + area);
    for (const auto& known : list_of(templates.body, "data"))
        if (const auto& capacity = member(known, "capacity"); capacity.is_int64()) town_.slot_capacity[text_of(known, "id")] = capacity.as_int64();
}

/// The reservation of a customer who wants today's window `which`, or the next that is open; empty: they are all full or closed.
std::string City::reserve(double which) {
    const auto end = std::chrono::floor<std::chrono::days>(opened_) + std::chrono::days(1);
    const auto open = api_.call(
        plan_.key, "GET",
        fmt::format("/slots/availability?lat={}&lon={}&service_level=same_day&to={}", town_.hub_at.lat, town_.hub_at.lon, text_of(Time(end))));
    const auto& slots = list_of(open.body, "data");
    for (auto i = static_cast<std::size_t>(which * static_cast<double>(slots.size())); i < slots.size(); ++i) {
        // Who does not look at what is left asks all the same, and is told no.
        const auto taken = api_.call(plan_.key, "POST", "/slots/reserve", json::object{{"slot_id", text_of(slots[i], "slot_id")}});
        if (taken.ok()) return text_of(taken.body, "reservation_id");
        if (taken.code != "slot_full") tally_.broken.push_back("a slot was refused: " + taken.fault);
        ++tally_.slots_full;
    }
    return {};
}

/// A customer chooses a window and orders; some think better of it, and their hold runs out or is given back.
void City::slot_order(int number) {
    const auto about = fmt::format("in a slot {}", number);
    const auto reservation = reserve(chance(plan_.seed, about, "which"));
    const auto mind = chance(plan_.seed, about, "stays");
    if (!reservation.empty() && mind < 0.1) {
        --orders_left_;
        if (mind < 0.05) api_.call(plan_.key, "POST", "/slots/cancel", json::object{{"reservation_id", reservation}});
        return;
    }
    auto wanted = parcel(3'000'000 + number);
    if (!reservation.empty()) {
        wanted["dropoff"].as_object().erase("window");
        wanted["slot_reservation_id"] = reservation;
    }
    if (!order(std::move(wanted)).empty() && !reservation.empty()) ++tally_.in_slots;
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
    set_up_slots();
    const int to_partners = plan_.partners > 0 ? std::max(3, plan_.deliveries * 6 / 100) : 0, in_slots = slot_orders();
    orders_left_ = plan_.urgent + to_partners + in_slots;
    for (int i = 0; i < in_slots; ++i)
        agenda_.in(between(60, 20'000, chance(plan_.seed, fmt::format("in a slot {}", i), "when")), [this, i] { slot_order(i); });
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
