#include "features/planning/problem.hpp"

#include <algorithm>
#include <cmath>

namespace lastmile::planning {
namespace {

constexpr std::int64_t unlimited = 1'000'000'000'000;
constexpr double minor = 100;  // of a unit of the currency
/// What a vehicle costs that nobody has priced, so that plans of unpriced fleets make sense.
constexpr double usual_per_hour = 20 * minor, usual_per_km = 0.30 * minor, usual_hour = 30 * minor;

vrp::Strategy strategy_of(Strategy strategy) {
    switch (strategy) {
        case Strategy::latency: return vrp::Strategy::latency;
        case Strategy::cost: return vrp::Strategy::cost;
        case Strategy::carbon: return vrp::Strategy::carbon;
        case Strategy::balanced: break;
    }
    return vrp::Strategy::balanced;
}

vrp::Weights weights_of(const Snapshot& s, const PlanRequest& request) {
    auto w = vrp::weights_of(strategy_of(request.strategy.value_or(s.policies.planning.strategy)), usual_hour);
    w.outside = std::min({w.outside, w.time, w.distance});  // money is money: where own ways count little, so do partners' prices
    if (!request.weights) return w;
    const auto scale = [](auto& weight, const std::optional<double>& factor) {
        if (factor) weight *= *factor;
    };
    const auto& f = *request.weights;
    scale(w.fixed, f.fixed), scale(w.time, f.time), scale(w.distance, f.distance), scale(w.overtime, f.overtime), scale(w.lateness, f.lateness);
    scale(w.outside, f.outside), scale(w.carbon_per_kg, f.carbon), scale(w.latency_per_hour, f.latency), scale(w.balance_per_hour, f.balance);
    return w;
}

class Builder {
public:
    Builder(const Snapshot& snapshot, const PlanRequest& request, const TravelTable* roads, const ProblemOptions& options)
        : s_(snapshot), request_(request), roads_(roads), options_(options) {}

    PlanProblem build() {
        choose_loading();
        out_.problem.weights = weights_of(s_, request_);
        if (options_.may_move) out_.problem.weights.moved_task = options_.moved_price * (request_.weights ? request_.weights->stability.value_or(1) : 1);
        out_.problem.origin = unix_s(s_.horizon.from);
        for (const auto& c : s_.candidates) add_vehicle(c);
        for (std::size_t t = 0; t < s_.tasks.size(); ++t) add_task(static_cast<int>(t));
        relate();
        add_offers();
        put_on_board();
        out_.problem.places = static_cast<int>(places_.size());
        for (auto& [profile, index] : profiles_) {
            auto& made = out_.problem.profiles[static_cast<std::size_t>(index)];
            made.matrix = matrix_of(roads_, profile, places_);
        }
        out_.roads = roads_ != nullptr;
        add_incumbent();
        return std::move(out_);
    }

private:
    int place(geo::Point at) {
        const auto [found, fresh] = index_.emplace(std::pair{at.lat, at.lon}, static_cast<int>(places_.size()));
        if (fresh) places_.push_back(at);
        return found->second;
    }

    /// Everything comes from one hub at which every vehicle starts: then it is loaded at the start, and a delivery is one visit.
    void choose_loading() {
        const StopPlace* hub = nullptr;
        for (const auto& task : s_.tasks) {
            if (!task.pickup || task.pickup->kind != PlaceKind::hub || task.dropoff.kind != PlaceKind::recipient) return;
            if (task.row && task.row->record.max_ride_s) return;
            if (hub && hub->hub_id != task.pickup->hub_id) return;
            hub = &*task.pickup;
        }
        if (!hub) return;
        for (const auto& c : s_.candidates)
            if (c.under_way || !c.start_place.lat || *c.start_place.lat != hub->lat || *c.start_place.lon != hub->lon) return;
        out_.loading = *hub;
    }

