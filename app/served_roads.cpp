#include "app/served_roads.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/roads/fallback.hpp"
#include "connectors/roads/geocoders.hpp"
#include "connectors/roads/osrm.hpp"
#include "connectors/roads/valhalla.hpp"
#include "platform/store/unready.hpp"

namespace lastmile::app {
namespace {

using observe::Condition;
using ProfileNames = std::map<std::string, std::string, std::less<>>;

constexpr std::size_t most_kept = 4096;
constexpr std::chrono::seconds good_for{600}, good_for_if_bridged{5};

std::string key_of(const road::RouteQuery& query) {
    std::string key = query.profile;
    for (const auto& place : query.places) key += fmt::format(" {:.6f},{:.6f}", place.point.lat, place.point.lon);
    return key;
}

/// Which of our profiles the other engine knows, and by which names. OSRM's default is that of its common data set, a car's.
ProfileNames profiles_of(const std::string& engine, const std::string& setting) {
    if (setting.empty() && engine == "osrm") return {{"car", "driving"}, {"van", "driving"}};
    if (setting.empty()) return {{"car", "auto"}, {"van", "auto"}, {"truck", "truck"}, {"bike", "bicycle"}, {"cargo_bike", "bicycle"}, {"foot", "pedestrian"}};
    ProfileNames names;
    for (std::size_t at = 0; at < setting.size();) {
        const auto end = std::min(setting.find(',', at), setting.size()), equals = setting.find('=', at);
        if (equals == setting.npos || equals == at || equals + 1 >= end)
            throw std::runtime_error("setting \"road.profiles\" must be pairs of our profile and the engine's, such as car=driving,bike=cycling");
        names[setting.substr(at, equals - at)] = setting.substr(equals + 1, end - equals - 1);
        at = end + 1;
    }
    return names;
}

std::string checked_url(const Config& config, const std::string& what) {
    const auto& url = config.text(what + ".url");
    const auto& engine = config.text(what + ".engine");
    if (!url.starts_with("http://") && !url.starts_with("https://"))
        throw std::runtime_error(fmt::format("setting \"{}.url\" must be the http:// or https:// address of the {} server", what, engine));
    return url.ends_with('/') ? url.substr(0, url.size() - 1) : url;
}

/// Chosen, or null for the embedded one.
const std::string* other_engine(const Config& config, const std::string& what, std::initializer_list<std::string_view> known) {
    const auto& engine = config.text(what + ".engine");
    if (engine == "embedded" || engine.empty()) {
        if (config.has(what + ".url")) throw std::runtime_error(fmt::format("setting \"{0}.url\" needs \"{0}.engine\" to name the engine that answers there", what));
        return nullptr;
    }
    if (std::ranges::find(known, engine) == known.end()) {
        std::string names = "embedded";
        for (const auto name : known) names += ", " + std::string(name);
        throw std::runtime_error(fmt::format("setting \"{}.engine\" must be one of {}, not \"{}\"", what, names, engine));
    }
    return &engine;
}

std::string behind(bool map) { return map ? "the map" : "straight lines"; }

/// A route that another engine answered, or what stands behind it.
class AskedPricer final : public RoutePricer {
public:
    AskedPricer(std::shared_ptr<const AskedRoutes> asked, std::vector<std::string> profiles, std::shared_ptr<const RoutePricer> own, bool in_command)
        : asked_(std::move(asked)), profiles_(std::move(profiles)), own_(std::move(own)), in_command_(in_command) {}

