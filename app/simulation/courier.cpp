// A courier's way: work, route, stops.
#include "app/simulation/courier.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/simulation/signature.hpp"
#include "engines/geo/polyline.hpp"

namespace lastmile::simulation {
namespace json = boost::json;

namespace {

constexpr double at_the_hub_m = 150;
constexpr double scan_s = 4;

}  // namespace

geo::Point point_of(const json::value& location, geo::Point otherwise) {
    const auto &lat = member(location, "lat"), &lon = member(location, "lon");
    return lat.is_number() && lon.is_number() ? geo::Point{lat.to_number<double>(), lon.to_number<double>()} : otherwise;
}

Courier::Courier(Town& town, std::string driver_id, std::string name, int number, geo::Point at, Habits habits)
    : town_(town), driver_id_(std::move(driver_id)), name_(std::move(name)), driver_id_ref_(fmt::format("courier {} ", number)), at_(at), habits_(habits) {}

void Courier::then(double seconds, void (Courier::*step)()) {
    town_.agenda.in(seconds, [this, step, mine = ++steps_] {
        if (mine == steps_) (this->*step)();
    });
}

void Courier::begin() {
    if (signed_in() && town_.plan.real) ping();
    look();
}

void Courier::look() {
    if (!idle() || !signed_in()) return;
    const auto work = app("GET", "/driver-api/work");
    for (const auto& entry : list_of(work.body, "data")) {
        const auto& assignment = member(entry, "assignment").is_object() ? member(entry, "assignment") : entry;
        const auto status = text_of(assignment, "status");
        if (status == "offered" || status == "accepted" || status == "in_progress" || status == "paused") return take(assignment);
    }
    then(town_.plan.real ? 5 : 300, &Courier::look);
}

void Courier::take(const json::value& assignment) {
    const auto id = text_of(assignment, "id"), status = text_of(assignment, "status"), path = "/driver-api/assignments/" + id;
    if (status == "offered" && draw("declines") < habits_.declines) {
        if (app("POST", path + "/decline", json::object{{"reason", "vehicle_problem"}}).ok()) {
            ++town_.tally.declined;
            town_.tell(name_ + " declines a route");
        }
        return then(600, &Courier::look);
    }
    if (status == "offered" && !app("POST", path + "/accept").ok()) return then(20, &Courier::look);
    assignment_ = id;
    if (!read_route()) return idle_again();
    if (status == "in_progress") return go_on();
    // Whoever stands at the dock loads first and drives off then.
    double loading = 0;
    for (const auto& stop : stops_)
        if (stop.type == "pickup" && geo::distance_m(stop.point, at_) < at_the_hub_m) {
            load(stop);
            loading += scan_s * static_cast<double>(stop.packages.size());
        }
    town_.agenda.in(loading, [this, mine = ++steps_] {
        if (mine != steps_) return;
        if (!app("POST", "/driver-api/assignments/" + assignment_ + "/start-route").ok()) return idle_again();
        ++town_.tally.routes;
        left_at_ = town_.agenda.now();
        town_.tell(fmt::format("{} starts a route with {} stops", name_, stops_.size()));
        if (!read_route()) return idle_again();
        go_on();
    });
}

/// Not on the shelf, this once; the next courier finds it.
bool Courier::absent(const Parcel& parcel) const {
    return parcel.custody != "driver:" + driver_id_ && !town_.missed.contains(parcel.about) &&
           chance(town_.plan.seed, parcel.about, "missing") < 0.02;
}

void Courier::load(const Stop& stop) {
    for (const auto& [delivery, package] : stop.packages) {
        const auto& about = parcel(delivery);
        if (about.custody == "driver:" + driver_id_) continue;
        if (absent(about)) continue;  // said at the dock's stop
        app("POST", "/driver-api/scan", json::object{{"action", "load"}, {"package_id", package}});
    }
}

bool Courier::read_route() {
    const auto answer = app("GET", "/driver-api/assignments/" + assignment_ + "/route");
    if (!answer.ok()) return false;
    for (const auto& delivery : list_of(answer.body, "deliveries")) {
        auto& known = parcels_[text_of(delivery, "id")];
        // A courier sees no order, but the caller's name of the parcel: S1-7-1.
        for (const auto& package : list_of(delivery, "packages")) {
            const auto label = text_of(package, "package_id");
            known.about = label.empty() ? text_of(delivery, "id") : label.substr(0, label.rfind('-'));
            known.custody = text_of(package, "custody");
        }
    }
    read_stops(member(answer.body, "assignment"));
    const auto status = text_of(member(answer.body, "assignment"), "status");
    return status == "offered" || status == "accepted" || status == "in_progress" || status == "paused";
}

void Courier::read_stops(const json::value& assignment) {
    const auto& route = member(assignment, "route");
    stops_.clear();
    for (const auto& stop : list_of(route, "stops")) {
        const auto status = text_of(stop, "status");
        if (status != "pending" && status != "arrived") continue;
        Stop made{text_of(stop, "stop_id"), text_of(stop, "type"), point_of(member(stop, "location"), town_.hub_at), status == "arrived", {}};
        for (const auto& item : list_of(stop, "items")) made.packages.emplace_back(text_of(item, "delivery_id"), text_of(item, "package_id"));
        stops_.push_back(std::move(made));
    }
    const auto& precision = member(route, "geometry_precision");
    way_ = geo::decode_polyline(text_of(route, "route_geometry"), precision.is_int64() ? static_cast<int>(precision.as_int64()) : 5)
               .value_or(std::vector<geo::Point>{});
}

void Courier::go_on() {
    if (offline_ && (stops_.empty() || town_.agenda.now() >= back_online_)) {
        if (town_.agenda.now() < back_online_) return then(std::chrono::duration<double>(back_online_ - town_.agenda.now()).count(), &Courier::go_on);
        if (!sync()) return then(60, &Courier::go_on);
        if (assignment_.empty() || !read_route()) return idle_again();
    }
    if (stops_.empty()) return idle_again();
    to_rescue_ = !rescued_.empty() && !offline_ && !stops_.front().arrived;
    if (stops_.front().arrived && !to_rescue_) return then(30, &Courier::finish);
    const auto goal = to_rescue_ ? rescue_at_ : stops_.front().point;
    drive_ = Drive(town_.agenda.now(), to_rescue_ ? std::vector{at_, goal} : Drive::part(way_, at_, goal));
    under_way_ = true;
    town_.tally.driven_m += drive_.duration_s() * drive_mps;
    then(drive_.duration_s(), to_rescue_ ? &Courier::take_over : &Courier::reached);
}

void Courier::reached() {
    pings_of_drive();
    under_way_ = false;
    if (stops_.empty()) return go_on();
    auto& stop = stops_.front();
    at_ = stop.point;
    const auto id = stop.id;
    if (!report(stop, "arrive")) return;
    if (stops_.empty() || stops_.front().id != id) return go_on();
    stops_.front().arrived = true;
    const auto& here = stops_.front();
    if (here.type == "pickup" && !offline_) load(here);
    const auto items = static_cast<double>(here.packages.size());
    then(here.type == "dropoff" ? between(40, 150, draw("service")) : 20 + scan_s * items, &Courier::finish);
}

void Courier::finish() {
    if (stops_.empty()) return go_on();
    const auto stop = stops_.front();
    ++town_.tally.stops;
    if (stop.type == "pickup")
        finish_pickup(stop);
    else if (stop.type == "dropoff")
        finish_dropoff(stop);
    else if (report(stop, "complete"))
        town_.tally.brought_back += std::ssize(stop.packages);
    if (!assignment_.empty()) left();
}

void Courier::finish_pickup(const Stop& stop) {
    json::array items;
    std::size_t missing = 0;
    for (const auto& [delivery, package] : stop.packages) {
        const auto& about = parcel(delivery);
        missing += absent(about);
        items.push_back(json::object{{"delivery_id", delivery}, {"package_id", package}, {"outcome", absent(about) ? "missing" : "collected"}});
    }
    const bool told = missing == 0 ? report(stop, "complete") : report(stop, "partial", {{"items", std::move(items)}});
    if (missing == 0 || !told) return;
    for (const auto& [delivery, package] : stop.packages)
        if (const auto& about = parcel(delivery); absent(about)) town_.missed.insert(about.about);
    town_.tally.missing += static_cast<std::int64_t>(missing);
    town_.tell(fmt::format("{} misses {} at the dock", name_, missing));
}

void Courier::finish_dropoff(const Stop& stop) {
    const auto about = parcel(stop.packages.empty() ? std::string() : stop.packages.front().first);
    const auto seed = town_.plan.seed;
    const auto attempt = std::to_string(town_.tried[about.about]);
    if (chance(seed, about.about, "nobody home " + attempt) < town_.plan.no_shows) {
        report(stop, "attempt", {{"contacted", false}, {"channel", "call"}, {"notes", "rang twice"}});
        const bool back = chance(seed, about.about, "next " + attempt) < 0.5;
        const json::object said{{"reason", "no_one_home"}, {"next_action", back ? "return_to_warehouse" : "reschedule"}};
        if (!report(stop, "failed", said)) return;
        ++town_.tried[about.about];
        ++town_.tally.nobody_home;
        return town_.tell(name_ + " finds no one home");
    }
    if (stop.packages.size() > 1 && chance(seed, about.about, "in part") < 0.3) {
        json::array items;
        for (const auto& [delivery, package] : stop.packages)
            items.push_back(json::object{{"delivery_id", delivery}, {"package_id", package}, {"outcome", items.empty() ? "delivered" : "refused"}});
        if (report(stop, "partial", {{"items", std::move(items)}})) ++town_.tally.refused_at_door;
        return;
    }
    if (chance(seed, about.about, "refused") < 0.015) {
        if (report(stop, "failed", {{"reason", "refused"}, {"next_action", "return_to_warehouse"}})) ++town_.tally.refused_at_door;
        return;
    }
    json::object said{{"status", "delivered"}};
    if (chance(seed, about.about, "neighbour") < 0.08) said["leave_at"] = "neighbour";
    if (chance(seed, about.about, "signs") < 0.6) said["recipient_signature"] = json::object{{"base64", signature(seed, about.about)}};
    report(stop, "complete", std::move(said));
}

/// After a stop: drives on, perhaps into a dead zone.
void Courier::left() {
    if (!offline_ && stops_.size() > 1 && draw("signal") < habits_.loses_signal) lose_signal(between(900, 3600, draw("silence")));
    go_on();
}

void Courier::idle_again() {
    if (left_at_) town_.tally.worked_s += std::chrono::duration<double>(town_.agenda.now() - *std::exchange(left_at_, std::nullopt)).count();
    assignment_.clear();
    stops_.clear();
    rescued_.clear();
    under_way_ = false;
    then(town_.plan.real ? 3 : 30, &Courier::look);
}

void Courier::end_work() {
    if (!signed_in()) return;
    const auto out = app("POST", "/driver-api/check-out");
    if (!out.ok()) town_.tally.broken.push_back(name_ + " cannot end work: " + out.fault);
}

}  // namespace lastmile::simulation
