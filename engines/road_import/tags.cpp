#include "engines/road_import/tags.hpp"

#include <charconv>
#include <string>

namespace lastmile::road_import {
namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// Takes a decimal number from the front of a text. Neither sign nor exponent occur in these tags.
std::optional<double> take_number(std::string_view& text) {
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{}) return std::nullopt;
    text = trim(text.substr(static_cast<std::size_t>(end - text.data())));
    return value;
}

}  // namespace

std::optional<double> parse_speed_kmh(std::string_view text) {
    text = trim(text.substr(0, text.find(';')));
    if (text == "walk") return 7;
    if (text == "none") return 130;
    if (const auto colon = text.find(':'); colon != text.npos) {  // country:kind
        const auto kind = text.substr(colon + 1);
        if (kind == "urban") return 50;
        if (kind == "rural" || kind == "trunk") return text.starts_with("DE") ? 100 : 90;
        if (kind == "motorway") return 130;
        if (kind == "living_street" || kind == "walk") return 7;
        if (kind == "bicycle_road") return 30;
        text = kind.starts_with("zone") ? kind.substr(4) : kind;
        if (text.starts_with(':')) text.remove_prefix(1);
    }
    const auto value = take_number(text);
    if (!value || *value <= 0) return std::nullopt;
    if (text.empty() || text == "km/h" || text == "kmh" || text == "kph") return value;
    if (text == "mph") return *value * 1.609344;
    if (text == "knots") return *value * 1.852;
    return std::nullopt;
}

std::optional<double> parse_length_m(std::string_view text) {
    text = trim(text);
    const auto value = take_number(text);
    if (!value) return std::nullopt;
    if (text.empty() || text == "m") return value;
    if (text == "cm") return *value / 100;
    if (text == "ft" || text == "feet") return *value * 0.3048;
    if (text == "in") return *value * 0.0254;
    if (!text.starts_with('\'')) return std::nullopt;
    text = trim(text.substr(1));
    const auto inches = take_number(text);
    if (!inches) return text.empty() ? std::optional(*value * 0.3048) : std::nullopt;
    return *value * 0.3048 + *inches * 0.0254;
}

std::optional<double> parse_weight_t(std::string_view text) {
    text = trim(text);
    const auto value = take_number(text);
    if (!value) return std::nullopt;
    if (text.empty() || text == "t" || text == "tonnes") return value;
    if (text == "kg") return *value / 1000;
    if (text == "st") return *value * 0.90718474;
    if (text == "lt") return *value * 1.0160469;
    if (text == "lbs" || text == "lb") return *value * 0.00045359237;
    return std::nullopt;
}

std::optional<double> parse_duration_s(std::string_view text) {
    text = trim(text);
    if (text.starts_with("PT")) {
        text.remove_prefix(2);
        double sum = 0;
        while (!text.empty()) {
            const auto value = take_number(text);
            if (!value || text.empty()) return std::nullopt;
            const char unit = text.front();
            text.remove_prefix(1);
            if (unit != 'H' && unit != 'M' && unit != 'S') return std::nullopt;
            sum += *value * (unit == 'H' ? 3600 : unit == 'M' ? 60 : 1);
        }
        return sum > 0 ? std::optional(sum) : std::nullopt;
    }
    double parts[3];
    int count = 0;
    while (count < 3) {
        const auto value = take_number(text);
        if (!value) return std::nullopt;
        parts[count++] = *value;
        if (text.empty()) break;
        if (text.front() != ':') return std::nullopt;
        text.remove_prefix(1);
    }
    const double seconds = count == 1 ? parts[0] * 60 : parts[0] * 3600 + parts[1] * 60 + (count == 3 ? parts[2] : 0);
    return text.empty() && seconds > 0 ? std::optional(seconds) : std::nullopt;
}

}  // namespace lastmile::road_import
