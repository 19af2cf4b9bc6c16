#include "app/simulation/courier.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "engines/geo/polyline.hpp"

namespace lastmile::simulation {
namespace json = boost::json;

namespace {

constexpr double drive_mps = 8.3;  // 30 km/h, lights and corners included
/// The server takes pings faster than 70 m/s for errors of the receiver.
constexpr double fastest_mps = 60;

json::object place(geo::Point point) { return {{"lat", point.lat}, {"lon", point.lon}, {"accuracy_meters", 5}, {"timestamp", now_text()}}; }

geo::Point point_of(const json::value& location) {
    const auto &lat = member(location, "lat"), &lon = member(location, "lon");
    return lat.is_number() && lon.is_number() ? geo::Point{lat.to_number<double>(), lon.to_number<double>()} : geo::Point{};
}

std::size_t nearest(const std::vector<geo::Point>& line, geo::Point to, std::size_t from = 0) {
    return static_cast<std::size_t>(std::ranges::min_element(line.begin() + static_cast<std::ptrdiff_t>(from), line.end(), {},
                                                             [&](geo::Point p) { return geo::distance_m(p, to); }) -
                                    line.begin());
}

}  // namespace

void tell(const std::string& line) { std::cout << now_text().substr(11, 8) << "  " << line << std::endl; }

std::string now_text() { return fmt::format("{:%FT%TZ}", std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())); }

Courier::Courier(ApiClient& api, std::string key, std::string driver_id, std::string name, geo::Point at, Habits habits, std::uint64_t seed)
    : api_(api), key_(std::move(key)), driver_id_(std::move(driver_id)), name_(std::move(name)), at_(at), habits_(habits), random_(seed) {
    until_look_s_ = std::uniform_real_distribution<>(0, 3)(random_);
}

bool Courier::authenticate() {
    if (!token_.empty()) return true;
    const auto answer = api_.call(key_, "POST", "/drivers/" + driver_id_ + "/impersonate-token", json::object{{"minutes", 60}});
    token_ = text_of(answer.body, "token");
    if (token_.empty()) {
        tell(name_ + " cannot sign in: " + answer.fault);
        return false;
    }
    const auto began = app("POST", "/driver-api/check-in");
    if (!began.ok() && began.status != 409) tell(name_ + ": " + began.fault);
    return true;
}

Answer Courier::app(const char* method, const std::string& path, const json::value& body) {
    auto answer = api_.call(token_, method, path, body);
    if (answer.status == 401) token_.clear();  // run out: the next tick signs in again
    return answer;
}

void Courier::tick(double dt) {
    if (broken_ || !authenticate()) return;
    until_ping_s_ -= dt;
    until_look_s_ -= dt;
    if (offline_ && (offline_s_ -= dt * habits_.speed) <= 0) sync();
    if (at_stop_) {
        if ((service_s_ -= dt * habits_.speed) <= 0) leave();
    } else if (!path_.empty()) {
        drive(dt);
    } else if (rescuing()) {
        take_over();
    } else if (!offline_ && until_look_s_ <= 0) {
        look_for_work();
        until_look_s_ = 3;
    }
    if (until_ping_s_ <= 0 && !offline_) ping();
}

void Courier::look_for_work() {
    const auto work = app("GET", "/driver-api/work");
    if (!work.ok()) return;
    assignment_.clear();
    for (const auto& entry : list_of(work.body, "data")) {
        const auto& assignment = member(entry, "assignment").is_object() ? member(entry, "assignment") : entry;
        const auto status = text_of(assignment, "status");
        if (status == "offered" || status == "accepted" || status == "in_progress") return take(assignment);
    }
}

void Courier::take(const json::value& assignment) {
    assignment_ = text_of(assignment, "id");
    const auto path = "/driver-api/assignments/" + assignment_;
    const auto status = text_of(assignment, "status");
    if (status == "offered" && chance(habits_.declines)) {
        if (app("POST", path + "/decline", json::object{{"reason", "vehicle_problem"}}).ok()) tell(name_ + " declines a route");
        return assignment_.clear();
    }
    if (status == "offered" && !app("POST", path + "/accept").ok()) return assignment_.clear();
    if (status != "in_progress") {
        const auto started = app("POST", path + "/start-route");
        if (!started.ok()) {
            tell(name_ + ": " + started.fault);
            return assignment_.clear();
        }
        tell(name_ + " starts a route");
    }
    const auto route = app("GET", path + "/route");
    if (!route.ok()) return assignment_.clear();
    read_route(member(route.body, "assignment"));
    go_on();
}

void Courier::read_route(const json::value& assignment) {
    const auto& route = member(assignment, "route");
    stops_.clear();
    at_stop_ = false;
    for (const auto& stop : list_of(route, "stops")) {
        const auto status = text_of(stop, "status");
        if (status == "pending" || status == "arrived")
            stops_.push_back({text_of(stop, "stop_id"), text_of(stop, "type"), point_of(member(stop, "location"))});
        if (status == "arrived" && stops_.size() == 1) at_stop_ = true;
    }
    const auto& precision = member(route, "geometry_precision");
    way_ = geo::decode_polyline(text_of(route, "route_geometry"), precision.is_int64() ? static_cast<int>(precision.as_int64()) : 5)
               .value_or(std::vector<geo::Point>{});
}

void Courier::go_on() {
    path_.clear();
    if (stops_.empty()) {
        // Without a signal the app does not know yet whether more has come; it looks once it is back.
        until_look_s_ = 0;
        if (!offline_) assignment_.clear();
        return;
    }
    if (at_stop_) return;
    const auto goal = stops_.front().point;
    if (!way_.empty()) {
        const auto from = nearest(way_, at_), to = nearest(way_, goal, from);
        // A route that was replanned may lead from elsewhere: then as the crow flies.
        if (geo::distance_m(way_[to], goal) < 300 && geo::distance_m(way_[from], at_) < 300)
            path_.assign(way_.begin() + static_cast<std::ptrdiff_t>(from), way_.begin() + static_cast<std::ptrdiff_t>(to) + 1);
    }
    path_.push_back(goal);
}

