// The descriptions that need no template.
#include <fmt/format.h>

#include <charconv>

#include "platform/schema/type_of.hpp"

namespace lastmile::schema {
namespace {

/// Exactly two digits at `at`, or -1.
int two(std::string_view text, std::size_t at) {
    const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -100; };
    const int value = digit(at) * 10 + digit(at + 1);
    return value < 0 ? -1 : value;
}

}  // namespace

Type text_type(std::int64_t least, std::int64_t most, bool lines) {
    Type type{.kind = Kind::text, .least = least, .most = most};
    type.normalise = lines ? &refuse_controls_but_lines : &refuse_controls;
    return type;
}

Type formed_type(std::string_view format, std::string_view description, std::string_view example, std::int64_t most,
                 std::optional<std::string> (*normalise)(std::string&)) {
    Type type{.kind = Kind::text, .format = format, .description = description, .example = example, .least = 1, .most = most};
    type.normalise = normalise;
    return type;
}

Type boolean_type() { return {.kind = Kind::boolean}; }

Type instant_type() {
    return {.kind = Kind::instant, .format = "date-time", .description = "RFC 3339; any offset in, UTC out", .example = "2025-09-01T08:00:00Z"};
}

Type date_type() {
    Type type{.kind = Kind::printed, .format = "date", .description = "a day of the calendar", .example = "2025-09-01"};
    type.parse = [](void* at, std::string_view text) {
        int y = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + std::min<std::size_t>(4, text.size()), y);
        if (error != std::errc{} || end != text.data() + 4 || text.size() != 10 || text[4] != '-' || text[7] != '-' || y < 0) return false;
        const int m = two(text, 5), d = two(text, 8);
        if (m < 0 || d < 0) return false;
        const Date date{std::chrono::year{y}, std::chrono::month(static_cast<unsigned>(m)), std::chrono::day(static_cast<unsigned>(d))};
        if (!date.ok()) return false;
        *static_cast<Date*>(at) = date;
        return true;
    };
    type.print = [](const void* at) {
        const auto& date = *static_cast<const Date*>(at);
        return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    };
    return type;
}

Type time_of_day_type() {
    Type type{.kind = Kind::printed, .format = "time-of-day", .description = "wall-clock time HH:MM, 00:00 to 24:00", .example = "08:30"};
    type.parse = [](void* at, std::string_view text) {
        const int h = two(text, 0), m = two(text, 3);
        if (text.size() != 5 || text[2] != ':' || h < 0 || m < 0 || m > 59 || h * 60 + m > 1440) return false;
        static_cast<TimeOfDay*>(at)->minutes = h * 60 + m;
        return true;
    };
    type.print = [](const void* at) {
        const auto minutes = static_cast<const TimeOfDay*>(at)->minutes;
        return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
    };
    return type;
}

Type id_type(std::string_view prefix) { return {.kind = Kind::id, .format = "id", .prefix = prefix}; }

Type json_type(bool object_only, std::int64_t most, std::string_view description) {
    return {.kind = Kind::json, .description = description, .most = most, .object_only = object_only};
}

Type enum_type(std::string_view name, std::vector<EnumValue> values, const Doc* doc, std::span<const FieldDoc> aliases) {
    Type type{.kind = Kind::enumeration, .name = name, .values = std::move(values)};
    if (doc) type.description = doc->text;
    for (auto& value : type.values) {
        const auto enumerator = value.name;
        if (enumerator.ends_with('_')) value.name.remove_suffix(1);
        for (const auto& alias : aliases)
            if (alias.name == enumerator) value.name = alias.text;
        if (!doc) continue;
        for (const auto& words : doc->fields)
            if (words.name == enumerator) value.description = words.text;
    }
    return type;
}

}  // namespace lastmile::schema
