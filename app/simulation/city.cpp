#include "app/simulation/city.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace lastmile::simulation {
namespace json = boost::json;

namespace {

constexpr std::array first_names{"Ada",   "Ben",  "Clara", "David", "Emma", "Finn", "Greta", "Hannes", "Ida",   "Jonas",
                                 "Klara", "Leon", "Mia",   "Noah",  "Olga", "Paul", "Ruth",  "Sami",   "Tilda", "Yusuf"};
constexpr std::array last_names{"Albrecht", "Brandt", "Dietrich", "Engel",  "Fischer", "Groth", "Haase", "Jahn",
                                "Krüger",   "Lorenz", "Möller",   "Peters", "Schulz",  "Vogt",  "Wolff"};
constexpr std::size_t stops_a_route = 5;

geo::Point point_of(const json::value& location, geo::Point otherwise) {
    const auto &lat = member(location, "lat"), &lon = member(location, "lon");
    return lat.is_number() && lon.is_number() ? geo::Point{lat.to_number<double>(), lon.to_number<double>()} : otherwise;
}

Answer need(Answer answer, const char* what) {
    if (!answer.ok()) throw std::runtime_error(std::string(what) + ": " + answer.fault);
    return answer;
}

}  // namespace

City::City(const Plan& plan, const std::atomic<bool>& stop)
    : plan_(plan), stop_(stop), api_(plan.url, [&stop] { return stop.load(); }), random_(plan.seed), streets_(api_, plan.key) {
    // The demo's couriers carry no camera: what a real tenant asks for is its own policy.
    need(api_.call(plan_.key, "PATCH", "/policies", json::object{{"proof", json::object{{"dropoff", json::array{}}}}}),
         "the proof policy cannot be set");
    tell("proof policy of this test partition: none asked for at the door");
    set_up_hub();
    set_up_couriers();
}

void City::set_up_hub() {
    const auto hubs = need(api_.call(plan_.key, "GET", "/hubs?limit=100"), "the hubs cannot be read");
    for (const auto& hub : list_of(hubs.body, "data"))
        if (text_of(hub, "name") == "City depot") hub_ = text_of(hub, "id");
    const auto door = streets_.any(random_);
    hub_at_ = streets_.middle();
    if (!hub_.empty()) return;
    const json::object address{{"line1", door.line1}, {"location", {{"lat", hub_at_.lat}, {"lon", hub_at_.lon}}}};
    hub_ = text_of(
        need(api_.call(plan_.key, "POST", "/hubs", json::object{{"name", "City depot"}, {"address", address}}), "the hub cannot be made").body, "id");
}

std::string City::vehicle(int number) {
    const bool bike = number % 4 == 3;
    const json::object wanted{{"type", bike ? "bike" : "van"},
                              {"capacity", {{"parcels", bike ? 12 : 60}}},
                              {"warehouse", hub_},
                              {"registration", fmt::format("NB-LM {}", 100 + number)}};
    return text_of(need(api_.call(plan_.key, "POST", "/vehicles", wanted), "a vehicle cannot be made").body, "id");
}

