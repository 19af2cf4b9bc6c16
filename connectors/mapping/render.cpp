#include "connectors/mapping/render.hpp"

#include "platform/schema/codec.hpp"

namespace lastmile::connectors {
namespace {

namespace json = boost::json;

std::string_view text(const json::value& v) { return v.if_string() ? std::string_view(*v.if_string()) : std::string_view{}; }

Maybe each(const json::object& pattern, std::string_view list, const Scope& scope) {
    const auto found = evaluate(list, scope);
    const auto* body = pattern.if_contains("$do");
    if (!found || !body) return std::nullopt;
    json::array made;
    auto inner = scope;
    const auto add = [&](const value& element) {
        inner.set("item", element);
        if (auto one = render(*body, inner)) made.push_back(std::move(*one));
    };
    if (const auto* elements = found->if_array())
        for (const auto& element : *elements) add(element);
    else
        add(*found);
    return made;
}

Maybe looked_up(const json::object& pattern, std::string_view what, const Scope& scope) {
    const auto found = evaluate(what, scope);
    const auto* to = found ? pattern.if_contains(text_of(*found)) : nullptr;
    if (!to) to = pattern.if_contains("*");
    return to ? render(*to, scope) : std::nullopt;
}

Maybe object(const json::object& pattern, const Scope& scope) {
    if (const auto* list = pattern.if_contains("$each")) return each(pattern, text(*list), scope);
    if (const auto* what = pattern.if_contains("$of")) return looked_up(pattern, text(*what), scope);
    if (const auto* condition = pattern.if_contains("$if")) {
        const auto* branch = pattern.if_contains(holds(evaluate(text(*condition), scope)) ? "$then" : "$else");
        return branch ? render(*branch, scope) : std::nullopt;
    }
    if (const auto* inner = pattern.if_contains("$text")) {
        const auto made = render(*inner, scope);
        return made ? Maybe(value(schema::to_text(*made))) : std::nullopt;
    }
    json::object made;
    for (const auto& [key, member] : pattern)
        if (auto one = render(member, scope)) made[key] = std::move(*one);
    if (made.empty() && !pattern.empty()) return std::nullopt;
    return made;
}

}  // namespace

Maybe render(const value& pattern, const Scope& scope) {
    if (const auto* t = pattern.if_string()) return fill(*t, scope);
    if (const auto* o = pattern.if_object()) return object(*o, scope);
    if (const auto* list = pattern.if_array()) {
        json::array made;
        for (const auto& element : *list)
            if (auto one = render(element, scope)) made.push_back(std::move(*one));
        return made;
    }
    return pattern;
}

void check_template(const value& pattern, const std::vector<std::string>& roots, const std::string& pointer, std::vector<FieldError>& errors) {
    const auto add = [&](const std::string& at, std::string fault) {
        if (!fault.empty()) errors.push_back({at, "invalid_expression", std::move(fault)});
    };
    if (const auto* t = pattern.if_string()) return add(pointer, fault_in(*t, roots));
    if (const auto* list = pattern.if_array()) {
        for (std::size_t i = 0; i < list->size(); ++i) check_template((*list)[i], roots, schema::child_pointer(pointer, std::to_string(i)), errors);
        return;
    }
    const auto* o = pattern.if_object();
    if (!o) return;
    auto inner = roots;
    for (const std::string_view name : {"$each", "$of", "$if"}) {
        const auto* expression = o->if_contains(name);
        if (!expression) continue;
        const auto at = schema::child_pointer(pointer, name);
        if (expression->is_string())
            add(at, fault_of(expression->get_string(), roots));
        else
            errors.push_back({at, "wrong_type", "must be an expression, as a text without braces"});
        if (name == "$each") inner.emplace_back("item");
        if (name == "$each" && !o->contains("$do")) errors.push_back({schema::child_pointer(pointer, "$do"), "required", "goes with $each: what each becomes"});
    }
    for (const auto& [key, member] : *o) {
        const std::string_view name = key;
        if (name == "$each" || name == "$of" || name == "$if") continue;
        const bool known = !name.starts_with("$") || name == "$do" || name == "$then" || name == "$else" || name == "$text";
        if (!known)
            errors.push_back({schema::child_pointer(pointer, name), "unknown_field", "is none of $each, $do, $if, $then, $else, $of, $text"});
        else
            check_template(member, inner, schema::child_pointer(pointer, name), errors);
    }
}

}  // namespace lastmile::connectors
