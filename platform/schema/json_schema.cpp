#include "platform/schema/json_schema.hpp"

#include <fmt/format.h>

#include <set>

#include "platform/schema/codec.hpp"

namespace lastmile::schema {
namespace {

namespace json = boost::json;

json::string_view jv(std::string_view text) { return {text.data(), text.size()}; }

bool reaches_resource(const Type& type, std::set<const Type*>& seen) {
    if (!seen.insert(&type).second) return false;
    if (type.resource) return true;
    if (type.element && reaches_resource(type.element(), seen)) return true;
    for (const auto alternative : type.alternatives)
        if (reaches_resource(alternative(), seen)) return true;
    for (const auto& field : type.fields)
        if (reaches_resource(field.type(), seen)) return true;
    return false;
}

/// JSON where it is JSON of the right kind, else the words themselves.
json::value example_value(std::string_view text, const Type& type) {
    const Type* t = &type;
    while (t->kind == Kind::optional || t->kind == Kind::nullable || t->kind == Kind::patch) t = &t->element();
    if (t->kind == Kind::integer || t->kind == Kind::real || t->kind == Kind::boolean || t->kind == Kind::structure || t->kind == Kind::list ||
        t->kind == Kind::map || t->kind == Kind::json || t->kind == Kind::variant)
        if (auto parsed = parse_json(text)) return std::move(*parsed);
    // A list's example may be one of its elements, as a query string writes it.
    if (t->kind == Kind::list) return json::array{example_value(text, t->element())};
    return json::string(jv(text));
}

json::object nullable(json::object inner) {
    if (auto* kind = inner.if_contains("type"); kind && kind->is_string() && !inner.contains("enum")) {
        json::array both{*kind, "null"};
        *kind = std::move(both);
        return inner;
    }
    return {{"oneOf", json::array{std::move(inner), json::object{{"type", "null"}}}}};
}

}  // namespace

std::string Components::name_of(const Type& type, View view) {
    std::set<const Type*> seen;
    const bool by_view = reaches_resource(type, seen);
    const std::pair key{&type, by_view ? view : View::owner};
    if (const auto known = names_.find(key); known != names_.end()) return known->second;
    std::string name(type.name);
    if (by_view && view != View::owner) {
        std::string suffix(schema::name(view));
        suffix[0] = static_cast<char>(suffix[0] - 'a' + 'A');
        name += suffix;
    }
    // Two rooms may each have a `Page` or `Change`: the second is told apart by number, in the order of the tables.
    for (int n = 2; made_.contains(name); ++n) name = fmt::format("{}{}", type.name, n);
    names_[key] = name;
    made_[name] = {};  // a struct may hold itself
    made_[name] = inline_schema(type, view);
    return name;
}

json::object Components::reference(const Type& type, View view) {
    const bool named = (type.kind == Kind::structure && !type.page) || (type.kind == Kind::enumeration && !type.name.empty());
    if (!named) return inline_schema(type, view);
    return {{"$ref", "#/components/schemas/" + name_of(type, view)}};
}

json::object Components::field(const Field& field, View view) {
    auto schema = reference(field.type(), view);
    if (!field.description.empty()) schema["description"] = jv(field.description);
    if (!field.example.empty()) {
        schema.erase("examples");
        schema["examples"] = json::array{example_value(field.example, field.type())};
    }
    return schema;
}

json::object Components::members(const Type& type, View view, const std::vector<const Field*>& fields, bool closed) {
    json::object properties;
    json::array required;
    for (const auto* member : fields) {
        if (!type.shows(*member, view)) continue;
        properties[jv(member->name)] = field(*member, view);
        const auto kind = member->type().kind;
        const bool may_be_absent = kind == Kind::optional || kind == Kind::patch;
        // What we answer always holds its plain members; what we are asked may leave out those with a default.
        if (!may_be_absent && (type.resource || type.page || member->required)) required.emplace_back(jv(member->name));
    }
    json::object schema{{"type", "object"}};
    if (!type.description.empty()) schema["description"] = jv(type.description);
    schema["properties"] = std::move(properties);
    if (!required.empty()) schema["required"] = std::move(required);
    if (closed) schema["additionalProperties"] = false;
    return schema;
}

json::object Components::inline_schema(const Type& type, View view) {
    json::object schema;
    const auto words = [&] {
        if (!type.format.empty()) schema["format"] = jv(type.format);
        if (!type.description.empty()) schema["description"] = jv(type.description);
        if (!type.unit.empty()) schema["x-unit"] = jv(type.unit);
        if (!type.example.empty()) schema["examples"] = json::array{example_value(type.example, type)};
    };
    switch (type.kind) {
        case Kind::text:
            schema["type"] = "string";
            if (type.least > 0) schema["minLength"] = type.least;
            schema["maxLength"] = type.most;
            break;
        case Kind::printed:
        case Kind::instant: schema["type"] = "string"; break;
        case Kind::id:
            schema["type"] = "string";
            schema["pattern"] = fmt::format("^{}_[0-9a-hjkmnp-tv-z]{{26}}$", type.prefix);
            break;
        case Kind::integer:
            schema["type"] = "integer";
            schema["minimum"] = type.least, schema["maximum"] = type.most;
            break;
        case Kind::real:
            schema["type"] = "number";
            if (type.low > -1e300) schema["minimum"] = type.low;
            if (type.high < 1e300) schema["maximum"] = type.high;
            break;
        case Kind::boolean: schema["type"] = "boolean"; break;
        case Kind::enumeration: {
            json::array values;
            std::string lines(type.description);
            for (const auto& value : type.values) {
                values.emplace_back(jv(value.name));
                if (!value.description.empty()) lines += fmt::format("{}- `{}`: {}", lines.empty() ? "" : "\n", value.name, value.description);
            }
            schema["type"] = "string";
            schema["enum"] = std::move(values);
            if (!lines.empty()) schema["description"] = lines;
            return schema;
        }
        case Kind::structure: {
            std::vector<const Field*> fields;
            for (const auto& member : type.fields) fields.push_back(&member);
            return members(type, view, fields, false);
        }
        case Kind::optional: return reference(type.element(), view);
        case Kind::nullable:
        case Kind::patch: return nullable(reference(type.element(), view));
        case Kind::list:
            schema["type"] = "array";
            schema["items"] = reference(type.element(), view);
            if (type.least > 0) schema["minItems"] = type.least;
            schema["maxItems"] = type.most;
            break;
        case Kind::map:
            schema["type"] = "object";
            schema["additionalProperties"] = reference(type.element(), view);
            break;
        case Kind::json:
            if (type.object_only) schema["type"] = "object";
            break;
        case Kind::variant: {
            json::array all;
            for (const auto alternative : type.alternatives) all.emplace_back(reference(alternative(), view));
            schema["oneOf"] = std::move(all);
            break;
        }
        case Kind::raw: return {};
    }
    words();
    return schema;
}

json::value example_of(const Type& type, View view, int depth) {
    if (!type.example.empty()) return example_value(type.example, type);
    switch (type.kind) {
        case Kind::integer: return std::max<std::int64_t>(type.least, std::min<std::int64_t>(1, type.most));
        case Kind::real: return std::max(type.low, std::min(1.0, type.high));
        case Kind::boolean: return true;
        case Kind::id: return json::string(print_id(type.prefix, IdBytes{0x01, 0x99, 0x03, 0x3d, 0x5f, 0x00, 0x70, 0x00, 0x80}));
        case Kind::enumeration: return type.values.empty() ? json::value("") : json::value(jv(type.values.front().name));
        case Kind::optional:
        case Kind::nullable:
        case Kind::patch: return example_of(type.element(), view, depth);
        case Kind::list: return type.least > 0 || depth < 3 ? json::array{example_of(type.element(), view, depth + 1)} : json::array{};
        case Kind::map: return json::object{};
        case Kind::json: return json::object{};
        case Kind::variant: return example_of(type.alternatives.front()(), view, depth);
        case Kind::structure: {
            json::object object;
            for (const auto& field : type.fields) {
                if (!type.shows(field, view)) continue;
                const auto& member = field.type();
                if (member.kind == Kind::nullable && type.page) object[jv(field.name)] = nullptr;
                else if (!field.example.empty()) object[jv(field.name)] = example_value(field.example, member);
                else if (member.kind != Kind::optional && member.kind != Kind::patch && field.required && depth < 6)
                    object[jv(field.name)] = example_of(member, view, depth + 1);
            }
            return object;
        }
        default: return json::string(std::string(static_cast<std::size_t>(std::min<std::int64_t>(type.least, 8)), 'a'));
    }
}

}  // namespace lastmile::schema
