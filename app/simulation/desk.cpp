#include "app/simulation/desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace lastmile::simulation {
namespace json = boost::json;

namespace {

constexpr std::size_t stops_a_route = 6, most_at_once = 120;

bool says(const json::array& all, std::string_view one) {
    return std::ranges::any_of(all, [&](const json::value& entry) { return entry.is_string() && entry.as_string() == one; });
}

/// The simulation's own count, so that the order does not hang on ids; others' come after.
long number_of(const std::string& about) {
    long number = 1'000'000'000;
    const auto dash = about.rfind('-');
    if (about.starts_with('S') && dash != std::string::npos) std::from_chars(about.data() + dash + 1, about.data() + about.size(), number);
    return number;
}

}  // namespace

bool has_ended(const json::value& delivery) {
    const auto& packages = list_of(delivery, "packages");
    return std::ranges::all_of(packages, [](const json::value& package) { return !text_of(package, "end").empty() && text_of(package, "end") != "none"; });
}

std::vector<json::value> Desk::list(const std::string& filter) {
    std::vector<json::value> all;
    std::string cursor;
    do {
        const auto page = town_.api.call(town_.plan.key, "GET", "/deliveries?limit=200" + filter + (cursor.empty() ? "" : "&cursor=" + cursor));
        for (const auto& one : list_of(page.body, "data")) all.push_back(one);
        cursor = text_of(page.body, "next_cursor");
    } while (!cursor.empty());
    return all;
}

std::vector<Desk::Open> Desk::open_ones() {
    std::vector<Open> open;
    for (const auto& delivery : list("&status=requested&status=scheduled&status=enroute")) {
        // A part was delivered and the rest waits at the hub: it is on its way, and wants a courier all the same.
        const bool waits = text_of(delivery, "phase") == "at_hub" && says(list_of(delivery, "legal_actions"), "assign");
        if (text_of(delivery, "status") == "enroute" && !waits) continue;
        const auto& place = member(member(delivery, "dropoff"), "location");
        // What could not be placed on the map waits for a person.
        if (!place.is_object()) continue;
        auto about = text_of(delivery, "order_id");
        open.push_back({text_of(delivery, "id"), about.empty() ? text_of(delivery, "id") : about, point_of(place)});
    }
    std::ranges::sort(open, {}, [](const Open& one) { return std::pair(number_of(one.about), one.id); });
    return open;
}

std::size_t Desk::look(const std::vector<std::string>& made, bool last) {
    auto failed = list("&status=failed");
    std::ranges::sort(failed, {}, [](const json::value& one) { return number_of(text_of(one, "order_id")); });
    for (const auto& delivery : failed)
        if (text_of(delivery, "phase") == "waiting_decision") decide(delivery, last);
    auto open = open_ones();
    const auto waiting = open.size();
    if (!open.empty()) plan(std::move(open));
    if (!last || town_.plan.forever) return waiting;
    const std::set<std::string> ours(made.begin(), made.end());
    all_ended_ = std::ranges::all_of(list(""), [&](const json::value& one) { return !ours.contains(text_of(one, "id")) || has_ended(one); });
    return waiting;
}

bool Desk::ask(const std::string& delivery, const char* what, json::object body) {
    const auto answer = town_.api.call(town_.plan.key, "POST", "/deliveries/" + delivery + "/" + what, body);
    if (!answer.ok()) ++town_.tally.refusals[answer.code];
    return answer.ok();
}

/// Once more from on board, then back to the hub, once more from there; then it is over.
void Desk::decide(const json::value& delivery, bool last) {
    const auto id = text_of(delivery, "id");
    if (text_of(delivery, "source") != "simulation") return;  // a person's own: the person decides
    const auto& legal = list_of(delivery, "legal_actions");
    const auto& packages = list_of(delivery, "packages");
    const bool on_board = std::ranges::any_of(packages, [](const json::value& p) { return text_of(p, "custody").starts_with("driver:"); });
    const auto& failures = member(member(delivery, "attempts"), "failed");
    const auto failed = failures.is_int64() ? failures.as_int64() : 0;
    const bool again = says(legal, "retry") && failed < 2;
    if (on_board) {
        if (again && ask(id, "retry", {{"from", "on_board"}})) {
            ++town_.tally.second_attempts;
            return;
        }
        ask(id, "bring-back", {{"purpose", again ? "retry" : "return"}});
        return;
    }
    if (again && !last && ask(id, "retry", {{"from", "hub"}})) {
        ++town_.tally.second_attempts;
        return;
    }
    ask(id, "close", {{"outcome", "undeliverable"}});
}