void City::set_up_couriers() {
    const auto known = need(api_.call(plan_.key, "GET", "/drivers?limit=100"), "the drivers cannot be read");
    for (int i = 0; i < plan_.drivers; ++i) {
        const auto external = fmt::format("sim-{}", i + 1);
        auto name = fmt::format("{} {}", first_names[static_cast<std::size_t>(i) % first_names.size()],
                                last_names[static_cast<std::size_t>(i) % last_names.size()]);
        std::string id;
        auto at = hub_at_;
        for (const auto& driver : list_of(known.body, "data"))
            if (text_of(driver, "external_driver_id") == external) id = text_of(driver, "id");
        // Of an earlier run: it stands where it was last seen.
        if (!id.empty()) at = point_of(member(api_.call(plan_.key, "GET", "/drivers/" + id + "/location").body, "location"), hub_at_);
        if (id.empty()) {
            const json::object wanted{{"name", name}, {"external_driver_id", external}, {"vehicle_id", vehicle(i)}, {"home_hub_id", hub_}};
            id = text_of(need(api_.call(plan_.key, "POST", "/drivers", wanted), "a driver cannot be made").body, "id");
        }
        Habits habits{.speed = plan_.speed};
        if (i == 2) habits.loses_signal = 0.3;  // one of them lives in the valley
        couriers_.push_back(
            std::make_unique<Courier>(api_, plan_.key, id, std::move(name), at, habits, plan_.seed * 1'000 + static_cast<std::uint64_t>(i)));
    }
    tell(fmt::format("{} couriers at the depot", couriers_.size()));
}

void City::new_wave(int count) {
    json::array wave;
    for (int i = 0; i < count; ++i) {
        const auto door = streets_.any(random_);
        const auto pick = [&](const auto& names) {
            return std::string(names[std::uniform_int_distribution<std::size_t>(0, names.size() - 1)(random_)]);
        };
        const auto recipient = pick(first_names) + " " + pick(last_names);
        const json::object address{{"line1", door.line1}, {"location", {{"lat", door.point.lat}, {"lon", door.point.lon}}}};
        const json::object package{{"weight", std::uniform_int_distribution<int>(200, 8'000)(random_)}};
        wave.push_back(json::object{{"source", "demo"},
                                    {"packages", json::array{package}},
                                    {"pickup", {{"hub_id", hub_}}},
                                    {"dropoff", {{"address", address}, {"recipient", {{"name", recipient}}}}},
                                    {"service_level", "same_day"}});
    }
    const auto answer = api_.call(plan_.key, "POST", "/deliveries", wave);
    if (!answer.ok()) return tell("the wave was refused: " + answer.fault);
    made_ += count;
    tell(fmt::format("{} new deliveries, {} in all", count, made_));
}

void City::assign(Courier& courier, const std::vector<std::string>& deliveries) {
    const auto answer = api_.call(plan_.key, "POST", "/drivers/" + courier.driver_id() + "/assign",
                                  json::object{{"delivery_ids", json::array(deliveries.begin(), deliveries.end())}});
    tell(answer.ok() ? fmt::format("{} deliveries go to {}", deliveries.size(), courier.name()) : answer.fault);
}

void City::dispatch() {
    const auto answer = api_.call(plan_.key, "GET", "/deliveries?status=requested&limit=100");
    if (!answer.ok()) return tell(answer.fault);
    std::vector<std::pair<geo::Point, std::string>> open;
    for (const auto& delivery : list_of(answer.body, "data"))
        if (text_of(delivery, "source") == "demo")
            open.emplace_back(point_of(member(member(member(delivery, "dropoff"), "address"), "location"), hub_at_), text_of(delivery, "id"));
    waiting_ = open.size();
    std::vector<Courier*> free;
    for (const auto& courier : couriers_)
        if (courier->idle()) free.push_back(courier.get());
    // All parcels start at the depot: who is nearest to it goes first.
    std::ranges::sort(free, {}, [&](const Courier* c) { return geo::distance_m(c->at(), hub_at_); });
    for (auto* courier : free) {
        if (open.empty() || stop_) return;
        const auto seed = open.back().first;  // the oldest
        std::ranges::sort(open, std::ranges::greater{}, [&](const auto& one) { return geo::distance_m(one.first, seed); });
        std::vector<std::string> mine;
        for (; !open.empty() && mine.size() < stops_a_route; open.pop_back()) mine.push_back(open.back().second);
        assign(*courier, mine);
    }
}

void City::mishap() {
    if (broken_) {
        broken_->repaired();
        broken_ = nullptr;
        until_mishap_s_ = 240;
        return;
    }
    until_mishap_s_ = 15;
    for (const auto& courier : couriers_) {
        if (!courier->driving() || courier->rescuing()) continue;
        auto packages = courier->on_board();
        if (packages.size() < 2) continue;
        Courier* helper = nullptr;
        for (const auto& other : couriers_)
            if (other != courier && other->driving() && !other->rescuing() &&
                (!helper || geo::distance_m(other->at(), courier->at()) < geo::distance_m(helper->at(), courier->at())))
                helper = other.get();
        if (!helper) return;
        broken_ = courier.get();
        courier->break_down();
        helper->rescue(courier->at(), std::move(packages));
        until_mishap_s_ = 120;
        return;
    }
}

void City::run() {
    using Clock = std::chrono::steady_clock;
    auto last = Clock::now();
    while (!stop_) {
        const auto now = Clock::now();
        // A slow answer is no reason to jump across the town.
        const auto dt = std::min(1.0, std::chrono::duration<double>(now - last).count());
        last = now;
        if ((until_wave_s_ -= dt) <= 0 && waiting_ < 20 && (plan_.forever || made_ < plan_.deliveries)) {
            new_wave(plan_.forever && made_ >= plan_.deliveries ? 15 : std::min(made_ == 0 ? 60 : 25, plan_.deliveries - made_));
            until_wave_s_ = 30;
            until_dispatch_s_ = 0;
        }
        if ((until_dispatch_s_ -= dt) <= 0) {
            dispatch();
            until_dispatch_s_ = 5;
        }
        if ((until_mishap_s_ -= dt) <= 0) mishap();
        for (const auto& courier : couriers_)
            if (!stop_) courier->tick(dt);
        const bool all_free = std::ranges::all_of(couriers_, [](const auto& c) { return c->idle(); });
        if (!plan_.forever && made_ >= plan_.deliveries && waiting_ == 0 && all_free) return tell("all deliveries are done");
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
}

}  // namespace lastmile::simulation
