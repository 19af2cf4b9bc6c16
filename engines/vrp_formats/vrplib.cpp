// VRPLIB: `KEY : value` lines and sections of numbers. What a dialect adds and is not known here is refused, never skipped.
#include <algorithm>
#include <map>
#include <set>

#include "engines/vrp_formats/lines.hpp"
#include "engines/vrp_formats/plane.hpp"

namespace lastmile::vrp {
namespace {

struct Row {
    int line;
    std::vector<double> values;
};

class Reader {
public:
    explicit Reader(const TextOptions& options) : o_(options) {}

    std::expected<Input, InputFaults> read(std::string_view text) {
        split(text);
        if (faults_.empty()) geometry();
        if (faults_.empty()) tasks();
        if (faults_.empty()) vehicles();
        if (!faults_.empty()) return std::unexpected(std::move(faults_));
        return std::move(in_);
    }

private:
    void fault(int line, std::string detail) { faults_.push_back({line, {}, std::move(detail)}); }
    void split(std::string_view text);
    void geometry();
    void explicit_matrix();
    void tasks();
    void vehicles();
    void allowed();
    double key(const std::string& name, double otherwise) {
        const auto found = keys_.find(name);
        if (found == keys_.end()) return otherwise;
        const auto value = number_in(found->second.second);
        if (!value) fault(found->second.first, "not a number: " + found->second.second);
        return value.value_or(otherwise);
    }
    /// The row of a node or vehicle (from 1) with at least `columns` values behind its number.
    const std::vector<double>* row(const std::string& section, int number, std::size_t columns);