    void add_vehicle(const Candidate& c) {
        const auto& data = *c.crew.vehicle;
        vrp::Vehicle v;
        v.id = c.crew.driver.id.text();
        const std::string profile = data.profile;
        const auto [at, fresh] = profiles_.emplace(profile, static_cast<int>(profiles_.size()));
        if (fresh) out_.problem.profiles.emplace_back();
        v.profile = at->second;
        v.speed_factor = data.speed_factor > 0 ? data.speed_factor : 1;
        const auto amount = [](const std::optional<Money>& money) { return money ? static_cast<double>(money->amount.value) : 0.0; };
        const bool priced = data.costs.fixed || data.costs.per_hour || data.costs.per_km;
        v.fixed = c.route && !c.route->lifecycle.stops.empty() ? 0 : amount(data.costs.fixed);  // it is out already
        v.per_hour = priced ? amount(data.costs.per_hour) : usual_per_hour;
        v.per_km = priced ? amount(data.costs.per_km) : usual_per_km;
        if (data.co2_g_per_km) v.co2_g_per_km = static_cast<double>(data.co2_g_per_km->value);
        const auto limit = [](const auto& given) { return given ? static_cast<std::int64_t>(given->value) : unlimited; };
        v.capacity = {limit(data.capacity.weight), limit(data.capacity.volume), limit(data.capacity.parcels)};
        for (const auto& skill : c.crew.driver.skills) v.skills.push_back(skill);
        if (c.end) v.end = place(*c.end);
        std::int64_t from = unix_s(c.from);
        if (out_.loading) from += out_.loading->service_s;
        v.shift = {{from, std::max(from, unix_s(c.until))}};
        for (const auto& rest : c.breaks) {
            const auto begin = std::max(unix_s(rest.window.from), from);
            v.breaks.push_back({{{begin, std::max(begin, unix_s(rest.window.to) - rest.duration_s.value)}}, rest.duration_s.value, false});
        }
        if (data.range_m) {
            const double range = data.range_m->value * (data.battery_pct ? data.battery_pct->value / 100 : 1);
            v.range = static_cast<vrp::Distance>(data.battery_pct ? range : std::max(0.0, range - c.driven_m));
        }
        if (request_.constraints.max_duration_s) {
            const auto gone = c.under_way && c.route ? std::max<std::int64_t>(0, unix_s(s_.now) - unix_s(c.route->starts_at)) : 0;
            v.max_duration = std::max<std::int64_t>(0, request_.constraints.max_duration_s->value - gone);
        }
        if (c.under_way) {
            v.state.emplace();
            v.state->place = place(c.here), v.state->time = from;
        } else if (c.start_place.lat) {
            v.start = place({*c.start_place.lat, *c.start_place.lon});
        }
        out_.problem.vehicles.push_back(std::move(v));
    }

    std::vector<vrp::Window> windows_of(const StopPlace& at, bool to_matters) const {
        if (!at.from && !(at.to && to_matters)) return {};
        vrp::Window window;
        if (at.from) window.from = unix_s(*at.from);
        if (at.to && to_matters) window.to = std::max(unix_s(*at.to), window.from);
        return {window};
    }

    vrp::Visit visit_of(const Task& task, const StopPlace& at, bool shared) {
        vrp::Visit visit;
        visit.place = place(at.point());
        (shared ? visit.setup : visit.service) = at.service_s;
        const bool hard = task.windows == TimeWindowPolicy::hard;
        visit.windows = windows_of(at, hard);
        if (!hard && at.to) {
            const double per_s = s_.policies.planning.lateness_cost_per_min * minor / 60;
            visit.preferred.windows = {{at.from ? unix_s(*at.from) : vrp::always_from, unix_s(*at.to)}};
            // Where lateness is simply allowed, a trace of the price still prefers the punctual of two equal plans.
            visit.preferred.late_per_s = task.windows == TimeWindowPolicy::soft ? per_s / 20 : per_s;
        }
        return visit;
    }

