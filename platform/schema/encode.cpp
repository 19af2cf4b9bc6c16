#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <stdexcept>

#include "platform/schema/codec.hpp"

namespace lastmile::schema {
namespace {

namespace json = boost::json;

void write_real(double number, std::string& out) {
    if (!std::isfinite(number)) throw std::logic_error("JSON knows no infinite numbers");
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, number);
    out.append(text, end);
}

void write_integer(std::int64_t number, std::string& out) {
    char text[24];
    const auto [end, error] = std::to_chars(text, text + sizeof text, number);
    out.append(text, end);
}

void structure(const Type& type, const void* at, View view, std::string& out) {
    if (!type.declares(view)) throw std::logic_error(fmt::format("{} has no view for {}", type.name, name(view)));
    out += '{';
    bool first = true;
    for (const auto& field : type.fields) {
        if (!type.shows(field, view)) continue;
        const void* place = static_cast<const char*>(at) + field.offset;
        const Type& member = field.type();
        if (member.absent && member.absent(place)) continue;
        if (!std::exchange(first, false)) out += ',';
        out.append(1, '"').append(field.name).append("\":");  // names are words: nothing to escape
        encode_value(member, place, view, out);
    }
    out += '}';
}

void map(const Type& type, const void* at, View view, std::string& out) {
    struct Context {
        const Type& element;
        View view;
        std::string& out;
        bool first = true;
    } context{type.element(), view, out};
    out += '{';
    type.each(at, &context, [](void* c, const std::string& key, const void* value) {
        auto& [element, who, text, first] = *static_cast<Context*>(c);
        if (!std::exchange(first, false)) text += ',';
        write_string(key, text);
        text += ':';
        encode_value(element, value, who, text);
    });
    out += '}';
}

}  // namespace

void write_string(std::string_view text, std::string& out) {
    out += '"';
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        out.append(text, from, i - from);
        from = i + 1;
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default: out += fmt::format("\\u{:04x}", c);
        }
    }
    out.append(text, from);
    out += '"';
}

void write_json(const json::value& value, std::string& out) {
    switch (value.kind()) {
        case json::kind::null: out += "null"; return;
        case json::kind::bool_: out += value.get_bool() ? "true" : "false"; return;
        case json::kind::int64: out += std::to_string(value.get_int64()); return;
        case json::kind::uint64: out += std::to_string(value.get_uint64()); return;
        case json::kind::double_: return write_real(value.get_double(), out);
        case json::kind::string: return write_string({value.get_string().data(), value.get_string().size()}, out);
        case json::kind::array: {
            out += '[';
            bool first = true;
            for (const auto& item : value.get_array()) {
                if (!std::exchange(first, false)) out += ',';
                write_json(item, out);
            }
            out += ']';
            return;
        }
        case json::kind::object: {
            out += '{';
            bool first = true;
            for (const auto& member : value.get_object()) {
                if (!std::exchange(first, false)) out += ',';
                write_string({member.key().data(), member.key().size()}, out);
                out += ':';
                write_json(member.value(), out);
            }
            out += '}';
        }
    }
}

std::string to_text(const json::value& value) {
    std::string out;
    write_json(value, out);
    return out;
}

std::string_view enum_name(const Type& type, std::int64_t value) {
    for (const auto& known : type.values)
        if (known.value == value) return known.name;
    throw std::logic_error(fmt::format("{} has no value {}", type.name, value));
}

void encode_value(const Type& type, const void* at, View view, std::string& out) {
    switch (type.kind) {
        case Kind::text: return write_string(*static_cast<const std::string*>(at), out);
        case Kind::printed: return write_string(type.print(at), out);
        case Kind::integer: return write_integer(type.read_int(at), out);
        case Kind::real: return write_real(type.read_real(at), out);
        case Kind::boolean: out += *static_cast<const bool*>(at) ? "true" : "false"; return;
        case Kind::instant: return write_string(to_rfc3339(*static_cast<const Instant*>(at)), out);
        case Kind::id: return write_string(print_id(type.prefix, *static_cast<const IdBytes*>(at)), out);
        case Kind::enumeration: return write_string(enum_name(type, type.read_int(at)), out);
        case Kind::structure: return structure(type, at, view, out);
        case Kind::optional:
        case Kind::nullable:
        case Kind::patch:
            if (const void* held = type.held(at)) return encode_value(type.element(), held, view, out);
            out += "null";
            return;
        case Kind::list:
            out += '[';
            for (std::size_t i = 0, n = type.size(at); i < n; ++i) {
                if (i) out += ',';
                encode_value(type.element(), type.item(at, i), view, out);
            }
            out += ']';
            return;
        case Kind::map: return map(type, at, view, out);
        case Kind::raw: throw std::logic_error("raw bytes are no part of JSON");
        case Kind::json: return write_json(*static_cast<const json::value*>(at), out);
        case Kind::variant: {
            const void* held = nullptr;
            const auto index = type.chosen(at, &held);
            return encode_value(type.alternatives[index](), held, view, out);
        }
    }
}

json::value to_json_value(const Type& type, const void* at, View view) {
    std::string text;
    encode_value(type, at, view, text);
    auto parsed = parse_json(text);
    if (!parsed) throw std::logic_error("what was written cannot be read: " + parsed.error().detail);
    return std::move(*parsed);
}

}  // namespace lastmile::schema