void Courier::drive(double dt) {
    auto left = dt * std::min(drive_mps * habits_.speed, fastest_mps);
    while (!path_.empty() && left > 0) {
        const auto step = geo::distance_m(at_, path_.front());
        if (step > 1) heading_ = geo::bearing_deg(at_, path_.front());
        if (step > left) {
            at_ = geo::destination(at_, heading_, left);
            return;
        }
        left -= step;
        at_ = path_.front();
        path_.erase(path_.begin());
    }
    if (path_.empty() && !rescuing()) reached();
}

void Courier::reached() {
    if (stops_.empty()) return;
    report(stops_.front(), "arrive", {});
    at_stop_ = true;
    service_s_ = std::uniform_real_distribution<>(40, 120)(random_);
}

void Courier::leave() {
    if (stops_.empty()) return;
    const auto stop = stops_.front();
    at_stop_ = false;
    stops_.erase(stops_.begin());
    if (stop.type == "dropoff" && chance(habits_.nobody_home)) {
        tell(name_ + " finds no one home");
        report(stop, "failed", {{"reason", "no_one_home"}, {"next_action", "return_to_warehouse"}, {"notes", "rang twice"}});
    } else {
        report(stop, "complete", stop.type == "dropoff" ? json::object{{"status", "delivered"}} : json::object{});
    }
    if (assignment_.empty()) return;
    if (!offline_ && stops_.size() > 1 && chance(habits_.loses_signal)) {
        offline_ = true;
        offline_s_ = 600;
        tell(name_ + " loses the signal and drives on");
    }
    go_on();
}

void Courier::report(const Stop& stop, const char* action, json::object body) {
    const auto event_id = fmt::format("{}-{}-{}-{}", driver_id_, stop.id, action, ++said_);
    body["location"] = place(at_);
    if (offline_) {
        kept_.push_back({{"event_id", event_id}, {"action", action}, {"stop_id", stop.id}, {"device_time", now_text()}, {"body", body}});
        return;
    }
    body["event_id"] = event_id;
    const auto answer = app("POST", "/driver-api/stops/" + stop.id + "/" + action, body);
    if (answer.ok() && member(answer.body, "assignment").is_object()) {
        if (std::string_view(action) != "arrive") read_route(member(answer.body, "assignment"));
        return;
    }
    if (answer.status == 0) {  // nothing heard: it is said again later, and counts once
        offline_ = true;
        offline_s_ = 30;
        body.erase("event_id");
        kept_.push_back({{"event_id", event_id}, {"action", action}, {"stop_id", stop.id}, {"device_time", now_text()}, {"body", body}});
        return;
    }
    // The route has changed under way (cancelled, taken over, replanned): what counts is what the server has.
    tell(name_ + ": " + answer.fault);
    stops_.clear();
    path_.clear();
    at_stop_ = false;
    assignment_.clear();
}

void Courier::sync() {
    if (!kept_.empty()) {
        const auto answer =
            app("POST", "/driver-api/sync", json::object{{"device_id", "sim-" + driver_id_}, {"device_time", now_text()}, {"events", kept_}});
        if (!answer.ok()) {
            offline_s_ = 60;
            return;
        }
        std::size_t applied = 0;
        for (const auto& result : list_of(answer.body, "results")) applied += text_of(result, "status") != "not_applied";
        tell(fmt::format("{} has signal again: {} of {} reports synced", name_, applied, kept_.size()));
        kept_.clear();
    }
    offline_ = false;
    if (assignment_.empty()) return;
    const auto route = app("GET", "/driver-api/assignments/" + assignment_ + "/route");
    if (!route.ok()) return;
    read_route(member(route.body, "assignment"));
    go_on();
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
    broken_ = true;
    ping();
    tell(name_ + "'s van breaks down");
}

void Courier::repaired() {
    broken_ = false;
    assignment_.clear();
    stops_.clear();
    path_.clear();
    at_stop_ = false;
    until_look_s_ = 0;
    tell(name_ + "'s van runs again");
}

void Courier::rescue(geo::Point where, std::vector<std::string> packages) {
    rescued_ = std::move(packages);
    path_ = {where};
    tell(fmt::format("{} drives over to take {} packages", name_, rescued_.size()));
}

void Courier::take_over() {
    std::size_t taken = 0;
    for (const auto& package : rescued_) {
        const auto answer = app("POST", "/driver-api/scan", json::object{{"action", "handover"}, {"package_id", package}, {"confirmed", true}});
        if (answer.ok())
            ++taken;
        else
            tell(name_ + ": " + answer.fault);
    }
    tell(fmt::format("{} has taken over {} of {} packages", name_, taken, rescued_.size()));
    rescued_.clear();
    const auto route = app("GET", "/driver-api/assignments/" + assignment_ + "/route");
    if (!route.ok()) return assignment_.clear();
    read_route(member(route.body, "assignment"));
    go_on();
}

void Courier::ping() {
    until_ping_s_ = path_.empty() ? 10 : 1.5;
    if (pinging_->exchange(true)) return;  // the last one is still on its way
    api_.send(token_, "/driver-api/location",
              json::object{{"location", place(at_)}, {"speed", path_.empty() ? 0.0 : drive_mps}, {"heading", static_cast<int>(heading_)}},
              [pinging = pinging_](int) { *pinging = false; });
}

}  // namespace lastmile::simulation
