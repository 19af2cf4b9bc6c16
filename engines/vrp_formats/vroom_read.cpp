// VROOM's request, member by member.
#include <algorithm>
#include <set>

#include "engines/vrp_formats/json.hpp"
#include "engines/vrp_formats/json_members.hpp"
#include "engines/vrp_formats/vroom.hpp"

namespace lastmile::vrp {
namespace {

class Reader {
public:
    Reader(VroomRequest& request, InputFaults& faults) : r_(request), faults_(faults) {}

    void read(const json::value& document) {
        Members m(document, "", faults_, &r_.notes);
        r_.input.geographic = true;
        if (const auto* tables = m.find("matrices"))
            matrices(*tables);
        else if (const auto* old = m.find("matrix"))
            read_table(*old, "/matrix", r_.tables["car"].durations, faults_);
        m.find("matrix");
        r_.indexed = !r_.tables.empty();
        m.list("vehicles", [&](const json::value& v, const std::string& at) { vehicle(v, at); });
        m.list("jobs", [&](const json::value& v, const std::string& at) { job(v, at); });
        r_.jobs = static_cast<int>(problem().tasks.size());
        m.list("shipments", [&](const json::value& v, const std::string& at) { shipment(v, at); });
        if (problem().vehicles.empty() && faults_.empty()) m.fault("/vehicles", "there is no vehicle");
        if (const auto* options = m.find("options")) {
            Members o(*options, "/options", faults_, &r_.notes);
            o.boolean("g", r_.geometry);
            o.boolean("c", r_.plan);
        }
        if (faults_.empty()) steps(document);
    }

private:
    Problem& problem() { return r_.input.problem; }

    void matrices(const json::value& value) {
        if (!value.is_object()) return faults_.push_back({0, "/matrices", "must be an object"});
        for (const auto& entry : value.get_object()) {
            const std::string name(entry.key()), at = "/matrices/" + name;
            Members m(entry.value(), at, faults_, &r_.notes);
            auto& tables = r_.tables[name];
            for (const auto& [member, table] : {std::pair<const char*, std::vector<std::vector<std::int64_t>>*>{"durations", &tables.durations},
                                                {"distances", &tables.distances},
                                                {"costs", &tables.costs}}) {
                const auto* found = m.find(member);
                if (!found) continue;
                read_table(*found, at + "/" + member, *table, faults_);
                if (table->empty()) m.fault(std::string("/") + member, "must not be empty");
            }
            if (tables.durations.empty()) m.fault("/durations", "is missing");
        }
    }

    VroomPlace place(Members& m, const char* location, const char* index) {
        VroomPlace made;
        if (const auto* value = m.find(location)) {
            if (!value->is_array() || value->get_array().size() < 2) {
                m.fault(std::string("/") + location, "must be [longitude, latitude]");
            } else {
                const auto& pair = value->get_array();
                made.location = Point{m.real(pair[0], m.at(location) + "/0"), m.real(pair[1], m.at(location) + "/1")};
            }
        }
        m.integer(index, made.index);
        if (r_.indexed) {
            if (!made.index) m.fault(std::string("/") + index, "is missing: with matrices every place has its row");
            else if (*made.index < 0 || *made.index >= 100000)
                m.fault(std::string("/") + index, "is out of range");
            else
                made.place = *made.index;
        } else if (!made.location) {
            m.fault(std::string("/") + location, "is missing: without matrices roads are looked up between coordinates");
        } else {
            made.index.reset();  // irrelevant without matrices
            made.place = by_point_.emplace(std::pair{made.location->x, made.location->y}, static_cast<int>(by_point_.size())).first->second;
        }
        if (made.place < 0) return made;
        problem().places = std::max(problem().places, made.place + 1);
        auto& points = r_.input.points;
        if (made.location) {
            points.resize(static_cast<std::size_t>(std::max<int>(problem().places, static_cast<int>(points.size()))));
            points[static_cast<std::size_t>(made.place)] = *made.location;
        }
        return made;
    }

