#include "platform/observe/log_format.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <iterator>

namespace lastmile::observe {
namespace {

template <class... Cases>
struct Either : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Either(Cases...) -> Either<Cases...>;

constexpr std::string_view names[] = {"debug", "info", "warn", "error"};

/// JSON string; bytes that are no UTF-8 lead are escaped one by one, so that a line is always valid JSON.
void append_json(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == '"' || byte == '\\') {
            out += '\\';
            out += text[i];
        } else if (byte < 0x20 || byte == 0x7f) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
        } else if (byte < 0x80) {
            out += text[i];
        } else {
            const std::size_t more = byte >= 0xf0 && byte < 0xf5 ? 3 : byte >= 0xe0 ? 2 : 1;
            bool sound = byte >= 0xc2 && byte < 0xf5 && i + more < text.size();
            for (std::size_t k = 1; sound && k <= more; ++k) sound = (static_cast<unsigned char>(text[i + k]) & 0xc0) == 0x80;
            if (!sound) {
                fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
                continue;
            }
            out.append(text.substr(i, more + 1));
            i += more;
        }
    }
    out += '"';
}

void append_number(std::string& out, auto number) {
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, number);
    out.append(text, end);
}

void append_value(std::string& out, const Field::Value& value) {
    std::visit(Either{[&](std::string_view text) { append_json(out, text); }, [&](Pii pii) { append_json(out, masked(pii.value)); },
                      [&](Secret) { out += "\"***\""; }, [&](bool flag) { out += flag ? "true" : "false"; },
                      [&](double number) { std::isfinite(number) ? append_number(out, number) : void(out += "null"); },
                      [&](auto number) { append_number(out, number); }},
               value);
}

}  // namespace

std::string masked(std::string_view value) {
    if (value.empty()) return {};
    const auto lead = static_cast<unsigned char>(value[0]);
    const std::size_t width = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    // A character of one or two bytes says nothing when little else is there.
    return (value.size() > 2 * width ? std::string(value.substr(0, width)) : std::string()) + "…";
}

std::string json_line(std::string_view time, Level level, std::string_view what, Fields fields) {
    std::string out;
    out.reserve(256);
    out.append(R"({"time":")").append(time).append(R"(","level":")").append(names[static_cast<int>(level)]).append(R"(","message":)");
    append_json(out, what);
    for (const auto& field : fields) {
        out += ',';
        append_json(out, field.name);
        out += ':';
        append_value(out, field.value);
    }
    out += '}';
    return out;
}

std::string pretty_line(std::string_view time, Level level, std::string_view what, Fields fields, bool colours) {
    static constexpr std::string_view tints[] = {"\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[31m"};
    const auto name = names[static_cast<int>(level)];
    std::string out(time.size() > 11 ? time.substr(11) : time);
    out += colours ? fmt::format(" {}{:5}\x1b[0m ", tints[static_cast<int>(level)], name) : fmt::format(" {:5} ", name);
    for (const char c : what) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    for (const auto& field : fields) {
        out.append("  ").append(field.name).append("=");
        append_value(out, field.value);
    }
    return out;
}

}  // namespace lastmile::observe
