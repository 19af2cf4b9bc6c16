#include "app/simulation/city.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "app/simulation/verdict.hpp"

namespace lastmile::simulation {
namespace json = boost::json;

namespace {

constexpr std::array first_names{"Ada",   "Ben",  "Clara", "David", "Emma", "Finn", "Greta", "Hannes", "Ida",   "Jonas",
                                 "Klara", "Leon", "Mia",   "Noah",  "Olga", "Paul", "Ruth",  "Sami",   "Tilda", "Yusuf"};
constexpr std::array last_names{"Albrecht", "Brandt", "Dietrich", "Engel",  "Fischer", "Groth", "Haase", "Jahn",
                                "Krüger",   "Lorenz", "Möller",   "Peters", "Schulz",  "Vogt",  "Wolff"};
constexpr auto longest_day = std::chrono::hours(16);

Answer need(Answer answer, const char* what) {
    if (!answer.ok()) throw std::runtime_error(std::string(what) + ": " + answer.fault);
    return answer;
}

const char* pick(const auto& names, double chance) { return names[static_cast<std::size_t>(chance * static_cast<double>(names.size()))]; }

}  // namespace

City::City(const Plan& plan, const std::atomic<bool>& stop)
    : plan_(plan),
      stop_(stop),
      api_(plan.url, [&stop] { return stop.load(); }),
      agenda_(api_, plan_, stop),
      tell_(agenda_, plan.json),
      town_{api_, agenda_, tally_, tell_, plan_},
      streets_(api_, plan.key, plan.seed) {
    // Its couriers carry no camera: what a real tenant asks for is its own policy.
    json::object policies{{"proof", json::object{{"dropoff", json::array{}}}}};
    // Who plans by hand wants no runs by themselves; a day planned by one rule alone is the same on every machine.
    const char* how = plan_.by_hand || plan_.morning ? "off" : big() ? "auto" : nullptr;
    json::object triggers;
    for (const auto what : {"new_delivery", "cancel", "decline", "driver_offline", "running_late", "exception", "closure"})
        if (how) triggers[what] = how;
    if (how) policies["planning"] = {{"trigger", std::move(triggers)}};
    need(api_.call(plan_.key, "PATCH", "/policies", policies), "the policies cannot be set");
    tell_("proof policy of this test partition: none asked for at the door");
    // A day begins at seven.
    const auto today = std::chrono::floor<std::chrono::days>(agenda_.now());
    const auto seven = today + std::chrono::hours(7);
    agenda_.skip_to(seven < agenda_.now() ? seven + std::chrono::days(1) : Time(seven));
    opened_ = agenda_.now();
    set_up_hub();
    set_up_couriers();
    std::vector<Courier*> all;
    for (const auto& courier : couriers_) all.push_back(courier.get());
    desk_ = std::make_unique<Desk>(town_, std::move(all));
}

void City::set_up_hub() {
    const auto hubs = need(api_.call(plan_.key, "GET", "/hubs?limit=100"), "the hubs cannot be read");
    town_.hub_at = streets_.middle();
    for (const auto& hub : list_of(hubs.body, "data"))
        if (text_of(hub, "name") == "City depot") {
            town_.hub = text_of(hub, "id");
            town_.hub_at = point_of(member(member(hub, "address"), "location"), town_.hub_at);
        }
    if (!town_.hub.empty()) return;
    const json::object address{{"line1", streets_.door("the depot").line1}, {"location", {{"lat", town_.hub_at.lat}, {"lon", town_.hub_at.lon}}}};
    const json::object hub{{"name", "City depot"}, {"address", address}};
    town_.hub = text_of(need(api_.call(plan_.key, "POST", "/hubs", hub), "the hub cannot be made").body, "id");
}

std::string City::vehicle(int number) {
    const bool bike = number % 4 == 3;
    const json::object wanted{{"type", bike ? "bike" : "van"},
                              {"capacity", {{"parcels", bike ? 12 : 60}}},
                              {"warehouse", town_.hub},
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
        auto at = town_.hub_at;
        for (const auto& driver : list_of(known.body, "data"))
            if (text_of(driver, "external_driver_id") == external) id = text_of(driver, "id");
        // Of an earlier run: it stands where it was last seen.
        if (!id.empty()) at = point_of(member(api_.call(plan_.key, "GET", "/drivers/" + id + "/location").body, "location"), town_.hub_at);
        if (id.empty()) {
            const json::object wanted{{"name", name}, {"external_driver_id", external}, {"vehicle_id", vehicle(i)}, {"home_hub_id", town_.hub}};
            id = text_of(need(api_.call(plan_.key, "POST", "/drivers", wanted), "a driver cannot be made").body, "id");
        }
        // Whoever plans before they have signed in knows that they will come.
        if (big() && !shift_planned(id)) tally_.broken.push_back("no shift can be planned for " + name);
        Habits habits;
        if (i == 2) habits.loses_signal = 0.3, habits.clock_wrong_s = 137;  // one of them lives in the valley
        couriers_.push_back(std::make_unique<Courier>(town_, id, std::move(name), i, at, habits));
        agenda_.in(between(0, plan_.real ? 3 : 60, chance(plan_.seed, external, "begins")), [courier = couriers_.back().get()] { courier->begin(); });
    }
    tell_(fmt::format("{} couriers at the depot", couriers_.size()));
}

/// Of today; one of an earlier run will do.
bool City::shift_planned(const std::string& driver) {
    const json::object shift{{"starts_at", text_of(opened_)}, {"ends_at", text_of(opened_ + std::chrono::hours(12))}};
    const auto made = api_.call(plan_.key, "POST", "/drivers/" + driver + "/shifts", shift);
    return made.ok() || made.code == "shift_overlaps";
}

json::object City::parcel(int number) {
    const auto about = fmt::format("S{}-{}", plan_.seed, number);
    const auto draw = [&](const char* what) { return chance(plan_.seed, about, what); };
    const auto door = streets_.door(about);
    json::array packages;
    for (int i = 0, count = draw("packages") < 0.85 ? 1 : draw("packages") < 0.95 ? 2 : 3; i < count; ++i)
        packages.push_back(
            json::object{{"package_id", fmt::format("{}-{}", about, i + 1)}, {"weight", static_cast<int>(between(200, 8'000, draw("weight")))}});
    const json::object address{{"line1", door.line1}, {"location", {{"lat", door.point.lat}, {"lon", door.point.lon}}}};
    const auto recipient = fmt::format("{} {}", pick(first_names, draw("first name")), pick(last_names, draw("last name")));
    json::object dropoff{{"address", address}, {"recipient", {{"name", recipient}}}};
    if (draw("window") < 0.3) {
        const auto from = agenda_.now() + std::chrono::minutes(static_cast<int>(between(0, 120, draw("window from"))));
        dropoff["window"] = json::object{{"from", text_of(from)}, {"to", text_of(from + std::chrono::hours(3))}};
    } else if (plan_.promises) {
        dropoff["window"] = json::object{{"from", text_of(agenda_.now())}, {"to", text_of(agenda_.now() + std::chrono::hours(4))}};
    }
    return {{"source", "simulation"},        {"order_id", about},          {"packages", std::move(packages)}, {"pickup", {{"hub_id", town_.hub}}},
            {"dropoff", std::move(dropoff)}, {"service_level", "same_day"}};
}

void City::new_wave(int count) {
    --waves_left_;
    for (int left = count; left > 0; left -= 200) {
        json::array wave;
        const auto first = static_cast<int>(made_.size());
        for (int i = 0; i < std::min(left, 200); ++i) wave.push_back(parcel(first + i));
        const auto answer = api_.call(plan_.key, "POST", "/deliveries", wave);
        if (!answer.ok()) {
            tally_.broken.push_back("a wave was refused: " + answer.fault);
            return tell_(tally_.broken.back());
        }
        for (const auto& delivery : list_of(answer.body, "data")) {
            made_.push_back(text_of(delivery, "id"));
            change_of_mind(made_.back(), text_of(delivery, "order_id"));
        }
    }
    tell_(fmt::format("{} new deliveries, {} in all", count, made_.size()));
}

/// Few customers cancel; what is on board by then is a wish that a person confirms.
void City::change_of_mind(const std::string& delivery, const std::string& about) {
    if (chance(plan_.seed, about, "cancels") >= 0.03) return;
    agenda_.in(between(300, 10'800, chance(plan_.seed, about, "cancels when")), [this, delivery] {
        const auto answer = api_.call(plan_.key, "POST", "/deliveries/" + delivery + "/cancel", json::object{{"reason", "not wanted any more"}});
        ++tally_.cancel_wishes;
        if (text_of(answer.body, "cancellation") != "requested") return;
        agenda_.in(180, [this, delivery] { api_.call(plan_.key, "POST", "/deliveries/" + delivery + "/confirm-cancel", json::object{}); });
    });
}

void City::plan_waves() {
    const auto first = plan_.forever || plan_.real ? std::min(plan_.deliveries, 60) : big() ? plan_.deliveries * 4 / 5 : plan_.deliveries * 2 / 5;
    const auto pause = plan_.real ? 120.0 : 5'400.0;
    const auto rest = plan_.deliveries - first;
    const int waves = plan_.real ? (rest + 24) / 25 : std::min(3, rest);
    waves_left_ = 1 + waves;
    agenda_.in(0, [this, first] { new_wave(first); });
    for (int i = 0; i < waves; ++i) {
        const auto count = rest * (i + 1) / waves - rest * i / waves;
        agenda_.in(pause * (i + 1), [this, count] { new_wave(count); });
    }
}

/// The dispatcher looks at what is open, every few minutes.
void City::desk_hour() {
    agenda_.in(plan_.real ? 8 : 300, [this] { desk_hour(); });
    const auto waiting = desk_->look(made_, waves_left_ <= 0);
    if (waves_left_ > 0) return;
    if (plan_.forever) {
        if (waiting >= 20) return;
        ++waves_left_;
        return agenda_.in(plan_.real ? 40 : 1'800, [this] { new_wave(15); });
    }
    over_ = (desk_->all_ended() && orders_left_ == 0) || agenda_.now() - opened_ > longest_day;
}

void City::mishap() {
    const bool many = plan_.breakdowns > 3;
    if (broken_) {
        std::exchange(broken_, nullptr)->repaired();
        return agenda_.in(plan_.real ? 480 : many ? 600 : 9'000, [this] { mishap(); });
    }
    if (plan_.breakdowns >= 0 && tally_.breakdowns >= plan_.breakdowns) return;
    for (const auto& courier : couriers_) {
        if (!courier->driving()) continue;
        Courier* nearest = nullptr;
        for (const auto& other : couriers_)
            if (other != courier && other->can_help() &&
                (!nearest || geo::distance_m(other->at(), courier->at()) < geo::distance_m(nearest->at(), courier->at())))
                nearest = other.get();
        auto packages = nearest ? courier->on_board() : std::vector<std::string>{};
        if (packages.size() < 2) continue;
        broken_ = courier.get();
        courier->break_down();
        nearest->rescue(courier->at(), std::move(packages));
        return agenda_.in(plan_.real ? 240 : many ? 1'200 : 2'700, [this] { mishap(); });
    }
    agenda_.in(plan_.real ? 15 : 300, [this] { mishap(); });
}

bool City::run() {
    plan_waves();
    plan_big_day();
    agenda_.in(plan_.real ? 1 : 60, [this] { desk_hour(); });
    agenda_.in(plan_.real ? 240 : plan_.breakdowns > 3 ? 2'700 : 4'500, [this] { mishap(); });
    agenda_.run([this] { return over_ || stop_.load(); });
    if (stop_) return true;
    if (broken_) broken_->repaired();
    for (const auto& courier : couriers_) courier->end_work();
    Verdict verdict(town_);
    verdict.judge(made_, opened_);
    verdict.judge_promises(urgent_);
    verdict.tell(opened_);
    return tally_.broken.empty();
}

}  // namespace lastmile::simulation