    void add_task(int t) {
        const auto& task = s_.tasks[static_cast<std::size_t>(t)];
        vrp::Task made;
        made.id = task.leg_id.text();
        made.load = {task.load.weight, task.load.volume, task.load.parcels};
        made.priority = task.row && task.row->priority == Priority::high ? 80 : 20;
        if (task.release) made.release = unix_s(*task.release);
        const bool hub = task.dropoff.kind == PlaceKind::hub;
        auto dropoff = visit_of(task, task.dropoff, hub);
        if (out_.loading) {
            made.kind = vrp::TaskKind::delivery;
            made.visits = {std::move(dropoff)};
        } else {
            made.kind = vrp::TaskKind::shipment;
            auto pickup = task.pickup ? visit_of(task, *task.pickup, true) : vrp::Visit{.place = dropoff.place};
            made.visits = {std::move(pickup), std::move(dropoff)};
            if (task.row && task.row->record.max_ride_s) made.max_ride = task.row->record.max_ride_s->value;
        }
        if (task.held_by >= 0 && !(options_.may_move && task.movable)) {
            made.allowed_vehicles = {task.held_by};  // what was decided about it stands
        } else {
            if (task.row)
                for (const auto& skill : task.row->record.skills) made.skills.push_back(skill);
            allow_vehicles(task, made);
        }
        out_.problem.tasks.push_back(std::move(made));
    }

    void allow_vehicles(const Task& task, vrp::Task& made) const {
        for (std::size_t v = 0; v < s_.candidates.size(); ++v)
            if (std::ranges::find(s_.refusals, std::pair{task.delivery_id, s_.candidates[v].crew.driver.id}) != s_.refusals.end())
                made.forbidden_vehicles.push_back(static_cast<int>(v));
        if (!task.row || task.row->record.vehicle_types.empty()) return;
        const auto& types = task.row->record.vehicle_types;
        for (std::size_t v = 0; v < s_.candidates.size(); ++v)
            if (std::ranges::find(types, s_.candidates[v].crew.vehicle->type) == types.end()) made.forbidden_vehicles.push_back(static_cast<int>(v));
    }

    /// Together with, not with: where the other is not part of this, the one waits (or nothing is to be said).
    void relate() {
        std::map<Id<Delivery>, std::vector<int>> by_delivery;
        for (std::size_t t = 0; t < s_.tasks.size(); ++t) by_delivery[s_.tasks[t].delivery_id].push_back(static_cast<int>(t));
        const auto put = [&](int a, int b, std::vector<int> vrp::Task::*list) {
            auto& one = out_.problem.tasks[static_cast<std::size_t>(a)].*list;
            if (a != b && std::ranges::find(one, b) == one.end()) one.push_back(b);
        };
        for (std::size_t i = 0; i < s_.tasks.size(); ++i) {
            const auto& task = s_.tasks[i];
            const int t = static_cast<int>(i);
            if (!task.row) continue;
            for (const auto& other : task.row->record.not_with) {
                const auto found = by_delivery.find(other);
                if (found == by_delivery.end()) continue;
                for (int o : found->second) {
                    const auto holder = s_.tasks[static_cast<std::size_t>(o)].held_by;
                    if (task.held_by >= 0 && holder == task.held_by) continue;  // a person has put them together
                    put(t, o, &vrp::Task::not_with), put(o, t, &vrp::Task::not_with);
                }
            }
            for (const auto& other : task.row->record.together_with) {
                const auto found = by_delivery.find(other);
                if (found != by_delivery.end()) {
                    const auto& mate = s_.tasks[static_cast<std::size_t>(found->second.front())];
                    if (task.held_by >= 0 && mate.held_by >= 0 && mate.held_by != task.held_by) continue;  // a person has parted them
                    put(t, found->second.front(), &vrp::Task::together_with), put(found->second.front(), t, &vrp::Task::together_with);
                } else if (task.held_by < 0) {
                    out_.not_given.push_back({t, {"together_with", "it must ride with " + other.text() + ", which is not planned here: name both", {}, {}}});
                }
            }
        }
        // Impossible for the optimizer, so it is not asked: no vehicle may take it.
        for (const auto& [t, reason] : out_.not_given) {
            auto& task = out_.problem.tasks[static_cast<std::size_t>(t)];
            task.allowed_vehicles.clear(), task.forbidden_vehicles.clear();
            for (std::size_t v = 0; v < s_.candidates.size(); ++v) task.forbidden_vehicles.push_back(static_cast<int>(v));
        }
    }