    std::vector<Leg> legs(std::span<const geo::Point> points, std::string_view profile) const override {
        if (points.size() < 2) return {};
        if (std::ranges::find(profiles_, profile) == profiles_.end()) return own_ ? own_->legs(points, profile) : std::vector<Leg>{};
        road::RouteQuery query{.profile = std::string(profile), .places = {}};
        for (const auto& point : points) query.places.push_back({point, road::Approach::any});
        auto answer = asked_->known(query);
        if (!answer && in_command_) throw store::Unready{[asked = asked_, query] { (void)asked->ask(query); }};
        if (!answer) answer = asked_->ask(query);
        // Whoever bridged it prices it with what it knows besides: learned speeds, the hour of each leg.
        if (*answer && (*answer)->answered_by.find(':') != std::string::npos) return own_ ? own_->legs(points, profile) : std::vector<Leg>{};
        std::vector<Leg> legs;
        if (*answer)
            for (const auto& leg : (*answer)->legs) legs.push_back({leg.duration_s, leg.distance_m, leg.geometry, {}, (*answer)->answered_by});
        return legs;
    }

private:
    std::shared_ptr<const AskedRoutes> asked_;
    std::vector<std::string> profiles_;
    std::shared_ptr<const RoutePricer> own_;
    bool in_command_;
};

/// A table of the other engine for the profiles that it knows, else of the map.
class AskedTable final : public planning::TravelTable {
public:
    AskedTable(std::shared_ptr<const road::Router> remote, std::vector<std::string> profiles, std::shared_ptr<const planning::TravelTable> own)
        : remote_(std::move(remote)), profiles_(std::move(profiles)), own_(std::move(own)) {}
    std::vector<vrp::Leg> table(std::string_view profile, std::span<const geo::Point> from, std::span<const geo::Point> to) const override {
        if (std::ranges::find(profiles_, profile) != profiles_.end()) return remote_.table(profile, from, to);
        return own_ ? own_->table(profile, from, to) : std::vector<vrp::Leg>{};
    }

private:
    RoadTable remote_;
    std::vector<std::string> profiles_;
    std::shared_ptr<const planning::TravelTable> own_;
};

}  // namespace

std::shared_ptr<const road::Answer<road::Route>> AskedRoutes::known(const road::RouteQuery& query) const {
    const auto key = key_of(query);
    const std::scoped_lock lock(lock_);
    const auto found = std::ranges::find(kept_, key, &Kept::key);
    if (found == kept_.end()) return nullptr;
    if (found->good_until < Clock::now()) return kept_.erase(found), nullptr;
    kept_.splice(kept_.begin(), kept_, found);
    return found->answer;
}

std::shared_ptr<const road::Answer<road::Route>> AskedRoutes::ask(const road::RouteQuery& query) const {
    if (auto there = known(query)) return there;
    const auto answer = std::make_shared<const road::Answer<road::Route>>(engine_->route(query));
    const bool own_words = *answer ? (*answer)->answered_by.find(':') == std::string::npos : answer->error().fault != road::Fault::unavailable;
    const std::scoped_lock lock(lock_);
    kept_.push_front({key_of(query), answer, Clock::now() + (own_words ? good_for : good_for_if_bridged)});
    if (kept_.size() > most_kept) kept_.pop_back();
    return answer;
}

ServedRoads::ServedRoads(const Config& config, std::shared_ptr<road::EmbeddedRouter> map) : engine_(config.text("road.engine")), map_(std::move(map)) {
    const auto* engine = other_engine(config, "road", {"osrm", "valhalla"});
    if (!engine) return;
    remote::RemoteOptions options{.url = url_ = checked_url(config, "road")};
    options.deadline = std::chrono::milliseconds(std::max<std::int64_t>(1, config.whole("road.timeout_ms")));
    const auto names = profiles_of(*engine, config.text("road.profiles"));
    const auto use = [&](auto first) {
        open_ = [first] { return first->remote().open(); };
        const std::shared_ptr<const road::Router> second = map_ ? std::shared_ptr<const road::Router>(map_) : std::make_shared<remote::GreatCircleRouter>();
        const auto both = std::make_shared<remote::FallbackRouter>(first, second, map_ ? "embedded" : "great_circles");
        fell_back_ = [both] { return both->fell_back(); };
        remote_profiles_ = first->profiles();
        remote_ = both;
    };
    if (*engine == "osrm") use(std::make_shared<remote::OsrmRouter>(std::move(options), names));
    else use(std::make_shared<remote::ValhallaRouter>(std::move(options), names));
    asked_ = std::make_shared<const AskedRoutes>(remote_);
}

std::vector<std::string> ServedRoads::profiles() const {
    auto names = map_ ? map_->profiles() : std::vector<std::string>{};
    for (const auto& name : remote_profiles_)
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    return names;
}

std::shared_ptr<const RoutePricer> ServedRoads::pricer(const OwnRoads& own, bool in_command, Instant now) const {
    std::shared_ptr<const RoutePricer> of_map;
    if (own.router) of_map = std::make_shared<RoadPricer>(own.router, in_command, LearnedHours{own.known.speeds, own.known.hour_of_week, now});
    if (!asks_remote(own)) return of_map;
    return std::make_shared<AskedPricer>(asked_, remote_profiles_, std::move(of_map), in_command);
}

std::shared_ptr<const planning::TravelTable> ServedRoads::table(const OwnRoads& own) const {
    std::shared_ptr<const planning::TravelTable> of_map;
    if (own.router) of_map = std::make_shared<RoadTable>(own.router);
    if (!asks_remote(own)) return of_map;
    return std::make_shared<AskedTable>(remote_, remote_profiles_, std::move(of_map));
}

Finding ServedRoads::look() const {
    if (!remote_) return {Condition::ok, map_ ? "embedded: the loaded map" : "none: straight lines"};
    const auto detail = fmt::format("{} at {}; {} questions were answered by {} in its place", engine_, url_, fell_back_(), behind(map_ != nullptr));
    if (open_()) return {Condition::degraded, detail + "; it failed again and again and is left alone for a while"};
    return {Condition::ok, detail};
}

ServedGeocoder choose_geocoder(const Config& config, std::shared_ptr<const geocode::Geocoder> of_map) {
    const auto* engine = other_engine(config, "geocode", {"nominatim", "photon"});
    if (!engine) {
        const bool any = of_map != nullptr;
        return {std::move(of_map), [any] { return Finding{Condition::ok, any ? "embedded: the loaded map" : "none: no map is loaded"}; }};
    }
    const auto url = checked_url(config, "geocode");
    ServedGeocoder served;
    const auto use = [&](auto first) {
        const bool any = of_map != nullptr;
        const auto both = std::make_shared<remote::FallbackGeocoder>(first, std::move(of_map));
        served.geocoder = both;
        served.look = [first, both, any, what = *engine + " at " + url] {
            const auto detail =
                fmt::format("{}; {} questions were {}", what, both->fell_back(), any ? "answered by the map in its place" : "left without an answer: no map is loaded");
            if (first->remote().open()) return Finding{Condition::degraded, detail + "; it failed again and again and is left alone for a while"};
            return Finding{Condition::ok, detail};
        };
    };
    if (*engine == "nominatim") use(std::make_shared<remote::NominatimGeocoder>(remote::RemoteOptions{.url = url}));
    else use(std::make_shared<remote::PhotonGeocoder>(remote::RemoteOptions{.url = url}));
    return served;
}

}  // namespace lastmile::app