void Desk::plan(std::vector<Open> open) {
    std::vector<Courier*> free;
    for (auto* courier : couriers_)
        if (courier->idle()) free.push_back(courier);
    if (free.empty()) return;
    const bool morning_is_over = town_.plan.morning && std::exchange(planned_, true);
    if (open.size() > most_at_once && !(town_.plan.morning && !morning_is_over)) open.resize(most_at_once);
    if (town_.plan.by_hand || morning_is_over || !plan_on_server(open, free)) plan_by_hand(std::move(open), free);
    for (std::size_t i = 0; i < free.size(); ++i)
        town_.agenda.in((town_.plan.real ? 1 : 5) * (1 + static_cast<double>(i)), [courier = free[i]] { courier->look(); });
}

/// False: this server does not plan.
bool Desk::plan_on_server(const std::vector<Open>& open, const std::vector<Courier*>& free) {
    json::array deliveries, drivers;
    for (const auto& one : open) deliveries.emplace_back(one.id);
    for (const auto* courier : free) drivers.emplace_back(courier->driver_id());
    const json::object wanted{{"delivery_ids", std::move(deliveries)},
                              {"driver_ids", std::move(drivers)},
                              {"constraints", {{"max_stops_per_route", town_.plan.morning ? 30 : 8}}},
                              {"strategy", "balanced"},
                              {"budget_s", town_.plan.morning ? 10 : 1}};
    auto answer = town_.api.call(town_.plan.key, "POST", "/assignments/auto", wanted);
    if (answer.status == 404 || answer.status == 405) return false;
    for (auto job = text_of(answer.body, "job_id"); answer.status == 202;) {
        const auto now = town_.api.call(town_.plan.key, "GET", "/jobs/" + job);
        const auto status = text_of(now.body, "status");
        if (!now.ok() || (status != "queued" && status != "running")) answer = now;
    }
    if (!answer.ok()) {
        ++town_.tally.refusals[answer.code];
        town_.tell(answer.fault);
    } else {
        town_.tell(fmt::format("{} deliveries planned onto {} routes, {} wait", open.size() - std::min(open.size(), list_of(answer.body, "unassigned").size()),
                               list_of(answer.body, "assignments").size(), list_of(answer.body, "unassigned").size()));
    }
    return true;
}

void Desk::plan_by_hand(std::vector<Open> open, std::vector<Courier*> free) {
    std::ranges::reverse(open);
    // All parcels start at the depot: who is nearest to it goes first.
    std::ranges::stable_sort(free, {}, [&](const Courier* c) { return std::round(geo::distance_m(c->at(), town_.hub_at) / 100); });
    for (auto* courier : free) {
        if (open.empty()) return;
        const auto seed = open.back().at;  // the oldest
        std::ranges::stable_sort(open, std::ranges::greater{}, [&](const Open& one) { return geo::distance_m(one.at, seed); });
        std::vector<std::string> mine;
        for (; !open.empty() && mine.size() < stops_a_route; open.pop_back()) mine.push_back(open.back().id);
        assign(*courier, mine);
    }
}

/// The dispatcher's own order: first the pickups, then always the nearest door.
void Desk::order(const json::value& assignment) {
    struct Visit {
        std::string id;
        geo::Point at;
    };
    std::vector<Visit> doors;
    json::array wanted;
    auto here = town_.hub_at;
    for (const auto& stop : list_of(member(assignment, "route"), "stops")) {
        if (text_of(stop, "status") != "pending") return;  // under way: it stays as it is
        if (text_of(stop, "type") == "pickup")
            wanted.emplace_back(text_of(stop, "stop_id"));
        else
            doors.push_back({text_of(stop, "stop_id"), point_of(member(stop, "location"), here)});
    }
    while (!doors.empty()) {
        const auto next = std::ranges::min_element(doors, {}, [&](const Visit& visit) {
            return std::tuple(geo::distance_m(here, visit.at), visit.at.lat, visit.at.lon);
        });
        here = next->at;
        wanted.emplace_back(next->id);
        doors.erase(next);
    }
    const auto answer = town_.api.call(town_.plan.key, "PUT", "/assignments/" + text_of(assignment, "id") + "/stops", json::object{{"stop_ids", wanted}});
    if (!answer.ok()) ++town_.tally.refusals[answer.code];
}

void Desk::assign(Courier& courier, const std::vector<std::string>& deliveries) {
    const auto give = [&](const json::array& ids, bool force) {
        return town_.api.call(town_.plan.key, "POST", "/drivers/" + courier.driver_id() + "/assign", json::object{{"delivery_ids", ids}, {"force", force}});
    };
    auto answer = give(json::array(deliveries.begin(), deliveries.end()), false);
    // A window that cannot be kept any more is no reason to leave a parcel behind: one by one, whatever does not fit.
    if (answer.status == 422)
        for (const auto& one : deliveries) answer = give({json::value(one)}, true);
    if (!answer.ok()) ++town_.tally.refusals[answer.code];
    if (answer.ok()) order(member(answer.body, "assignment"));
    town_.tell(answer.ok() ? fmt::format("{} deliveries go to {}", deliveries.size(), courier.name()) : answer.fault);
}

}  // namespace lastmile::simulation
