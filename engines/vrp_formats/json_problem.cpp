// Our own schema: the members of problem.hpp by name.
#include <algorithm>

#include "engines/vrp_formats/json.hpp"
#include "engines/vrp_formats/json_fields.hpp"
#include "engines/vrp_formats/json_members.hpp"

namespace lastmile::vrp {
namespace {

/// Walks the list of members with a document at hand.
class Reader {
public:
    explicit Reader(Members& m) : m_(m) {}

    void text(const char* name, std::string& out, const char*) { m_.text(name, out); }
    template <class T>
    void integer(const char* name, T& out, fields::Range range, const char*) {
        m_.integer(name, out);
        check(name, range);
    }
    template <class T>
    void number(const char* name, T& out, fields::Range range, const char*) {
        m_.number(name, out);
        check(name, range);
    }
    void boolean(const char* name, bool& out, const char*) { m_.boolean(name, out); }
    void texts(const char* name, std::vector<std::string>& out, const char*) { m_.texts(name, out); }
    template <class T>
    void integers(const char* name, std::vector<T>& out, fields::Range range, const char*) {
        m_.list(name, [&](const json::value& value, const std::string& here) {
            out.push_back(static_cast<T>(m_.whole(value, here)));
            check(value, here, range);
        });
    }
    void optional_integers(const char* name, std::optional<Load>& out, fields::Range range, const char* what) {
        if (m_.has(name)) integers(name, out.emplace(), range, what);
    }
    void windows(const char* name, std::vector<Window>& out, const char*) { m_.windows(name, out); }
    template <class T>
    void object(const char* name, T& out, const char*, const char*) {
        if (const auto* value = m_.find(name)) one(*value, m_.at(name), out);
    }
    template <class T>
    void optional_object(const char* name, std::optional<T>& out, const char*, const char*) {
        if (const auto* value = m_.find(name)) one(*value, m_.at(name), out.emplace());
    }
    template <class T>
    void objects(const char* name, std::vector<T>& out, const char*, const char*) {
        m_.list(name, [&](const json::value& value, const std::string& here) { one(value, here, out.emplace_back()); });
    }
    template <class Enum>
    void word(const char* name, Enum& out, fields::Words<Enum> words, const char*) {
        std::string text, all;
        m_.text(name, text);
        if (!m_.has(name)) return;
        for (const auto& [key, value] : words) {
            if (text == key) {
                out = value;
                return;
            }
            all += (all.empty() ? "" : ", ") + std::string(key);
        }
        m_.fault(std::string("/") + name, "must be one of: " + all);
    }
    void required(const char* name) {
        if (!m_.has(name)) m_.fault(std::string("/") + name, "is missing");
    }

private:
    template <class T>
    void one(const json::value& value, const std::string& at, T& out) {
        Members m(value, at, m_.faults());
        Reader reader(m);
        fields::members(reader, out);
    }
    void check(const char* name, fields::Range range) {
        if (const auto* value = m_.find(name)) check(*value, m_.at(name), range);
    }
    void check(const json::value& value, const std::string& at, fields::Range range) {
        if (!value.is_number()) return;  // told already
        const double number = value.to_number<double>();
        const auto limit = [](double bound) { return std::to_string(static_cast<std::int64_t>(bound)); };
        if (number < range.least) m_.faults().push_back({0, at, "must be at least " + limit(range.least)});
        if (number > range.most) m_.faults().push_back({0, at, "must be at most " + limit(range.most)});
    }

    Members& m_;
};

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

Profile profile(const json::value& value, const std::string& at, Input& input, InputFaults& faults) {
    Profile made;
    Members m(value, at, faults);
    std::vector<std::vector<std::int64_t>> durations, distances;
    if (const auto* table = m.find("durations")) read_table(*table, m.at("durations"), durations, faults);
    if (const auto* table = m.find("distances")) read_table(*table, m.at("distances"), distances, faults);
    double speed = 0, detour = 1;
    m.number("speed_kmh", speed);
    m.number("detour", detour);
    std::string roads;
    m.text("roads", roads);
    Reader(m).objects("factors", made.factors, "", "");
    input.roads.push_back(roads);
    const auto count = static_cast<std::size_t>(std::max(0, input.problem.places));
    if (!roads.empty()) {
        if (m.has("durations") || m.has("speed_kmh")) m.fault("/roads", "either roads, tables or a speed");
        if (!input.geographic) m.fault("/roads", "needs places with lat and lon");
    } else if (m.has("durations")) {
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

void weights(Members& m, Weights& out) {
    Strategy strategy = Strategy::cost;
    Reader(m).word("strategy", strategy,
                   fields::Words<Strategy>{{"latency", Strategy::latency}, {"cost", Strategy::cost}, {"balanced", Strategy::balanced}, {"carbon", Strategy::carbon}},
                   "");
    if (m.has("strategy")) out = weights_of(strategy);
    Reader(m).object("weights", out, "", "");
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
        Reader reader(m);
        reader.objects("vehicles", problem.vehicles, "", "");
        reader.objects("tasks", problem.tasks, "", "");
        reader.objects("partners", problem.partners, "", "");
        reader.integer("origin", problem.origin, fields::any, "");
        weights(m, problem.weights);
        reader.optional_object("incumbent", problem.incumbent, "", "");
        std::string schema;  // lets editors check a problem while it is written
        m.text("$schema", schema);
    }
    if (!faults.empty()) return std::unexpected(std::move(faults));
    return input;
}

}  // namespace lastmile::vrp