    void skills(Members& m, std::vector<std::string>& out) {
        std::vector<std::int64_t> numbers;
        m.integers("skills", numbers);
        for (const auto number : numbers) out.push_back(std::to_string(number));
    }
    long long id(Members& m) {
        std::int64_t value = 0;
        m.integer("id", value);
        if (!m.has("id")) m.fault("/id", "is missing");
        return value;
    }
    void unique(std::set<long long>& seen, long long id, const std::string& at) {
        if (!seen.insert(id).second) faults_.push_back({0, at + "/id", "the id " + std::to_string(id) + " is used twice"});
    }
    /// Every amount has as many components as the first vehicle's capacity.
    void amount(Members& m, const char* name, Load& out) {
        m.integers(name, out);
        if (m.has(name) && static_cast<int>(out.size()) != r_.amounts)
            m.fault(std::string("/") + name, "has " + std::to_string(out.size()) + " components, the first vehicle's capacity " + std::to_string(r_.amounts));
        out.resize(static_cast<std::size_t>(r_.amounts));
        if (std::ranges::any_of(out, [](auto n) { return n < 0; })) m.fault(std::string("/") + name, "must not be negative");
    }
    void priority(Members& m, int& out) {
        m.integer("priority", out);
        if (out < 0 || out > 100) m.fault("/priority", "must be 0 to 100");
    }
    void windows(Members& m, std::vector<Window>& out) {
        m.windows("time_windows", out);
        for (std::size_t w = 0; w < out.size(); ++w) {
            const std::string at = "/time_windows/" + std::to_string(w);
            if (out[w].from > out[w].to) m.fault(at, "ends before it begins");
            if (w > 0 && out[w].from <= out[w - 1].to) m.fault(at, "windows must be in order and must not overlap");
        }
    }
    void seconds(Members& m, const char* name, Time& out) {
        m.integer(name, out);
        if (out < 0) m.fault(std::string("/") + name, "must not be negative");
    }
    void per_type(Members& m, const char* name, Visit& visit, std::optional<Time> TypeTimes::* member) {
        const auto* value = m.find(name);
        if (!value) return;
        if (!value->is_object()) return m.fault(std::string("/") + name, "must be an object of seconds by vehicle type");
        for (const auto& entry : value->get_object()) {
            const std::string type(entry.key());
            const Time time = m.whole(entry.value(), m.at(name) + "/" + type);
            if (time < 0) m.fault(std::string("/") + name + "/" + type, "must not be negative");
            auto found = std::ranges::find(visit.per_type, type, &TypeTimes::type);
            if (found == visit.per_type.end()) found = visit.per_type.insert(found, TypeTimes{.type = type});
            (*found).*member = time;
        }
    }
    Visit visit(Members& m, VroomStop& stop) {
        Visit made;
        stop.at = place(m, "location", "location_index");
        made.place = std::max(0, stop.at.place);
        m.text("description", stop.description);
        seconds(m, "service", made.service);
        seconds(m, "setup", made.setup);
        per_type(m, "service_per_type", made, &TypeTimes::service);
        per_type(m, "setup_per_type", made, &TypeTimes::setup);
        windows(m, made.windows);
        return made;
    }

    void job(const json::value& value, const std::string& at) {
        Members m(value, at, faults_, &r_.notes);
        Task task;
        VroomStop stop{.id = id(m)};
        unique(job_ids_, stop.id, at);
        task.id = std::to_string(stop.id);
        Load delivery, pickup;
        const bool old = m.has("amount") && !m.has("delivery") && !m.has("pickup");  // the older name
        amount(m, old ? "amount" : "delivery", delivery);
        amount(m, "pickup", pickup);
        const auto some = [](const Load& load) { return std::ranges::any_of(load, [](auto n) { return n != 0; }); };
        task.kind = some(delivery) ? TaskKind::delivery : some(pickup) ? TaskKind::pickup : TaskKind::service;
        if (some(delivery)) task.load = delivery;
        if (some(pickup)) (some(delivery) ? task.collect : task.load) = pickup;
        task.visits = {visit(m, stop)};
        skills(m, task.skills);
        priority(m, task.priority);
        add(std::move(task), {stop});
    }

