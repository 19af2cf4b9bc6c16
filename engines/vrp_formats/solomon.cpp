// Solomon's and Homberger's VRPTW text, and the PDPTW text of Li & Lim: a depot, customers with window and service time, equal vehicles.
#include <algorithm>
#include <array>
#include <map>

#include "engines/vrp_formats/lines.hpp"
#include "engines/vrp_formats/plane.hpp"

namespace lastmile::vrp {
namespace {

constexpr double vehicles_first_price = 1e5;  // more than any tour of the published instances is long

/// A line of exactly N numbers, or a fault.
template <std::size_t N>
bool numbers(const Line& line, std::array<double, N>& out, InputFaults& faults) {
    if (line.words.size() != N) {
        faults.push_back({line.number, {}, "expected " + std::to_string(N) + " numbers"});
        return false;
    }
    for (std::size_t i = 0; i < N; ++i) {
        const auto value = number_in(line.words[i]);
        if (!value) {
            faults.push_back({line.number, {}, "not a number: " + std::string(line.words[i])});
            return false;
        }
        out[i] = *value;
    }
    return true;
}

void add_fleet(Input& input, int count, std::int64_t capacity, Time opens, Time closes, const TextOptions& options) {
    for (int v = 0; v < count; ++v) {
        Vehicle vehicle;
        vehicle.id = std::to_string(v + 1);
        vehicle.start = vehicle.end = 0;
        vehicle.shift = {{opens, closes}};
        vehicle.capacity = {capacity};
        vehicle.per_km = 1000.0 / scale_of(options.rounding);
        if (options.goal == Goal::vehicles_first) vehicle.fixed = vehicles_first_price;
        input.problem.vehicles.push_back(std::move(vehicle));
    }
    input.problem.places = static_cast<int>(input.points.size());
    input.problem.profiles.push_back({plane(input.points, options.rounding), {}});
    input.problem.origin = opens;
}

bool sane(const Line& line, double count, double capacity, InputFaults& faults) {
    if (count >= 1 && count <= 100000 && capacity >= 0) return true;
    faults.push_back({line.number, {}, "the number of vehicles must be 1 to 100000, the capacity not negative"});
    return false;
}

}  // namespace

std::expected<Input, InputFaults> read_solomon(std::string_view text, const TextOptions& options) {
    const auto lines = lines_of(text);
    InputFaults faults;
    Input input;
    std::size_t at = 0;
    const auto seek = [&](std::string_view word) {
        while (at < lines.size() && lines[at].words[0] != word) ++at;
        return at < lines.size();
    };
    if (!seek("NUMBER") || ++at >= lines.size()) return std::unexpected(InputFaults{{1, {}, "no VEHICLE section with NUMBER and CAPACITY"}});
    std::array<double, 2> fleet{};
    if (!numbers(lines[at], fleet, faults) || !sane(lines[at], fleet[0], fleet[1], faults)) return std::unexpected(faults);
    if (!seek("CUST")) return std::unexpected(InputFaults{{lines.back().number, {}, "no CUSTOMER section"}});
    Window depot{};
    for (++at; at < lines.size(); ++at) {
        std::array<double, 7> row{};
        if (!numbers(lines[at], row, faults)) continue;
        const auto& r = options.rounding;
        const Window window{scaled(row[4], r), scaled(row[5], r)};
        if (input.points.empty())
            depot = window;
        else {
            Task task;
            task.id = lines[at].words[0];
            task.kind = TaskKind::delivery;
            task.load = {std::llround(row[3])};
            task.visits = {Visit{.place = static_cast<int>(input.points.size()), .service = scaled(row[6], r), .windows = {window}}};
            if (window.from > window.to) faults.push_back({lines[at].number, {}, "the due date is before the ready time"});
            if (row[3] < 0 || row[6] < 0) faults.push_back({lines[at].number, {}, "negative demand or service time"});
            input.numbers.push_back(std::llround(row[0]));
            input.problem.tasks.push_back(std::move(task));
        }
        input.points.push_back({row[1], row[2]});
    }
    if (input.points.empty()) faults.push_back({lines.back().number, {}, "no depot"});
    if (!faults.empty()) return std::unexpected(std::move(faults));
    input.depots.assign(1, 0);
    add_fleet(input, static_cast<int>(fleet[0]), std::llround(fleet[1]), depot.from, depot.to, options);
    return input;
}

std::expected<Input, InputFaults> read_lilim(std::string_view text, const TextOptions& options) {
    const auto lines = lines_of(text);
    InputFaults faults;
    std::array<double, 3> head{};
    if (lines.empty()) return std::unexpected(InputFaults{{1, {}, "empty"}});
    if (!numbers(lines[0], head, faults) || !sane(lines[0], head[0], head[1], faults)) return std::unexpected(faults);
    struct Row {
        int line;
        Visit visit;
        std::int64_t demand;
        int pickup, dropoff;
    };
    Input input;
    std::map<int, Row> rows;  // by the text's own number, which is a place as well
    Window depot{};
    for (std::size_t at = 1; at < lines.size(); ++at) {
        std::array<double, 9> row{};
        if (!numbers(lines[at], row, faults)) continue;
        const auto& r = options.rounding;
        const Window window{scaled(row[4], r), scaled(row[5], r)};
        if (input.points.empty())
            depot = window;
        else {
            const int number = static_cast<int>(row[0]);
            Visit visit{.place = static_cast<int>(input.points.size()), .service = scaled(row[6], r), .windows = {window}};
            if (window.from > window.to) faults.push_back({lines[at].number, {}, "the window ends before it begins"});
            if (!rows.emplace(number, Row{lines[at].number, visit, std::llround(row[3]), static_cast<int>(row[7]), static_cast<int>(row[8])}).second)
                faults.push_back({lines[at].number, {}, "the number is used twice"});
        }
        input.points.push_back({row[1], row[2]});
    }
    for (const auto& [number, row] : rows) {
        if (row.dropoff == 0) {
            const auto pickup = rows.find(row.pickup);
            if (pickup == rows.end() || pickup->second.dropoff != number) faults.push_back({row.line, {}, "its pickup does not name it"});
            continue;
        }
        const auto other = rows.find(row.dropoff);
        if (other == rows.end() || other->second.pickup != number || row.demand < 0) {
            faults.push_back({row.line, {}, "its dropoff does not name it, or its demand is negative"});
            continue;
        }
        Task task;
        task.id = std::to_string(number);
        task.kind = TaskKind::shipment;
        task.load = {row.demand};
        task.visits = {row.visit, other->second.visit};
        input.numbers.push_back(number);
        input.drop_numbers.push_back(row.dropoff);
        input.problem.tasks.push_back(std::move(task));
    }
    if (input.points.empty()) faults.push_back({lines.back().number, {}, "no depot"});
    if (!faults.empty()) return std::unexpected(std::move(faults));
    input.depots.assign(1, 0);
    add_fleet(input, static_cast<int>(head[0]), std::llround(head[1]), depot.from, depot.to, options);
    return input;
}

}  // namespace lastmile::vrp
