#include "platform/schema/type.hpp"

#include <algorithm>
#include <set>

#include "platform/schema/codec.hpp"

namespace lastmile::schema {
namespace {

constexpr std::uint8_t bit(View view) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(view)); }
constexpr std::uint8_t every_view = (1U << view_count) - 1;

/// Reads past optional, nullable and patch to what is inside.
const Type& inside(const Type& type) {
    const Type* at = &type;
    while (at->kind == Kind::optional || at->kind == Kind::nullable || at->kind == Kind::patch) at = &at->element();
    return *at;
}

void walk(const Type& type, std::set<const Type*>& seen, std::vector<std::string>& lines) {
    const Type& t = inside(type);
    if (!seen.insert(&t).second) return;
    if (t.element) walk(t.element(), seen, lines);
    for (const auto alternative : t.alternatives) walk(alternative(), seen, lines);
    if (t.kind != Kind::structure) return;
    if (t.description.empty()) lines.push_back(std::string(t.name) + ": LASTMILE_DOC is missing");
    if (t.resource && !t.declares(View::owner)) lines.push_back(std::string(t.name) + ": LASTMILE_VIEW for owner is missing");
    for (const auto& field : t.fields) {
        if (!t.description.empty() && field.description.empty())
            lines.push_back(std::string(t.name) + "." + std::string(field.name) + ": no words in LASTMILE_DOC");
        walk(field.type(), seen, lines);
    }
}

/// Visits every type reachable (in `view`), each once.
template <class Visit>
void reach(const Type& type, View view, std::set<const Type*>& seen, const Visit& visit) {
    const Type& t = inside(type);
    if (!seen.insert(&t).second) return;
    visit(t);
    if (t.element) reach(t.element(), view, seen, visit);
    for (const auto alternative : t.alternatives) reach(alternative(), view, seen, visit);
    for (const auto& field : t.fields)
        if (t.shows(field, view)) reach(field.type(), view, seen, visit);
}

}  // namespace

std::string_view name(View view) {
    constexpr std::string_view names[] = {"owner", "driver", "partner", "recipient", "event", "admin", "stored"};
    return names[static_cast<std::size_t>(view)];
}

void Findings::add(std::string pointer, std::string_view code, std::string detail) {
    if (found_.size() < limit)
        found_.push_back({std::move(pointer), std::string(code), std::move(detail)});
    else if (found_.size() == limit)
        found_.push_back({"#", "too_many_errors", "more is wrong than is listed here"});
}

void Check::add(std::string_view member, std::string_view code, std::string detail) const {
    std::string at(pointer);
    // Members have no slash in their names: "line_items/0/amount" leads further in.
    for (auto rest = member; !rest.empty();) {
        const auto slash = std::min(rest.find('/'), rest.size());
        at = child_pointer(at, rest.substr(0, slash));
        rest.remove_prefix(std::min(slash + 1, rest.size()));
    }
    findings.add(at, code, std::move(detail));
}

const Field* Type::field(std::string_view wanted) const {
    const auto at = std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == wanted; });
    return at == fields.end() ? nullptr : &*at;
}

bool Type::declares(View view) const { return !resource || view == View::stored || (declared_views & bit(view)); }

bool Type::shows(const Field& field, View view) const { return !resource || view == View::stored || (field.views & bit(view)); }

bool names_contain(std::string_view list, std::string_view wanted) {
    constexpr std::string_view between = "(), \t\n";
    for (auto at = list.find_first_not_of(between); at != list.npos;) {
        const auto end = list.find_first_of(between, at);
        if (list.substr(at, end - at) == wanted) return true;
        at = end == list.npos ? end : list.find_first_not_of(between, end);
    }
    return false;
}

void inherit(Type& type, const Type& base, std::size_t offset) {
    for (auto field : base.fields) {
        field.offset += offset;
        type.fields.push_back(field);
    }
}

void finish(Type& type, const StructParts& parts) {
    for (const auto& member : parts.members) type.fields.push_back({.name = member.name, .offset = member.offset, .type = member.type});
    type.resource = parts.resource;
    for (const auto& view : parts.views) type.declared_views |= bit(view.view);
    if (parts.doc) type.description = parts.doc->text;
    for (auto& field : type.fields) {
        // Kinds are read without building the member's type: a struct may hold a list of itself.
        if (names_contain(parts.defaults, field.name)) field.required = false;
        if (!parts.resource) field.views = every_view;
        else field.views = 0;
        for (const auto& view : parts.views)
            if (names_contain(view.names, field.name) || names_contain(view.names, "*")) field.views |= bit(view.view);
        if (!parts.doc) continue;
        for (const auto& doc : parts.doc->fields)
            if (doc.name == field.name) field.description = doc.text, field.example = doc.example;
    }
}

std::vector<std::string> undocumented(const Type& type) {
    std::set<const Type*> seen;
    std::vector<std::string> lines;
    walk(type, seen, lines);
    return lines;
}

std::vector<std::string> without_view(const Type& type, View view) {
    std::set<const Type*> seen;
    std::vector<std::string> names;
    reach(type, view, seen, [&](const Type& t) {
        if (t.kind == Kind::structure && !t.declares(view)) names.emplace_back(t.name);
    });
    return names;
}

bool holds_personal(const Type& type) {
    std::set<const Type*> seen;
    bool found = false;
    reach(type, View::stored, seen, [&](const Type& t) { found |= t.format == "phone" || t.format == "email"; });
    return found;
}

}  // namespace lastmile::schema