    void shipment(const json::value& value, const std::string& at) {
        Members m(value, at, faults_, &r_.notes);
        Task task;
        task.kind = TaskKind::shipment;
        amount(m, "amount", task.load);
        skills(m, task.skills);
        priority(m, task.priority);
        std::vector<VroomStop> stops;
        for (const auto* side : {"pickup", "delivery"}) {
            const auto* half = m.find(side);
            if (!half) {
                m.fault(std::string("/") + side, "is missing");
                continue;
            }
            Members h(*half, m.at(side), faults_, &r_.notes);
            VroomStop stop{.id = id(h)};
            unique(side[0] == 'p' ? pickup_ids_ : delivery_ids_, stop.id, m.at(side));
            task.visits.push_back(visit(h, stop));
            stops.push_back(stop);
        }
        if (stops.size() != 2) return;
        task.id = std::to_string(stops[0].id);
        add(std::move(task), std::move(stops));
    }
    void add(Task task, std::vector<VroomStop> stops) {
        r_.input.numbers.push_back(stops[0].id);
        r_.input.drop_numbers.push_back(stops.back().id);
        r_.stops.push_back(std::move(stops));
        problem().tasks.push_back(std::move(task));
    }

    void costs(Members& m, Vehicle& made, VroomCar& car) {
        made.per_driving_hour = 3600;
        const auto* value = m.find("costs");
        if (!value) return;
        Members c(*value, m.at("costs"), faults_, &r_.notes);
        c.number("fixed", made.fixed);
        c.number("per_hour", made.per_driving_hour);
        c.number("per_task_hour", made.per_service_hour);
        c.number("per_km", made.per_km);
        for (const auto& [name, amount] : {std::pair{"fixed", made.fixed}, {"per_hour", made.per_driving_hour}, {"per_task_hour", made.per_service_hour}, {"per_km", made.per_km}})
            if (!(amount >= 0 && amount < 1e12)) c.fault(std::string("/") + name, "must be 0 or more");
        car.own_travel_cost = made.per_driving_hour != 3600 || made.per_km != 0;
    }
    void breaks(Members& m, Vehicle& made, VroomCar& car) {
        std::set<long long> seen;
        m.list("breaks", [&](const json::value& v, const std::string& here) {
            Members b(v, here, faults_, &r_.notes);
            Break& rest = made.breaks.emplace_back();
            rest.required = true;  // as VROOM has it: whoever drives rests
            VroomStop stop{.id = id(b)};
            unique(seen, stop.id, here);
            windows(b, rest.windows);
            seconds(b, "service", rest.duration);
            b.text("description", stop.description);
            if (b.has("max_load")) amount(b, "max_load", rest.max_load.emplace());
            car.breaks.push_back(std::move(stop));
        });
    }
    void vehicle(const json::value& value, const std::string& at) {
        Members m(value, at, faults_, &r_.notes);
        Vehicle made;
        VroomCar car;
        car.id = id(m);
        made.id = std::to_string(car.id);
        m.text("profile", car.profile);
        m.text("description", car.description);
        m.text("type", made.type);
        if (m.has("start") || m.has("start_index")) car.start = place(m, "start", "start_index"), made.start = std::max(0, car.start.place);
        if (m.has("end") || m.has("end_index")) car.end = place(m, "end", "end_index"), made.end = std::max(0, car.end.place);
        if (!made.start && !made.end) m.fault("/start", "start or end is needed");
        if (problem().vehicles.empty() && m.has("capacity") && m.find("capacity")->is_array())
            r_.amounts = static_cast<int>(m.find("capacity")->get_array().size());
        amount(m, "capacity", made.capacity);
        if (!m.has("capacity") && r_.amounts > 0) m.fault("/capacity", "is missing: other vehicles have one");
        costs(m, made, car);
        skills(m, made.skills);
        made.shift = {{0, always_to}};  // its times are not negative
        if (const auto* window = m.find("time_window")) {
            made.shift = {m.window(*window, m.at("time_window"))};
            if (made.shift[0].from > made.shift[0].to) m.fault("/time_window", "ends before it begins");
        }
        breaks(m, made, car);
        m.number("speed_factor", made.speed_factor);
        made.speed_factor = std::round(made.speed_factor * 100) / 100;
        if (!(made.speed_factor > 0 && made.speed_factor <= 5)) m.fault("/speed_factor", "must be above 0 and at most 5");
        limit(m, "max_tasks", made.max_stops);
        limit(m, "max_travel_time", made.max_driving);
        limit(m, "max_distance", made.max_distance);
        m.find("steps");  // read when the tasks are known
        problem().vehicles.push_back(std::move(made));
        r_.cars.push_back(std::move(car));
    }
    template <class T>
    void limit(Members& m, const char* name, std::optional<T>& out) {
        m.integer(name, out);
        if (out && *out < 0) m.fault(std::string("/") + name, "must not be negative");
    }

