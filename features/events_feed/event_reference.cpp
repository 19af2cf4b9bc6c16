#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "features/events_feed/event_catalogue.hpp"

namespace lastmile {
namespace {

namespace json = boost::json;

struct Named {
    EventMember member;
    bool optional = false;
};

std::vector<Named> members_of(const EventKind& kind) {
    std::vector<Named> list;
    for (auto rest = kind.members; !rest.empty();) {
        const auto space = std::min(rest.find(' '), rest.size());
        auto word = rest.substr(0, space);
        rest.remove_prefix(std::min(space + 1, rest.size()));
        Named named;
        if (word.ends_with('?')) named.optional = true, word.remove_suffix(1);
        const auto colon = word.find(':');
        const auto known = std::ranges::find(event_members(), word.substr(0, colon), &EventMember::name);
        if (known == event_members().end()) throw std::logic_error(fmt::format("{} has a member that is not described: {}", kind.type, word));
        named.member = *known;
        if (colon != word.npos) named.member.kind = word[colon + 1];
        list.push_back(named);
    }
    return list;
}

json::object schema_of(char kind) {
    switch (kind) {
        case 't': return {{"type", "string"}, {"format", "date-time"}};
        case 'i': return {{"type", "integer"}};
        case 'n': return {{"type", "number"}};
        case 'b': return {{"type", "boolean"}};
        case 'S': return {{"type", "array"}, {"items", {{"type", "string"}}}};
        case 'I': return {{"type", "array"}, {"items", {{"type", "integer"}}}};
        case 'A': return {{"type", "array"}, {"items", {{"type", "object"}}}};
        case 'o': return {{"type", "object"}};
        case 'N': return {{"type", {"string", "null"}}};
        default: return {{"type", "string"}};
    }
}

std::string_view word_of(char kind) {
    switch (kind) {
        case 't': return "time";
        case 'i': return "integer";
        case 'n': return "number";
        case 'b': return "boolean";
        case 'S': return "strings";
        case 'I': return "integers";
        case 'A': return "objects";
        case 'o': return "object";
        case 'N': return "string or null";
        default: return "string";
    }
}

json::object data_of(const EventKind& kind) {
    json::object properties;
    json::array required;
    for (const auto& [member, optional] : members_of(kind)) {
        auto schema = schema_of(member.kind);
        schema["description"] = member.meaning;
        properties[member.name] = std::move(schema);
        if (!optional) required.emplace_back(member.name);
    }
    return {{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}, {"additionalProperties", false}};
}

/// What all have in common: PublicEvent.
json::object envelope() {
    const auto text = [] { return schema_of('s'); };
    json::object actor{{"type", "object"},
                       {"properties", {{"kind", text()}, {"id", text()}, {"on_behalf", text()}}},
                       {"required", {"kind", "id"}},
                       {"additionalProperties", false}};
    json::object properties{{"id", text()},
                            {"type", text()},
                            {"sequence", {{"type", "integer"}, {"minimum", 1}}},
                            {"timestamp", schema_of('t')},
                            {"tenant", text()},
                            {"delivery_id", schema_of('N')},
                            {"assignment_id", schema_of('N')},
                            {"driver_id", schema_of('N')},
                            {"correlation_id", text()},
                            {"actor", std::move(actor)},
                            {"data", {{"type", "object"}}}};
    json::array required;
    for (const auto& member : properties) required.emplace_back(member.key());
    return {{"description", "What all events have."}, {"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
}

}  // namespace

json::object event_schema() {
    json::array one_of;
    json::object defs{{"event", envelope()}};
    for (const auto& kind : event_kinds()) {
        one_of.emplace_back(json::object{{"$ref", fmt::format("#/$defs/{}", kind.type)}});
        defs[kind.type] = json::object{{"description", kind.meaning},
                                       {"$ref", "#/$defs/event"},
                                       {"properties", {{"type", {{"const", kind.type}}}, {"data", data_of(kind)}}},
                                       {"unevaluatedProperties", false}};
    }
    return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
            {"title", "Event"},
            {"description", "What GET /v1/lastmile/events, webhook bodies, event streams and WebSocket frames carry. New types and members may be added: "
                            "ignore what you do not know."},
            {"oneOf", std::move(one_of)},
            {"$defs", std::move(defs)}};
}

std::string events_markdown() {
    std::string out =
        "# Events\n\nWhat happened, as `GET /v1/lastmile/events`, webhooks and streams tell it. Generated from the catalogue; the same as JSON Schema is "
        "served at `/events.schema.json`.\n\nEvery event has `id`, `type`, `sequence`, `timestamp`, `tenant`, `delivery_id`, `assignment_id`, `driver_id`, "
        "`correlation_id`, `actor` and `data`. New types and new members of `data` may be added; ignore what you do not know. Members in brackets are not "
        "always there.\n";
    std::string_view family;
    for (const auto& kind : event_kinds()) {
        if (const auto own = kind.type.substr(0, kind.type.find('.')); own != family)
            family = own, out += fmt::format("\n## {}\n\n| type | what happened | members of data |\n| --- | --- | --- |\n", family);
        std::string members;
        for (const auto& [member, optional] : members_of(kind))
            fmt::format_to(std::back_inserter(members), "{}{}`{}`{}", members.empty() ? "" : ", ", optional ? "[" : "", member.name, optional ? "]" : "");
        out += fmt::format("| <a id=\"{}\"></a>`{}` | {} | {} |\n", kind.type, kind.type, kind.meaning, members);
    }
    out += "\n## Members of data\n\n| name | is | meaning |\n| --- | --- | --- |\n";
    for (const auto& member : event_members()) out += fmt::format("| `{}` | {} | {} |\n", member.name, word_of(member.kind), member.meaning);
    return out;
}

}  // namespace lastmile
