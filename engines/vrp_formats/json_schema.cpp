// JSON Schema 2020-12 of our problems, made of the list of members that the reader walks.
#include <cmath>
#include <set>

#include "engines/vrp_formats/json.hpp"
#include "engines/vrp_formats/json_fields.hpp"
#include "engines/vrp_formats/json_members.hpp"

namespace lastmile::vrp {
namespace {

/// Objects that may hold nothing but these members.
json::object closed(json::object properties, json::array required = {}) {
    json::object made{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!required.empty()) made["required"] = std::move(required);
    return made;
}

json::object ref(const std::string& name) { return {{"$ref", "#/$defs/" + name}}; }
json::object array_of(json::object items) { return {{"type", "array"}, {"items", std::move(items)}}; }

/// Walks the list of members of a value as it is by default.
class Writer {
public:
    explicit Writer(json::object& definitions) : definitions_(definitions) {}

    void text(const char* name, std::string&, const char* what) { add(name, {{"type", "string"}}, what); }
    template <class T>
    void integer(const char* name, T& value, fields::Range range, const char* what) {
        json::object made = ranged("integer", range);
        if constexpr (std::is_integral_v<T>) made["default"] = value;
        add(name, std::move(made), what);
    }
    template <class T>
    void number(const char* name, T& value, fields::Range range, const char* what) {
        json::object made = ranged("number", range);
        if constexpr (std::is_floating_point_v<T>) made["default"] = value;
        add(name, std::move(made), what);
    }
    void boolean(const char* name, bool& value, const char* what) { add(name, {{"type", "boolean"}, {"default", value}}, what); }
    void texts(const char* name, std::vector<std::string>&, const char* what) { add(name, array_of({{"type", "string"}}), what); }
    template <class T>
    void integers(const char* name, std::vector<T>&, fields::Range range, const char* what) {
        add(name, array_of(ranged("integer", range)), what);
    }
    void optional_integers(const char* name, std::optional<Load>&, fields::Range range, const char* what) {
        add(name, array_of(ranged("integer", range)), what);
    }
    void windows(const char* name, std::vector<Window>&, const char* what) { add(name, array_of(ref("Window")), what); }
    template <class T>
    void object(const char* name, T&, const char* type, const char* what) {
        define<T>(type);
        add(name, ref(type), what);
    }
    template <class T>
    void optional_object(const char* name, std::optional<T>&, const char* type, const char* what) {
        define<T>(type);
        add(name, ref(type), what);
    }
    template <class T>
    void objects(const char* name, std::vector<T>&, const char* type, const char* what) {
        define<T>(type);
        add(name, array_of(ref(type)), what);
    }
    template <class Enum>
    void word(const char* name, Enum& value, fields::Words<Enum> words, const char* what) {
        json::array all;
        json::object made{{"type", "string"}};
        for (const auto& [key, meaning] : words) {
            all.emplace_back(key);
            if (meaning == value) made["default"] = key;
        }
        made["enum"] = std::move(all);
        add(name, std::move(made), what);
    }
    void required(const char* name) {
        required_.emplace_back(name);
        properties_[name].as_object().erase("default");
    }

    void add(const char* name, json::object schema, const char* what) {
        schema["description"] = what;
        properties_[name] = std::move(schema);
    }
    json::object take() { return closed(std::move(properties_), std::move(required_)); }

private:
    template <class T>
    void define(const char* type) {
        if (definitions_.contains(type)) return;
        definitions_[type] = nullptr;  // keeps the order of first use
        Writer inner(definitions_);
        T made{};
        fields::members(inner, made);
        definitions_[type] = inner.take();
    }
    static json::object ranged(const char* type, fields::Range range) {
        json::object made{{"type", type}};
        if (std::isfinite(range.least)) made["minimum"] = static_cast<std::int64_t>(range.least);
        if (std::isfinite(range.most)) made["maximum"] = static_cast<std::int64_t>(range.most);
        return made;
    }