    void steps(const json::value& document) {
        std::map<std::pair<std::string, long long>, std::pair<int, int>> known;
        for (std::size_t t = 0; t < r_.stops.size(); ++t) {
            const bool job = static_cast<int>(t) < r_.jobs;
            for (std::size_t v = 0; v < r_.stops[t].size(); ++v)
                known[{job ? "job" : v == 0 ? "pickup" : "delivery", r_.stops[t][v].id}] = {static_cast<int>(t), static_cast<int>(v)};
        }
        std::set<std::pair<int, int>> used;
        const auto& vehicles = document.at("vehicles").get_array();
        for (std::size_t v = 0; v < vehicles.size(); ++v) {
            const auto* list = vehicles[v].get_object().if_contains("steps");
            if (!list || list->is_null()) continue;
            const std::string at = "/vehicles/" + std::to_string(v) + "/steps";
            if (!list->is_array()) {
                faults_.push_back({0, at, "must be an array"});
                continue;
            }
            std::size_t i = 0;
            for (const auto& entry : list->get_array()) step(entry, at + "/" + std::to_string(i++), r_.cars[v], known, used);
            check_frame(r_.cars[v], at);
        }
    }
    void step(const json::value& value, const std::string& at, VroomCar& car,
              const std::map<std::pair<std::string, long long>, std::pair<int, int>>& known, std::set<std::pair<int, int>>& used) {
        Members m(value, at, faults_, &r_.notes);
        VroomStep made;
        std::string type;
        m.text("type", type);
        m.integer("service_at", made.service_at);
        m.integer("service_after", made.service_after);
        m.integer("service_before", made.service_before);
        if (type == "start" || type == "end") {
            m.find("id");
            made.kind = type == "start" ? StepKind::start : StepKind::end;
        } else if (type == "break") {
            made.kind = StepKind::rest;
            const auto found = std::ranges::find(car.breaks, id(m), &VroomStop::id);
            if (found == car.breaks.end()) return m.fault("/id", "the vehicle has no such break");
            made.visit = static_cast<int>(found - car.breaks.begin());
            if (std::ranges::any_of(car.steps, [&](const VroomStep& s) { return s.kind == StepKind::rest && s.visit == made.visit; }))
                return m.fault("/id", "the break is in the steps twice");
        } else if (type == "job" || type == "pickup" || type == "delivery") {
            const auto found = known.find({type, id(m)});
            if (found == known.end()) return m.fault("/id", "there is no such " + type);
            std::tie(made.task, made.visit) = found->second;
            if (!used.insert(found->second).second) return m.fault("/id", "the " + type + " is in the steps twice");
        } else {
            return m.fault("/type", "must be start, job, pickup, delivery, break or end");
        }
        car.steps.push_back(made);
    }
    void check_frame(const VroomCar& car, const std::string& at) {
        for (std::size_t i = 0; i < car.steps.size(); ++i) {
            if (car.steps[i].kind == StepKind::start && i > 0) faults_.push_back({0, at + "/" + std::to_string(i), "the start comes first"});
            if (car.steps[i].kind == StepKind::end && i + 1 < car.steps.size()) faults_.push_back({0, at + "/" + std::to_string(i), "the end comes last"});
        }
    }

    VroomRequest& r_;
    InputFaults& faults_;
    std::map<std::pair<double, double>, int> by_point_;
    std::set<long long> job_ids_, pickup_ids_, delivery_ids_;
};

}  // namespace

std::expected<VroomRequest, InputFaults> read_vroom_request(std::string_view text) {
    auto document = parse_json(text);
    if (!document) return std::unexpected(std::move(document.error()));
    InputFaults faults;
    VroomRequest request;
    Reader(request, faults).read(*document);
    if (!faults.empty()) return std::unexpected(std::move(faults));
    return request;
}

std::expected<Input, InputFaults> read_vroom(std::string_view text) {
    auto request = read_vroom_request(text);
    if (!request) return std::unexpected(std::move(request.error()));
    if (auto faults = finish(*request); !faults.empty()) return std::unexpected(std::move(faults));
    return std::move(request->input);
}

}  // namespace lastmile::vrp
