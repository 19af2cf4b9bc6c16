// What a courier's device says, online and after a silence; and mishaps.
#include <fmt/format.h>

#include <algorithm>

#include "app/simulation/courier.hpp"

namespace lastmile::simulation {
namespace json = boost::json;

bool Courier::signed_in() {
    if (!token_.empty()) return true;
    const auto answer = town_.api.call(town_.plan.key, "POST", "/drivers/" + driver_id_ + "/impersonate-token", json::object{{"minutes", 60}});
    token_ = text_of(answer.body, "token");
    if (token_.empty()) {
        town_.tell(name_ + " cannot sign in: " + answer.fault);
        then(30, &Courier::begin);
        return false;
    }
    const auto began = town_.api.call(token_, "POST", "/driver-api/check-in");
    if (!began.ok() && began.status != 409) town_.tell(name_ + ": " + began.fault);
    return true;
}

Answer Courier::app(const char* method, const std::string& path, const json::value& body) {
    if (!signed_in()) return {};
    auto answer = town_.api.call(token_, method, path, body);
    if (answer.status == 401) {  // run out
        token_.clear();
        if (!signed_in()) return {};
        answer = town_.api.call(token_, method, path, body);
    }
    if (answer.status >= 400 && answer.status < 500) {
        ++town_.tally.refusals[answer.code];
        town_.tell(name_ + ": " + answer.fault);
    }
    return answer;
}

std::string Courier::device_time() const {
    return text_of(town_.agenda.now() + std::chrono::milliseconds(static_cast<std::int64_t>(habits_.clock_wrong_s * 1000)));
}

json::object Courier::place() const {
    const auto here = at();
    return {{"lat", here.lat}, {"lon", here.lon}, {"accuracy_meters", 5}, {"timestamp", text_of(town_.agenda.now())}};
}

void Courier::lose_signal(double for_s) {
    offline_ = true;
    back_online_ = town_.agenda.now() + std::chrono::milliseconds(static_cast<std::int64_t>(for_s * 1000));
    ++town_.tally.lost_signal;
    town_.tell(name_ + " loses the signal and drives on");
}

bool Courier::report(const Stop& stop, const char* action, json::object body) {
    const auto event_id = fmt::format("{}-{}-{}", stop.id, action, ++said_);
    const auto stop_id = stop.id;
    const bool ends = std::string_view(action) != "arrive" && std::string_view(action) != "attempt";
    body["location"] = place();
    const auto kept = [&] {
        keep({{"event_id", event_id}, {"action", action}, {"stop_id", stop_id}, {"device_time", device_time()}, {"body", body}});
        if (ends) std::erase_if(stops_, [&](const Stop& one) { return one.id == stop_id; });
        return true;
    };
    if (offline_) return kept();
    auto said = body;
    said["event_id"] = event_id;
    const auto path = "/driver-api/stops/" + stop_id + "/" + action;
    auto answer = app("POST", path, said);
    if (answer.ok() && draw("twice") < habits_.says_twice) {  // the answer was lost on the way: said again, it counts once
        const auto again = app("POST", path, said);
        ++town_.tally.said_twice;
        const auto& replayed = member(again.body, "replayed");
        if (!again.ok() || !replayed.is_bool() || !replayed.as_bool())
            town_.tally.broken.push_back(fmt::format("{}: {} said twice was answered {} {}", name_, action, again.status, again.fault));
    }
    if (answer.ok()) {
        if (ends) read_stops(member(answer.body, "assignment"));
        return true;
    }
    if (answer.status == 0 || answer.status >= 500) {  // nothing heard: said again at the next sync, under the same id
        lose_signal(30);
        return kept();
    }
    // The route has changed under way (cancelled, taken over, replanned): what counts is what the server has.
    if (!read_route())
        idle_again();
    else
        then(5, &Courier::go_on);
    return false;
}

bool Courier::sync() {
    if (!kept_.empty()) {
        const json::object batch{{"device_id", "phone of " + name_}, {"device_time", device_time()}, {"events", kept_}};
        const auto answer = app("POST", "/driver-api/sync", batch);
        if (!answer.ok()) return false;
        std::int64_t applied = 0;
        for (const auto& result : list_of(answer.body, "results")) {
            const auto& status = member(result, "http_status");
            if (status.is_int64() && status.as_int64() >= 500) return false;  // to be sent again; what has counted counts once
            applied += text_of(result, "status") != "not_applied";
        }
        town_.tally.synced += applied;
        town_.tell(fmt::format("{} has signal again: {} of {} reports synced", name_, applied, kept_.size()));
        kept_.clear();
    }
    offline_ = false;
    return true;
}

std::vector<std::string> Courier::on_board() {
    std::vector<std::string> packages;
    const auto route = app("GET", "/driver-api/assignments/" + assignment_ + "/route");
    for (const auto& delivery : list_of(route.body, "deliveries"))
        for (const auto& package : list_of(delivery, "packages"))
            if (text_of(package, "custody") == "driver:" + driver_id_) packages.push_back(text_of(package, "id"));
    return packages;
}

void Courier::break_down() {
    at_ = at();
    under_way_ = false;
    broken_ = true;
    ++steps_;
    ++town_.tally.breakdowns;
    town_.tell(name_ + "'s van breaks down");
}

void Courier::repaired() {
    broken_ = false;
    assignment_.clear();
    stops_.clear();
    town_.tell(name_ + "'s van runs again");
    look();
}

void Courier::rescue(geo::Point where, std::vector<std::string> packages) {
    rescued_ = std::move(packages);
    rescue_at_ = where;
    town_.tell(fmt::format("{} drives over to take {} packages", name_, rescued_.size()));
    at_ = at();
    under_way_ = false;
    go_on();
}

void Courier::take_over() {
    pings_of_drive();
    under_way_ = to_rescue_ = false;
    at_ = rescue_at_;
    std::int64_t taken = 0;
    for (const auto& package : std::exchange(rescued_, {}))
        taken += app("POST", "/driver-api/scan", json::object{{"action", "handover"}, {"package_id", package}, {"confirmed", true}}).ok();
    town_.tally.taken_over += taken;
    town_.tell(fmt::format("{} has taken over {} packages", name_, taken));
    if (!read_route()) return idle_again();
    go_on();
}

/// In the wall's time: where he is, every few seconds, whatever he does.
void Courier::ping() {
    town_.agenda.in(under_way_ ? 1.5 : 10, [this] { ping(); });
    if (offline_ || broken_ || !signed_in() || pinging_->exchange(true)) return;  // the last one is still on its way
    const auto heading = under_way_ ? drive_.heading(town_.agenda.now()) : 0;
    town_.api.send(token_, "/driver-api/location",
                   json::object{{"location", place()}, {"speed", under_way_ ? drive_mps : 0.0}, {"heading", static_cast<int>(heading)}},
                   [pinging = pinging_](int) { *pinging = false; });
}

/// In a simulated time: those of a drive in one batch at its end.
void Courier::pings_of_drive() {
    if (town_.plan.real || offline_ || !under_way_) return;
    json::array pings;
    const auto now = town_.agenda.now();
    const auto begun = now - std::chrono::milliseconds(static_cast<std::int64_t>(drive_.duration_s() * 1000));
    for (auto time = begun; time <= now && pings.size() < 200; time += std::chrono::seconds(30)) {
        const auto there = drive_.at(time);
        const json::object location{{"lat", there.lat}, {"lon", there.lon}, {"accuracy_meters", 5}, {"timestamp", text_of(time)}};
        pings.push_back(json::object{{"location", location}, {"speed", drive_mps}, {"heading", static_cast<int>(drive_.heading(time))}});
    }
    if (!pings.empty()) app("POST", "/driver-api/location", json::object{{"pings", std::move(pings)}});
}

}  // namespace lastmile::simulation