    json::object& definitions_;
    json::object properties_;
    json::array required_;
};

json::object place_schema(const char* x, const char* y, const char* what) {
    return {{"type", "object"},
            {"description", what},
            {"properties", json::object{{x, json::object{{"type", "number"}}}, {y, json::object{{"type", "number"}}}}},
            {"required", json::array{x, y}},
            {"additionalProperties", false}};
}

json::object profile_schema(json::object& definitions) {
    Writer writer(definitions);
    std::vector<TimeOfDayFactor> factors;
    const auto table = [] { return array_of(array_of({{"type", json::array{"integer", "null"}}, {"minimum", -1}})); };
    writer.add("durations", table(), "seconds from row to column, a square table; -1 or null: no way");
    writer.add("distances", table(), "metres, as large as durations");
    writer.add("speed_kmh", {{"type", "number"}, {"exclusiveMinimum", 0}}, "travel as the crow flies between places with coordinates");
    writer.add("detour", {{"type", "number"}, {"exclusiveMinimum", 0}, {"default", 1}}, "factor on the distance as the crow flies");
    writer.add("roads", {{"type", "string"}}, "a profile of the map that --map names");
    writer.objects("factors", factors, "TimeOfDayFactor", "travel by the time of day");
    json::object made = writer.take();
    made["oneOf"] = json::array{json::object{{"required", json::array{"durations"}}}, json::object{{"required", json::array{"speed_kmh"}}},
                                json::object{{"required", json::array{"roads"}}}};
    return made;
}

/// Two spaces a level; short arrays and objects of plain values on one line.
void pretty(const json::value& value, std::string& out, int depth) {
    const std::string plain = json_text(value);
    if (!value.is_structured() || plain.size() < 100) {
        out += plain;
        return;
    }
    const std::string gap(static_cast<std::size_t>(depth) * 2 + 2, ' ');
    const bool list = value.is_array();
    out += list ? "[" : "{";
    const char* between = "\n";
    const auto item = [&](const json::value& inner) {
        pretty(inner, out, depth + 1);
        between = ",\n";
    };
    if (list)
        for (const auto& inner : value.get_array()) out += between + gap, item(inner);
    else
        for (const auto& member : value.get_object()) out += between + gap + json::serialize(member.key()) + ": ", item(member.value());
    out += "\n" + gap.substr(2) + (list ? "]" : "}");
}

}  // namespace

std::string problem_schema() {
    json::object definitions{
        {"Window", json::object{{"type", "array"},
                                {"description", "[from, to]: both ends belong to it"},
                                {"items", json::object{{"type", "integer"}}},
                                {"minItems", 2},
                                {"maxItems", 2}}}};
    Writer root(definitions);
    Problem problem;
    std::optional<Plan> incumbent;
    Strategy strategy = Strategy::cost;
    root.add("$schema", {{"type", "string"}}, "for editors; not read");
    root.add("places",
             {{"oneOf", json::array{json::object{{"type", "integer"}, {"minimum", 0}}, array_of(place_schema("lat", "lon", "degrees")),
                                    array_of(place_schema("x", "y", "metres in the plane"))}}},
             "places with their coordinates, or just their number");
    root.required("places");
    definitions["Profile"] = profile_schema(definitions);
    root.add("profiles", array_of(ref("Profile")), "ways to travel: tables, a speed, or roads of a map");
    root.objects("vehicles", problem.vehicles, "Vehicle", "what drives");
    root.objects("tasks", problem.tasks, "Task", "what is to be done");
    root.objects("partners", problem.partners, "Partner", "who else may do it");
    root.integer("origin", problem.origin, fields::any, "second that latency counts from");
    root.word("strategy", strategy,
              fields::Words<Strategy>{{"latency", Strategy::latency}, {"cost", Strategy::cost}, {"balanced", Strategy::balanced}, {"carbon", Strategy::carbon}},
              "a named set of weights, which `weights` then changes");
    root.object("weights", problem.weights, "Weights", "factors on parts of the cost, and prices of what has none");
    root.optional_object("incumbent", incumbent, "Plan", "the plan that drivers have now: searched from, and kept to at a price");
    json::object schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                        {"title", "A problem for lastmile solve"},
                        {"description", "Times are seconds on one axis of your choice, distances metres, money any one unit; references are indices from 0."}};
    for (auto& member : root.take()) schema[member.key()] = member.value();
    schema["$defs"] = std::move(definitions);
    std::string text;
    pretty(schema, text, 0);
    return text + "\n";
}

}  // namespace lastmile::vrp