    /// Beside own vehicles, in the one objective. Who must ride together is not given away one by one.
    void add_offers() {
        out_.quotes.resize(s_.tasks.size());
        std::map<Id<Partner>, int> numbers;
        std::map<Id<Leg>, std::size_t> free;
        for (std::size_t t = 0; t < s_.tasks.size(); ++t)
            if (s_.tasks[t].held_by < 0) free.emplace(s_.tasks[t].leg_id, t);
        for (std::size_t q = 0; q < s_.quotes.size(); ++q) {
            const auto& quote = s_.quotes[q];
            const auto found = free.find(quote.leg_id);
            if (found == free.end()) continue;
            const auto t = found->second;
            auto& made = out_.problem.tasks[t];
            if (!made.together_with.empty()) continue;
            const auto [number, fresh] = numbers.emplace(quote.partner_id, static_cast<int>(numbers.size()));
            if (fresh) out_.problem.partners.push_back({quote.partner_id.text(), {}});
            vrp::Offer offer;
            offer.partner = number->second;
            // Arrival and CO2 are priced by the strategy; routing.weights scale them.
            const double hours = static_cast<double>(unix_s(quote.arrival) - out_.problem.origin) / 3600;
            const double sooner = (quote.eta_factor - 1) * hours * out_.problem.weights.latency_per_hour;
            const double weight = out_.problem.weights.outside;
            offer.price = std::max(0.0, quote.counted + (weight > 0 ? sooner / weight : 0)) + (quote.own_fleet_first && weight > 0 ? own_first / weight : 0);
            offer.eta = unix_s(quote.arrival);
            offer.co2_g = static_cast<double>(quote.co2_g) * quote.carbon_factor;
            made.offers.push_back(offer);
            out_.quotes[t].push_back(static_cast<int>(q));
        }
    }

    void put_on_board() {
        auto& vehicles = out_.problem.vehicles;
        std::vector<int> fixed(vehicles.size()), singles(vehicles.size());
        for (std::size_t i = 0; i < s_.tasks.size(); ++i) {
            const auto& task = s_.tasks[i];
            if (task.held_by < 0) continue;
            const auto v = static_cast<std::size_t>(task.held_by);
            ++fixed[v];
            if (out_.loading || task.pickup) continue;
            ++singles[v];
            auto& vehicle = vehicles[v];
            if (!vehicle.state) {
                vehicle.state.emplace();
                vehicle.state->place = place(start_of(s_.candidates[v]));
                vehicle.state->time = vehicle.shift.front().from;
                vehicle.start.reset();
            }
            vehicle.state->on_board.push_back({static_cast<int>(i), {}});
        }
        const auto limit = request_.constraints.max_stops_per_route ? std::optional<std::int64_t>(request_.constraints.max_stops_per_route->value)
                           : s_.policies.planning.max_stops_per_route ? std::optional<std::int64_t>(s_.policies.planning.max_stops_per_route->value)
                                                                      : std::nullopt;
        if (!limit) return;
        for (std::size_t v = 0; v < vehicles.size(); ++v) {
            // Counted in deliveries; the optimizer counts visits, of which what is fetched and brought has two.
            const auto most = std::max<std::int64_t>(*limit, fixed[v]);
            vehicles[v].max_stops = static_cast<int>(out_.loading ? most : 2 * most - singles[v]);
        }
    }

    vrp::Time leg_s(const vrp::Vehicle& v, int from, int to) const {
        const auto leg = out_.problem.profiles[static_cast<std::size_t>(v.profile)].matrix->leg(from, to);
        return leg.duration < 0 ? 0 : static_cast<vrp::Time>(std::ceil(leg.duration / v.speed_factor));
    }