    TextOptions o_;
    Input in_;
    InputFaults faults_;
    std::map<std::string, std::pair<int, std::string>> keys_;
    std::map<std::string, std::vector<Row>> sections_;
    std::map<std::string, int> section_line_;
    int dimension_ = 0;
    std::set<int> depots_;
};

const std::set<std::string> known_sections{"NODE_COORD_SECTION",
                                           "DEMAND_SECTION",
                                           "DEPOT_SECTION",
                                           "SERVICE_TIME_SECTION",
                                           "TIME_WINDOW_SECTION",
                                           "RELEASE_TIME_SECTION",
                                           "PRIZE_SECTION",
                                           "BACKHAUL_SECTION",
                                           "CAPACITY_SECTION",
                                           "VEHICLES_FIXED_COST_SECTION",
                                           "VEHICLES_UNIT_DISTANCE_COST_SECTION",
                                           "VEHICLES_DEPOT_SECTION",
                                           "VEHICLES_RELOAD_DEPOT_SECTION",
                                           "VEHICLES_MAX_DURATION_SECTION",
                                           "VEHICLES_MAX_DISTANCE_SECTION",
                                           "VEHICLES_ALLOWED_CLIENTS_SECTION",
                                           "EDGE_WEIGHT_SECTION"};
const std::set<std::string> known_keys{"NAME",
                                       "COMMENT",
                                       "TYPE",
                                       "DIMENSION",
                                       "CAPACITY",
                                       "VEHICLES",
                                       "EDGE_WEIGHT_TYPE",
                                       "EDGE_WEIGHT_FORMAT",
                                       "NODE_COORD_TYPE",
                                       "DISPLAY_DATA_TYPE",
                                       "SERVICE_TIME",
                                       "VEHICLES_MAX_DURATION",
                                       "VEHICLES_MAX_DISTANCE",
                                       "DISTANCE"};

void Reader::split(std::string_view text) {
    std::string section;
    for (const auto& line : lines_of(text)) {
        std::string word(line.words[0]);
        if (word == "EOF") break;
        const bool letter = std::isalpha(static_cast<unsigned char>(word[0])) != 0;
        if (!letter) {
            if (section.empty()) {
                fault(line.number, "numbers outside of a section");
                return;
            }
            Row row{line.number, {}};
            for (const auto& part : line.words) {
                const auto value = number_in(part);
                if (!value) fault(line.number, "not a number: " + std::string(part));
                row.values.push_back(value.value_or(0));
            }
            if (!(section == "DEPOT_SECTION" && row.values[0] == -1)) sections_[section].push_back(std::move(row));
            continue;
        }
        if (word.ends_with(":")) word.pop_back();
        if (word.ends_with("_SECTION")) {
            if (!known_sections.contains(word)) fault(line.number, "a section that is not known: " + word);
            section = word;
            section_line_[word] = line.number;
            sections_[word];
            continue;
        }
        section.clear();
        if (!known_keys.contains(word)) fault(line.number, "a key that is not known: " + word);
        std::string value;
        for (std::size_t i = 1; i < line.words.size(); ++i)
            if (line.words[i] != ":") value += (value.empty() ? "" : " ") + std::string(line.words[i]);
        keys_[word] = {line.number, value};
    }
}

const std::vector<double>* Reader::row(const std::string& section, int number, std::size_t columns) {
    const auto found = sections_.find(section);
    if (found == sections_.end()) return nullptr;
    const auto& rows = found->second;
    const auto at = static_cast<std::size_t>(number - 1);
    if (at >= rows.size() || rows[at].values[0] != number || rows[at].values.size() < columns + 1) {
        fault(at < rows.size() ? rows[at].line : section_line_[section],
              section + ": expected number " + std::to_string(number) + " with its values");
        return nullptr;
    }
    return &rows[at].values;
}

void Reader::explicit_matrix() {
    const std::string format = keys_.contains("EDGE_WEIGHT_FORMAT") ? keys_["EDGE_WEIGHT_FORMAT"].second : "";
    std::vector<double> flat;
    for (const auto& r : sections_["EDGE_WEIGHT_SECTION"]) flat.insert(flat.end(), r.values.begin(), r.values.end());
    const int n = dimension_;
    auto table = std::make_shared<DenseMatrix>(n);
    std::size_t next = 0;
    const auto put = [&](int a, int b, bool both) {
        const auto length = static_cast<std::int32_t>(next < flat.size() ? scaled(flat[next], o_.rounding) : 0);
        ++next;
        table->set(a, b, {length, length});
        if (both) table->set(b, a, {length, length});
    };
    for (int a = 0; a < n; ++a) {
        if (format == "FULL_MATRIX")
            for (int b = 0; b < n; ++b) put(a, b, false);
        else if (format == "LOWER_ROW")
            for (int b = 0; b < a; ++b) put(a, b, true);
        else if (format == "LOWER_DIAG_ROW")
            for (int b = 0; b <= a; ++b) put(a, b, true);
        else if (format == "UPPER_ROW")
            for (int b = a + 1; b < n; ++b) put(a, b, true);
    }
    if (next == 0)
        fault(section_line_["EDGE_WEIGHT_SECTION"], "EDGE_WEIGHT_FORMAT must be FULL_MATRIX, LOWER_ROW, LOWER_DIAG_ROW or UPPER_ROW");
    else if (next != flat.size())
        fault(section_line_["EDGE_WEIGHT_SECTION"], "expected " + std::to_string(next) + " numbers, found " + std::to_string(flat.size()));
    in_.problem.profiles.push_back({table, {}});
}

void Reader::geometry() {
    const double dimension = key("DIMENSION", 0);
    if (!(dimension >= 1 && dimension <= 100000)) return fault(1, "DIMENSION must be 1 to 100000");
    dimension_ = static_cast<int>(dimension);
    for (const auto& r : sections_["DEPOT_SECTION"]) {
        if (r.values[0] < 1 || r.values[0] > dimension_) return fault(r.line, "a depot that is none of the nodes");
        depots_.insert(static_cast<int>(r.values[0]));
    }
    if (depots_.empty()) return fault(section_line_["DEPOT_SECTION"], "no depot");
    in_.problem.places = dimension_;
    const std::string type = keys_.contains("EDGE_WEIGHT_TYPE") ? keys_["EDGE_WEIGHT_TYPE"].second : "EUC_2D";
    if (sections_.contains("NODE_COORD_SECTION"))
        for (int i = 1; i <= dimension_; ++i) {
            const auto* r = row("NODE_COORD_SECTION", i, 2);
            if (!r) return;
            in_.points.push_back({(*r)[1], (*r)[2]});
        }
    if (type == "EXPLICIT") return explicit_matrix();
    if (type != "EUC_2D") return fault(keys_["EDGE_WEIGHT_TYPE"].first, "only EUC_2D and EXPLICIT are supported");
    if (in_.points.empty()) return fault(1, "no NODE_COORD_SECTION");
    in_.problem.profiles.push_back({plane(in_.points, o_.rounding), {}});
}

void Reader::tasks() {
    const double service_of_all = key("SERVICE_TIME", 0);
    in_.depots.assign(static_cast<std::size_t>(dimension_), -1);
    int depot_number = 0;
    for (int i = 1; i <= dimension_; ++i) {
        if (depots_.contains(i)) {
            in_.depots[static_cast<std::size_t>(i - 1)] = depot_number++;
            continue;
        }
        Task task;
        task.id = std::to_string(i);
        task.kind = TaskKind::delivery;
        Visit visit{.place = i - 1, .service = scaled(service_of_all, o_.rounding)};
        const auto* demand = row("DEMAND_SECTION", i, 1);
        const auto* backhaul = row("BACKHAUL_SECTION", i, 1);
        double amount = demand ? (*demand)[1] : 0;
        const double back = backhaul ? (*backhaul)[1] : 0;
        if (back > 0 && amount > 0)
            task.collect = {std::llround(back)};  // both at one visit
        else if (back > 0)
            task.kind = TaskKind::pickup, amount = back;
        if (amount < 0 || amount > 1e12 || back < 0 || back > 1e12) fault(1, "demand of node " + std::to_string(i) + " must be 0 to 1e12");
        task.load = {std::llround(amount)};
        if (const auto* r = row("SERVICE_TIME_SECTION", i, 1)) visit.service = scaled((*r)[1], o_.rounding);
        if (const auto* r = row("TIME_WINDOW_SECTION", i, 2)) visit.windows = {{scaled((*r)[1], o_.rounding), scaled((*r)[2], o_.rounding)}};
        if (const auto* r = row("RELEASE_TIME_SECTION", i, 1)) task.release = scaled((*r)[1], o_.rounding);
        if (const auto* r = row("PRIZE_SECTION", i, 1)) task.leave_out_price = (*r)[1];
        task.visits = {visit};
        in_.numbers.push_back(i - 1);
        in_.problem.tasks.push_back(std::move(task));
    }
}

void Reader::vehicles() {
    const bool backhauls = sections_.contains("BACKHAUL_SECTION") && keys_.contains("TYPE") && keys_["TYPE"].second == "VRPB";
    const double count = key("VEHICLES", static_cast<double>(std::max<std::size_t>(1, in_.problem.tasks.size())));
    if (!(count >= 1 && count <= 100000)) return fault(1, "VEHICLES must be 1 to 100000");
    const double capacity = key("CAPACITY", -1), duration = key("VEHICLES_MAX_DURATION", -1);
    const double distance = key("VEHICLES_MAX_DISTANCE", key("DISTANCE", -1));
    for (int v = 1; v <= static_cast<int>(count) && faults_.empty(); ++v) {
        Vehicle vehicle;
        vehicle.id = std::to_string(v);
        int depot = *depots_.begin();
        if (const auto* r = row("VEHICLES_DEPOT_SECTION", v, 1)) depot = static_cast<int>((*r)[1]);
        if (!depots_.contains(depot)) return fault(section_line_["VEHICLES_DEPOT_SECTION"], "vehicle " + std::to_string(v) + " is at no depot");
        vehicle.start = vehicle.end = depot - 1;
        if (const auto* r = row("TIME_WINDOW_SECTION", depot, 2)) vehicle.shift = {{scaled((*r)[1], o_.rounding), scaled((*r)[2], o_.rounding)}};
        double holds = capacity;
        if (const auto* r = row("CAPACITY_SECTION", v, 1)) holds = (*r)[1];
        vehicle.capacity = {holds < 0 ? std::int64_t{1} << 50 : std::llround(holds)};
        double unit = 1;
        if (const auto* r = row("VEHICLES_UNIT_DISTANCE_COST_SECTION", v, 1)) unit = (*r)[1];
        vehicle.per_km = 1000.0 * unit / scale_of(o_.rounding);
        if (const auto* r = row("VEHICLES_FIXED_COST_SECTION", v, 1)) vehicle.fixed = (*r)[1];
        if (o_.goal == Goal::vehicles_first) vehicle.fixed += 1e5;
        double longest = duration, farthest = distance;
        if (const auto* r = row("VEHICLES_MAX_DURATION_SECTION", v, 1)) longest = (*r)[1];
        if (const auto* r = row("VEHICLES_MAX_DISTANCE_SECTION", v, 1)) farthest = (*r)[1];
        if (longest >= 0) vehicle.max_duration = scaled(longest, o_.rounding);
        if (farthest >= 0) vehicle.max_distance = scaled(farthest, o_.rounding);
        if (const auto* r = row("VEHICLES_RELOAD_DEPOT_SECTION", v, 1)) {
            for (std::size_t i = 1; i < r->size(); ++i) vehicle.reloads.push_back({static_cast<int>((*r)[i]) - 1, 0, {}, true});
            vehicle.max_reloads = static_cast<int>(in_.problem.tasks.size());
        }
        if (backhauls) vehicle.loading = Loading::deliveries_first;
        in_.problem.vehicles.push_back(std::move(vehicle));
    }
    allowed();
}

/// Site dependence: each vehicle lists the nodes that it may serve.
void Reader::allowed() {
    for (std::size_t v = 0; v < in_.problem.vehicles.size() && sections_.contains("VEHICLES_ALLOWED_CLIENTS_SECTION") && faults_.empty(); ++v) {
        const auto* listed = row("VEHICLES_ALLOWED_CLIENTS_SECTION", static_cast<int>(v + 1), 0);
        if (!listed) return;
        const std::set<double> nodes(listed->begin() + 1, listed->end());
        for (auto& task : in_.problem.tasks)
            if (nodes.contains(task.visits[0].place + 1)) task.allowed_vehicles.push_back(static_cast<int>(v));
    }
    if (!sections_.contains("VEHICLES_ALLOWED_CLIENTS_SECTION")) return;
    for (const auto& task : in_.problem.tasks)
        if (task.allowed_vehicles.empty()) fault(section_line_["VEHICLES_ALLOWED_CLIENTS_SECTION"], "no vehicle may serve node " + task.id);
}

}  // namespace

Rounding vrplib_convention(std::string_view text) {
    std::string type;
    bool depots_differ = false, windows = false;
    for (const auto& line : lines_of(text)) {
        if (line.words[0].starts_with("TYPE")) type = line.words.back();
        depots_differ |= line.words[0].starts_with("VEHICLES_DEPOT_SECTION") || line.words[0].starts_with("VEHICLES_ALLOWED_CLIENTS_SECTION") ||
                         line.words[0].starts_with("VEHICLES_UNIT_DISTANCE_COST_SECTION");
        windows |= line.words[0].starts_with("TIME_WINDOW_SECTION");
    }
    if (depots_differ || type == "HFVRP" || type == "MDVRPTW" || type == "SDVRPTW") return Rounding::none;
    return windows ? Rounding::dimacs : Rounding::nearest;
}

std::expected<Input, InputFaults> read_vrplib(std::string_view text, const TextOptions& options) { return Reader(options).read(text); }

}  // namespace lastmile::vrp
