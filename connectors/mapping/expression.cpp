#include "connectors/mapping/expression.hpp"

#include <algorithm>
#include <charconv>

#include "platform/schema/codec.hpp"

namespace lastmile::connectors {
namespace {

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\n");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

/// Parts between `separator`, which does not count inside quotes or brackets.
std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    bool quoted = false;
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\'') quoted = !quoted;
        if (quoted) continue;
        depth += text[i] == '[', depth -= text[i] == ']';
        if (depth > 0 || text.substr(i, separator.size()) != separator) continue;
        parts.push_back(trim(text.substr(begin, i - begin)));
        i += separator.size() - 1;
        begin = i + 1;
    }
    parts.push_back(trim(text.substr(begin)));
    return parts;
}

std::optional<value> literal(std::string_view text) {
    if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') return value(text.substr(1, text.size() - 2));
    if (text == "true" || text == "false") return value(text == "true");
    if (text.empty() || (text.front() != '-' && (text.front() < '0' || text.front() > '9'))) return std::nullopt;
    std::int64_t whole = 0;
    const auto* end = text.data() + text.size();
    if (const auto [at, error] = std::from_chars(text.data(), end, whole); error == std::errc{} && at == end) return value(whole);
    double real = 0;
    if (const auto [at, error] = std::from_chars(text.data(), end, real); error == std::errc{} && at == end) return value(real);
    return std::nullopt;
}

const value* member(const value& v, std::string_view key) {
    if (const auto* object = v.if_object()) return object->if_contains(key);
    const auto* list = v.if_array();
    std::size_t index = 0;
    if (!list || std::from_chars(key.data(), key.data() + key.size(), index).ptr != key.data() + key.size()) return nullptr;
    return index < list->size() ? &(*list)[index] : nullptr;
}

Maybe walk(std::string_view path, const Scope& scope);

/// `[name=ref]`: the first element whose member `name` is that text; `[name=$booking.reference]`: what stands there.
const value* selected(const value& v, std::string_view condition, const Scope& scope) {
    const auto equals = condition.find('=');
    const auto* list = v.if_array();
    if (!list || equals == condition.npos) return nullptr;
    std::string wanted(trim(condition.substr(equals + 1)));
    if (wanted.starts_with('$')) {
        const auto there = walk(std::string_view(wanted).substr(1), scope);
        if (!there) return nullptr;
        wanted = text_of(*there);
    }
    for (const auto& element : *list)
        if (const auto* found = member(element, trim(condition.substr(0, equals))); found && text_of(*found) == wanted) return &element;
    return nullptr;
}

Maybe walk(std::string_view path, const Scope& scope) {
    const value* at = nullptr;
    bool first = true;
    for (auto step : split(path, ".")) {
        const auto bracket = step.find('[');
        const auto name = step.substr(0, bracket);
        if (!name.empty() || bracket == step.npos) at = first ? scope.find(name) : member(*at, name);
        first = false;
        for (auto rest = bracket == step.npos ? std::string_view{} : step.substr(bracket); at && !rest.empty();) {
            const auto end = rest.find(']');
            if (end == rest.npos) return std::nullopt;
            at = selected(*at, rest.substr(1, end - 1), scope);
            rest = rest.substr(end + 1);
        }
        if (!at) return std::nullopt;
    }
    return at->is_null() ? Maybe{} : Maybe{*at};
}

Maybe operand(std::string_view text, const Scope& scope) {
    if (auto constant = literal(text)) return constant;
    return walk(text, scope);
}

Maybe alternative(std::string_view text, const Scope& scope) {
    const auto parts = split(text, "|");
    auto result = operand(parts.front(), scope);
    for (std::size_t i = 1; result && i < parts.size(); ++i) {
        const auto words = split(parts[i], ":");
        std::vector<value> arguments;
        for (std::size_t k = 1; k < words.size(); ++k) {
            auto argument = operand(words[k], scope);
            if (!argument) return std::nullopt;
            arguments.push_back(std::move(*argument));
        }
        result = apply_filter(words.front(), *result, arguments);
        if (result && result->is_null()) result.reset();
    }
    return result;
}

/// Calls `plain(text)` and `expression(text)` in turn; false: a brace is not closed.
template <class Plain, class Expression>
bool each_part(std::string_view text, Plain plain, Expression expression) {
    std::string run;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool doubled = i + 1 < text.size() && text[i + 1] == text[i];
        if ((text[i] == '{' || text[i] == '}') && doubled) {
            run += text[i++];
        } else if (text[i] == '{') {
            const auto end = text.find('}', i);
            if (end == text.npos) return false;
            if (!run.empty()) plain(std::exchange(run, {}));
            expression(text.substr(i + 1, end - i - 1));
            i = end;
        } else if (text[i] == '}') {
            return false;
        } else {
            run += text[i];
        }
    }
    if (!run.empty()) plain(std::move(run));
    return true;
}

}  // namespace

Maybe evaluate(std::string_view expression, const Scope& scope) {
    for (const auto part : split(expression, "??"))
        if (auto found = alternative(part, scope)) return found;
    return std::nullopt;
}

Maybe fill(std::string_view text, const Scope& scope) {
    std::vector<Maybe> parts;
    const bool closed = each_part(
        text, [&](std::string plain) { parts.emplace_back(value(std::move(plain))); },
        [&](std::string_view expression) { parts.push_back(evaluate(expression, scope)); });
    if (!closed) return value(text);
    if (parts.empty()) return value("");
    if (parts.size() == 1) return parts.front();
    std::string whole;
    for (const auto& part : parts) {
        if (!part) return std::nullopt;
        whole += text_of(*part);
    }
    return value(whole);
}

std::string fault_of(std::string_view expression, const std::vector<std::string>& roots) {
    const auto known = [&](std::string_view path) -> std::string {
        if (literal(path)) return {};
        const auto root = path.substr(0, path.find_first_of(".["));
        if (root.empty()) return "an expression is empty";
        if (std::ranges::find(roots, root) != roots.end()) return {};
        std::string names;
        for (const auto& name : roots) names += (names.empty() ? "" : ", ") + name;
        return "\"" + std::string(root) + "\" is not known here; there are " + names;
    };
    for (const auto part : split(expression, "??")) {
        const auto parts = split(part, "|");
        if (auto fault = known(parts.front()); !fault.empty()) return fault;
        for (std::size_t i = 1; i < parts.size(); ++i) {
            const auto words = split(parts[i], ":");
            if (!is_filter(words.front())) return "there is no filter \"" + std::string(words.front()) + "\"";
            for (std::size_t k = 1; k < words.size(); ++k)
                if (auto fault = known(words[k]); !fault.empty()) return fault;
        }
    }
    return {};
}

std::string fault_in(std::string_view text, const std::vector<std::string>& roots) {
    std::string fault;
    const bool closed = each_part(
        text, [](const std::string&) {},
        [&](std::string_view expression) {
            if (fault.empty()) fault = fault_of(expression, roots);
        });
    return closed ? fault : "a brace is not closed (write {{ and }} for braces themselves)";
}

bool holds(const Maybe& found) {
    if (!found) return false;
    if (const auto* b = found->if_bool()) return *b;
    if (const auto* text = found->if_string()) return !text->empty();
    return true;
}

std::string text_of(const value& v) {
    if (const auto* text = v.if_string()) return std::string(*text);
    return schema::to_text(v);
}

}  // namespace lastmile::connectors
