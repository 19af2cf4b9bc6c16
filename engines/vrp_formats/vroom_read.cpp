// VROOM's request. Costs are VROOM's: by default the seconds of travel (waiting and service are free).
#include <algorithm>
#include <map>

#include "engines/vrp_formats/json.hpp"
#include "engines/vrp_formats/json_members.hpp"

namespace lastmile::vrp {
namespace {

class Reader {
public:
    explicit Reader(InputFaults& faults) : faults_(faults) {}
    Input read(const json::value& document) {
        Members m(document, "", faults_);
        if (const auto* tables = m.find("matrices")) matrices(*tables);
        if (const auto* old = m.find("matrix")) read_table(*old, "/matrix", tables_["car"].durations, faults_);
        m.list("vehicles", [&](const json::value& v, const std::string& at) { vehicle(v, at); });
        m.list("jobs", [&](const json::value& v, const std::string& at) { job(v, at); });
        m.list("shipments", [&](const json::value& v, const std::string& at) { shipment(v, at); });
        if (in_.problem.vehicles.empty()) m.fault("/vehicles", "there is no vehicle");
        if (faults_.empty()) profiles(m);
        in_.geographic = true;
        return std::move(in_);
    }

private:
    struct Tables {
        std::vector<std::vector<std::int64_t>> durations, distances;
    };
    void matrices(const json::value& value) {
        if (!value.is_object()) return faults_.push_back({0, "/matrices", "must be an object"});
        for (const auto& entry : value.get_object()) {
            const std::string name(entry.key()), at = "/matrices/" + name;
            Members m(entry.value(), at, faults_);
            if (const auto* table = m.find("durations"))
                read_table(*table, at + "/durations", tables_[name].durations, faults_);
            else
                m.fault("/durations", "is missing");
            if (const auto* table = m.find("distances")) read_table(*table, at + "/distances", tables_[name].distances, faults_);
        }
    }
    /// `location_index`, or a place of its own if there is no matrix (refused later).
    int place(Members& m, const char* location, const char* index) {
        Point point;
        int i = -1;
        m.list(location, [&, n = 0](const json::value& v, const std::string& here) mutable { (n++ == 0 ? point.x : point.y) = m.real(v, here); });
        m.integer(index, i);
        if (!m.has(index)) {
            if (m.has(location)) m.fault(std::string("/") + index, "is missing: matrices are needed, roads are not looked up");
            return -1;
        }
        if (i < 0 || i > 100000) {
            m.fault(std::string("/") + index, "is out of range");
            return -1;
        }
        in_.problem.places = std::max(in_.problem.places, i + 1);
        if (m.has(location)) {
            in_.points.resize(static_cast<std::size_t>(std::max<int>(in_.problem.places, static_cast<int>(in_.points.size()))));
            in_.points[static_cast<std::size_t>(i)] = point;
        }
        return i;
    }
    void skills(Members& m, std::vector<std::string>& out) {
        std::vector<int> numbers;
        m.integers("skills", numbers);
        for (int number : numbers) out.push_back(std::to_string(number));
    }
    long long id(Members& m) {
        std::int64_t value = 0;
        m.integer("id", value);
        if (!m.has("id")) m.fault("/id", "is missing");
        return value;
    }
    Visit visit(Members& m) {
        Visit made;
        made.place = std::max(0, place(m, "location", "location_index"));
        m.integer("service", made.service);
        m.integer("setup", made.setup);
        m.windows("time_windows", made.windows);
        std::string ignored_by_nature;  // a note for humans
        m.text("description", ignored_by_nature);
        return made;
    }
    void job(const json::value& value, const std::string& at) {
        Members m(value, at, faults_);
        Task task;
        in_.numbers.push_back(id(m));
        in_.drop_numbers.push_back(0);
        task.id = std::to_string(in_.numbers.back());
        Load delivery, pickup;
        m.integers("delivery", delivery);
        m.integers("amount", delivery);  // the older name
        m.integers("pickup", pickup);
        const auto some = [](const Load& load) { return std::ranges::any_of(load, [](auto n) { return n != 0; }); };
        if (some(delivery) && some(pickup)) m.fault("/pickup", "a job with both delivery and pickup is not supported");
        task.kind = some(pickup) ? TaskKind::pickup : some(delivery) ? TaskKind::delivery : TaskKind::service;
        task.load = some(pickup) ? pickup : delivery;
        task.visits = {visit(m)};
        skills(m, task.skills);
        m.integer("priority", task.priority);
        in_.problem.tasks.push_back(std::move(task));
    }
    void shipment(const json::value& value, const std::string& at) {
        Members m(value, at, faults_);
        Task task;
        task.kind = TaskKind::shipment;
        m.integers("amount", task.load);
        skills(m, task.skills);
        m.integer("priority", task.priority);
        for (const auto* side : {"pickup", "delivery"}) {
            const auto* half = m.find(side);
            if (!half) {
                m.fault(std::string("/") + side, "is missing");
                continue;
            }
            Members h(*half, m.at(side), faults_);
            (side[0] == 'p' ? in_.numbers : in_.drop_numbers).push_back(id(h));
            task.visits.push_back(visit(h));
        }
        if (!in_.numbers.empty()) task.id = std::to_string(in_.numbers.back());
        in_.problem.tasks.push_back(std::move(task));
    }
    void vehicle(const json::value& value, const std::string& at) {
        Members m(value, at, faults_);
        Vehicle made;
        made.id = std::to_string(id(m));
        std::string profile = "car", note;
        m.text("profile", profile);
        m.text("description", note);
        profile_of_.push_back(profile);
        if (m.has("start") || m.has("start_index")) made.start = std::max(0, place(m, "start", "start_index"));
        if (m.has("end") || m.has("end_index")) made.end = std::max(0, place(m, "end", "end_index"));
        if (!made.start && !made.end) m.fault("/start", "start or end is needed");
        m.integers("capacity", made.capacity);
        skills(m, made.skills);
        if (const auto* window = m.find("time_window")) made.shift = {m.window(*window, m.at("time_window"))};
        made.per_driving_hour = 3600;
        if (const auto* costs = m.find("costs")) {
            Members c(*costs, m.at("costs"), faults_);
            c.number("fixed", made.fixed);
            c.number("per_hour", made.per_driving_hour);
            c.number("per_km", made.per_km);
        }
        m.list("breaks", [&](const json::value& v, const std::string& here) {
            Members b(v, here, faults_);
            Break& rest = made.breaks.emplace_back();
            breaks_.emplace_back(id(b));
            b.windows("time_windows", rest.windows);
            b.integer("service", rest.duration);
            std::string text;
            b.text("description", text);
        });
        m.number("speed_factor", made.speed_factor);
        m.integer("max_tasks", made.max_stops);
        m.integer("max_travel_time", made.max_driving);
        m.integer("max_distance", made.max_distance);
        in_.problem.vehicles.push_back(std::move(made));
    }
    void profiles(Members& m) {
        std::map<std::string, int> index;
        for (std::size_t v = 0; v < profile_of_.size(); ++v) {
            const auto& name = profile_of_[v];
            const auto tables = tables_.find(name);
            const std::string at = "/vehicles/" + std::to_string(v) + "/profile";
            if (tables == tables_.end()) return m.fault(at, "there is no matrix for the profile " + name);
            const auto& [durations, distances] = tables->second;
            if (static_cast<int>(durations.size()) < in_.problem.places) return m.fault("/matrices/" + name, "must cover all location indices");
            if (!distances.empty() && distances.size() != durations.size())
                return m.fault("/matrices/" + name + "/distances", "must be as large as durations");
            if (const auto known = index.find(name); known != index.end()) {
                in_.problem.vehicles[v].profile = known->second;
                continue;
            }
            auto table = std::make_shared<DenseMatrix>(static_cast<int>(durations.size()));
            for (std::size_t a = 0; a < durations.size(); ++a)
                for (std::size_t b = 0; b < durations.size(); ++b)
                    table->set(static_cast<int>(a), static_cast<int>(b),
                               {static_cast<std::int32_t>(durations[a][b]), distances.empty() ? 0 : static_cast<std::int32_t>(distances[a][b])});
            in_.problem.vehicles[v].profile = index[name] = static_cast<int>(in_.problem.profiles.size());
            in_.problem.profiles.push_back({table, {}});
        }
    }

    InputFaults& faults_;
    Input in_;
    std::map<std::string, Tables> tables_;
    std::vector<std::string> profile_of_;
    std::vector<long long> breaks_;
};

}  // namespace

std::expected<Input, InputFaults> read_vroom(std::string_view text) {
    auto document = parse_json(text);
    if (!document) return std::unexpected(std::move(document.error()));
    InputFaults faults;
    Input input = Reader(faults).read(*document);
    if (!faults.empty()) return std::unexpected(std::move(faults));
    return input;
}

}  // namespace lastmile::vrp