    /// Routes as they are; what a person (or the day) has brought about beyond the limits is made possible, not undone.
    void add_incumbent() {
        for (std::size_t i = 0; i < s_.candidates.size(); ++i) {
            const auto& c = s_.candidates[i];
            if (!c.route) continue;
            auto& vehicle = out_.problem.vehicles[i];
            vrp::PlanRoute route{static_cast<int>(i), {}};
            for (const auto& stop : c.route->lifecycle.stops) {
                if (stop.state != StopState::pending) continue;
                for (std::size_t t = 0; t < s_.tasks.size(); ++t) {
                    const auto& task = s_.tasks[t];
                    if (task.held_by != static_cast<int>(i)) continue;
                    const int number = static_cast<int>(t);
                    if (task.pickup_stop == stop.id && !out_.loading) route.stops.push_back({number, 0});
                    if (task.dropoff_stop == stop.id) route.stops.push_back({number, out_.loading ? 0 : 1});
                }
                if (c.next_stop == stop.id && vehicle.state)
                    for (const auto& made : route.stops) vehicle.state->locked.push_back({made.task, made.visit});
            }
            if (route.stops.empty()) continue;
            make_possible(c, vehicle, route);
            out_.incumbent.routes.push_back(std::move(route));
        }
        if (!out_.incumbent.routes.empty()) out_.problem.incumbent = out_.incumbent;
    }

    void make_possible(const Candidate& c, vrp::Vehicle& vehicle, const vrp::PlanRoute& route) {
        vrp::Time rests = 60;
        for (const auto& rest : vehicle.breaks) rests += rest.duration;
        vrp::Time clock = vehicle.state ? vehicle.state->time : vehicle.shift.front().from;
        int at = vehicle.state ? vehicle.state->place : vehicle.start.value_or(-1);
        double metres = 0;
        std::map<int, vrp::Time> picked;
        for (const auto& stop : route.stops) {
            auto& task = out_.problem.tasks[static_cast<std::size_t>(stop.task)];
            auto& visit = task.visits[static_cast<std::size_t>(stop.visit)];
            if (at >= 0) clock += leg_s(vehicle, at, visit.place), metres += out_.problem.profiles[static_cast<std::size_t>(vehicle.profile)].matrix->leg(at, visit.place).distance;
            auto begin = clock;
            if (!visit.windows.empty()) {
                auto& window = visit.windows.front();
                begin = std::max(begin, window.from);
                if (begin + rests > window.to && window.to != vrp::always_to) window.to = begin + rests;
            }
            if (task.release && *task.release > begin) task.release = begin;
            if (stop.visit == 0) picked[stop.task] = begin;
            else if (task.max_ride && picked.contains(stop.task)) task.max_ride = std::max(*task.max_ride, begin - picked[stop.task] + rests);
            clock = begin + visit.service + (at == visit.place ? 0 : visit.setup);
            at = visit.place;
        }
        if (vehicle.end) clock += leg_s(vehicle, at, *vehicle.end);
        auto& shift = vehicle.shift.front();
        if (clock + rests > shift.to) shift.to = clock + rests;
        if (vehicle.max_duration) vehicle.max_duration = std::max(*vehicle.max_duration, clock + rests - shift.from);
        if (vehicle.range) vehicle.range = std::max(*vehicle.range, static_cast<vrp::Distance>(metres * 1.05) + 1000);
        const auto peak = peak_load(*c.route);
        const std::int64_t loads[] = {peak.weight, peak.volume, peak.parcels};
        for (std::size_t d = 0; d < 3; ++d) vehicle.capacity[d] = std::max(vehicle.capacity[d], loads[d]);
    }

    const Snapshot& s_;
    const PlanRequest& request_;
    const TravelTable* roads_;
    const ProblemOptions& options_;
    PlanProblem out_;
    std::vector<geo::Point> places_;
    std::map<std::pair<double, double>, int> index_;
    std::map<std::string, int> profiles_;
};

}  // namespace

std::int64_t unix_s(Instant at) { return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count(); }

geo::Point start_of(const Candidate& c) {
    if (c.under_way) return c.here;
    if (c.start_place.lat) return {*c.start_place.lat, *c.start_place.lon};
    return c.end.value_or(c.here);
}

PlanProblem problem_of(const Snapshot& snapshot, const PlanRequest& request, const TravelTable* roads, const ProblemOptions& options) {
    return Builder(snapshot, request, roads, options).build();
}

}  // namespace lastmile::planning
