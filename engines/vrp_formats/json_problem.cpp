// Our own schema: the members of problem.hpp by name.
#include <algorithm>

#include "engines/vrp_formats/json.hpp"
#include "engines/vrp_formats/json_members.hpp"

namespace lastmile::vrp {
namespace {

template <class Enum>
void word(Members& m, const char* name, Enum& out, std::initializer_list<std::pair<const char*, Enum>> words) {
    std::string text;
    m.text(name, text);
    if (!m.has(name)) return;
    for (const auto& [key, value] : words)
        if (text == key) {
            out = value;
            return;
        }
    m.fault(std::string("/") + name, "is not one of the words for it");
}

Visit visit(const json::value& value, const std::string& at, InputFaults& faults) {
    Visit made;
    Members m(value, at, faults);
    m.integer("place", made.place);
    m.integer("service", made.service);
    m.integer("setup", made.setup);
    m.windows("windows", made.windows);
    if (const auto* wish = m.find("preferred")) {
        Members p(*wish, m.at("preferred"), faults);
        p.windows("windows", made.preferred.windows);
        p.number("early_per_s", made.preferred.early_per_s);
        p.number("late_per_s", made.preferred.late_per_s);
    }
    return made;
}

Task task(const json::value& value, const std::string& at, InputFaults& faults) {
    Task made;
    Members m(value, at, faults);
    m.text("id", made.id);
    word(m, "kind", made.kind,
         {{"shipment", TaskKind::shipment}, {"delivery", TaskKind::delivery}, {"pickup", TaskKind::pickup}, {"service", TaskKind::service}});
    if (!m.has("kind")) m.fault("/kind", "is missing");
    m.list("visits", [&](const json::value& v, const std::string& here) { made.visits.push_back(visit(v, here, faults)); });
    m.integers("load", made.load);
    m.texts("skills", made.skills);
    m.integers("allowed_vehicles", made.allowed_vehicles);
    m.integers("forbidden_vehicles", made.forbidden_vehicles);
    m.integer("priority", made.priority);
    m.number("leave_out_price", made.leave_out_price);
    m.integer("release", made.release);
    m.integer("max_ride", made.max_ride);
    m.integers("together_with", made.together_with);
    m.integers("not_with", made.not_with);
    m.integers("after", made.after);
    m.list("offers", [&](const json::value& v, const std::string& here) {
        Members o(v, here, faults);
        Offer& offer = made.offers.emplace_back();
        o.integer("partner", offer.partner);
        o.number("price", offer.price);
        o.integer("eta", offer.eta);
        o.number("co2_g", offer.co2_g);
    });
    return made;
}

VehicleState state(const json::value& value, const std::string& at, InputFaults& faults) {
    VehicleState made;
    Members m(value, at, faults);
    m.integer("place", made.place);
    m.integer("time", made.time);
    m.list("on_board", [&](const json::value& v, const std::string& here) {
        Members o(v, here, faults);
        o.integer("task", made.on_board.emplace_back().task);
        o.integer("since", made.on_board.back().since);
    });
    m.list("locked", [&](const json::value& v, const std::string& here) {
        Members o(v, here, faults);
        o.integer("task", made.locked.emplace_back().task);
        o.integer("visit", made.locked.back().visit);
    });
    m.integer("range_left", made.range_left);
    m.integer("worked_since_break", made.worked_since_break);
    m.integers("breaks_taken", made.breaks_taken);
    return made;
}

Vehicle vehicle(const json::value& value, const std::string& at, InputFaults& faults) {
    Vehicle made;
    Members m(value, at, faults);
    m.text("id", made.id);
    m.integer("profile", made.profile);
    m.number("speed_factor", made.speed_factor);
    m.integer("start", made.start);
    m.integer("end", made.end);
    m.windows("shift", made.shift);
    m.integers("capacity", made.capacity);
    m.texts("skills", made.skills);
    m.number("fixed", made.fixed);
    m.number("per_hour", made.per_hour);
    m.number("per_driving_hour", made.per_driving_hour);
    m.number("per_km", made.per_km);
    m.number("overtime_per_hour", made.overtime_per_hour);
    m.integer("overtime_after", made.overtime_after);
    m.number("co2_g_per_km", made.co2_g_per_km);
    m.integer("max_stops", made.max_stops);
    m.integer("max_distance", made.max_distance);
    m.integer("max_driving", made.max_driving);
    m.integer("max_duration", made.max_duration);
    m.list("breaks", [&](const json::value& v, const std::string& here) {
        Members b(v, here, faults);
        b.windows("windows", made.breaks.emplace_back().windows);
        b.integer("duration", made.breaks.back().duration);
        b.boolean("paid", made.breaks.back().paid);
    });
    m.integer("max_work", made.max_work);
    m.list("reloads", [&](const json::value& v, const std::string& here) {
        Members r(v, here, faults);
        ReloadPlace& reload = made.reloads.emplace_back();
        r.integer("place", reload.place);
        r.integer("service", reload.service);
        r.windows("windows", reload.windows);
        r.boolean("recharges", reload.recharges);
    });
    m.integer("max_reloads", made.max_reloads);
    m.integer("range", made.range);
    word(m, "loading", made.loading, {{"any", Loading::any}, {"lifo", Loading::lifo}, {"deliveries_first", Loading::deliveries_first}});
    if (const auto* s = m.find("state")) made.state = state(*s, m.at("state"), faults);
    return made;
}

void places(Members& m, Input& input) {
    const auto* value = m.find("places");
    if (!value) return m.fault("/places", "is missing");
    if (!value->is_array()) return m.integer("places", input.problem.places);
    m.list("places", [&](const json::value& v, const std::string& here) {
        Members p(v, here, m.faults());
        Point point;
        if (p.has("lat")) input.geographic = true;
        p.number(input.geographic ? "lon" : "x", point.x);
        p.number(input.geographic ? "lat" : "y", point.y);
        input.points.push_back(point);
    });
    input.problem.places = static_cast<int>(input.points.size());
}

/// Metres; x and y are metres as well where not geographic.
double beeline(const Input& input, int a, int b) {
    const Point& p = input.points[static_cast<std::size_t>(a)];
    const Point& q = input.points[static_cast<std::size_t>(b)];
    if (!input.geographic) return std::hypot(p.x - q.x, p.y - q.y);
    constexpr double radian = 0.017453292519943295, radius = 6371008.8;
    const double dy = std::sin((q.y - p.y) * radian / 2), dx = std::sin((q.x - p.x) * radian / 2);
    return 2 * radius * std::asin(std::min(1.0, std::sqrt(dy * dy + std::cos(p.y * radian) * std::cos(q.y * radian) * dx * dx)));
}

Profile profile(const json::value& value, const std::string& at, const Input& input, InputFaults& faults) {
    Profile made;
    Members m(value, at, faults);
    std::vector<std::vector<std::int64_t>> durations, distances;
    if (const auto* table = m.find("durations")) read_table(*table, m.at("durations"), durations, faults);
    if (const auto* table = m.find("distances")) read_table(*table, m.at("distances"), distances, faults);
    double speed = 0, detour = 1;
    m.number("speed_kmh", speed);
    m.number("detour", detour);
    m.list("factors", [&](const json::value& v, const std::string& here) {
        Members f(v, here, faults);
        f.integer("from", made.factors.emplace_back().from);
        f.number("factor", made.factors.back().factor);
    });
    const auto count = static_cast<std::size_t>(std::max(0, input.problem.places));
    if (m.has("durations")) {
        if (m.has("speed_kmh")) m.fault("/speed_kmh", "either tables or a speed");
        if (!distances.empty() && distances.size() != durations.size()) m.fault("/distances", "must be as large as durations");
        if (durations.size() < count) m.fault("/durations", "must cover all places");
        if (!faults.empty()) return made;
        auto table = std::make_shared<DenseMatrix>(static_cast<int>(durations.size()));
        for (std::size_t a = 0; a < durations.size(); ++a)
            for (std::size_t b = 0; b < durations.size(); ++b)
                table->set(static_cast<int>(a), static_cast<int>(b),
                           {static_cast<std::int32_t>(durations[a][b]), distances.empty() ? 0 : static_cast<std::int32_t>(distances[a][b])});
        made.matrix = table;
    } else if (speed > 0 && detour > 0 && !input.points.empty() && faults.empty()) {
        auto table = std::make_shared<DenseMatrix>(static_cast<int>(count));
        for (int a = 0; a < static_cast<int>(count); ++a)
            for (int b = 0; b < static_cast<int>(count); ++b) {
                const double metres = beeline(input, a, b) * detour;
                table->set(a, b,
                           {static_cast<std::int32_t>(std::lround(std::min(2e9, metres / speed * 3.6))),
                            static_cast<std::int32_t>(std::lround(std::min(2e9, metres)))});
            }
        made.matrix = table;
    } else if (faults.empty()) {
        m.fault("/durations", "give tables, or speed_kmh and places with coordinates");
    }
    return made;
}

Plan plan(const json::value& value, const std::string& at, InputFaults& faults) {
    Plan made;
    Members m(value, at, faults);
    m.list("routes", [&](const json::value& v, const std::string& here) {
        Members r(v, here, faults);
        PlanRoute& route = made.routes.emplace_back();
        r.integer("vehicle", route.vehicle);
        r.list("stops", [&](const json::value& stop, const std::string& there) {
            Members s(stop, there, faults);
            s.integer("task", route.stops.emplace_back().task);
            s.integer("visit", route.stops.back().visit);
        });
    });
    m.list("outside", [&](const json::value& v, const std::string& here) {
        Members o(v, here, faults);
        o.integer("task", made.outside.emplace_back().task);
        o.integer("offer", made.outside.back().offer);
    });
    return made;
}

void weights(Members& m, Weights& out, InputFaults& faults) {
    if (m.has("strategy")) {
        Strategy strategy = Strategy::cost;
        word(m, "strategy", strategy,
             {{"latency", Strategy::latency}, {"cost", Strategy::cost}, {"balanced", Strategy::balanced}, {"carbon", Strategy::carbon}});
        out = weights_of(strategy);
    }
    const auto* value = m.find("weights");
    if (!value) return;
    Members w(*value, m.at("weights"), faults);
    for (const auto& [name, number] : {std::pair<const char*, double*>{"fixed", &out.fixed},
                                       {"time", &out.time},
                                       {"distance", &out.distance},
                                       {"overtime", &out.overtime},
                                       {"lateness", &out.lateness},
                                       {"left_out", &out.left_out},
                                       {"outside", &out.outside},
                                       {"carbon_per_kg", &out.carbon_per_kg},
                                       {"latency_per_hour", &out.latency_per_hour},
                                       {"moved_task", &out.moved_task},
                                       {"late_promise_per_s", &out.late_promise_per_s},
                                       {"balance_per_hour", &out.balance_per_hour}})
        w.number(name, *number);
    w.integer("balance_reference", out.balance_reference);
}

}  // namespace

std::expected<Input, InputFaults> read_json(std::string_view text) {
    auto document = parse_json(text);
    if (!document) return std::unexpected(std::move(document.error()));
    InputFaults faults;
    Input input;
    Problem& problem = input.problem;
    {
        Members m(*document, "", faults);
        places(m, input);
        m.list("profiles", [&](const json::value& v, const std::string& at) { problem.profiles.push_back(profile(v, at, input, faults)); });
        m.list("vehicles", [&](const json::value& v, const std::string& at) { problem.vehicles.push_back(vehicle(v, at, faults)); });
        m.list("tasks", [&](const json::value& v, const std::string& at) { problem.tasks.push_back(task(v, at, faults)); });
        m.list("partners", [&](const json::value& v, const std::string& at) {
            Members p(v, at, faults);
            p.text("id", problem.partners.emplace_back().id);
            p.integer("max_jobs", problem.partners.back().max_jobs);
        });
        m.integer("origin", problem.origin);
        weights(m, problem.weights, faults);
        if (const auto* v = m.find("incumbent")) problem.incumbent = plan(*v, "/incumbent", faults);
    }
    if (!faults.empty()) return std::unexpected(std::move(faults));
    return input;
}

}  // namespace lastmile::vrp
