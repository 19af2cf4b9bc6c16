// The filters of the mapping language. Each takes a value and says what it becomes, or nothing where it does not fit.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "connectors/mapping/expression.hpp"
#include "platform/crypto/text_coding.hpp"
#include "platform/schema/codec.hpp"

namespace lastmile::connectors {
namespace {

using Arguments = std::vector<value>;

std::optional<double> number(const value& v) {
    if (v.is_number()) return v.to_number<double>();
    const auto* text = v.if_string();
    if (!text || text->empty()) return std::nullopt;
    double parsed = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), parsed);
    return error == std::errc{} && end == text->data() + text->size() && std::isfinite(parsed) ? std::optional(parsed) : std::nullopt;
}

/// As a whole number where it is one: partners' parsers dislike `450.0`.
Maybe made(double v) {
    if (!std::isfinite(v)) return std::nullopt;
    if (v == std::floor(v) && std::abs(v) < 9e15) return value(static_cast<std::int64_t>(v));
    return value(v);
}

template <class F>
Maybe numeric(const value& v, const Arguments& arguments, F f) {
    const auto a = number(v);
    const auto b = arguments.empty() ? std::optional(0.0) : number(arguments[0]);
    return a && b ? made(f(*a, *b)) : std::nullopt;
}

double decimals_of(std::string_view currency) {  // ISO 4217: exponents other than two
    for (const std::string_view none : {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"})
        if (currency == none) return 0;
    for (const std::string_view three : {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
        if (currency == three) return 3;
    return 2;
}

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::toupper(c) : c); });
    return text;
}
std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::tolower(c) : c); });
    return text;
}

/// At most `most` characters of UTF-8; what was cut shows by `…`.
std::string cut(const std::string& text, std::size_t most) {
    std::size_t characters = 0, keep = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xc0) == 0x80) continue;
        if (++characters == most) keep = i;
    }
    if (characters <= most) return text;
    return text.substr(0, keep) + "…";
}

std::string percent_encoded(std::string_view text) {
    static constexpr char hex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if ((u < 0x80 && std::isalnum(u)) || c == '-' || c == '.' || c == '_' || c == '~')
            out += c;
        else
            out += '%', out += hex[u >> 4], out += hex[u & 15];
    }
    return out;
}

std::optional<Instant> instant(const value& v) {
    const auto* text = v.if_string();
    return text ? read_time(*text) : std::nullopt;
}
Maybe time_value(std::optional<Instant> at) { return at ? Maybe(value(to_rfc3339(*at))) : std::nullopt; }
Maybe from_number(const value& v, double to_ms) {
    const auto n = number(v);
    if (!n || std::abs(*n * to_ms) > 4e15) return std::nullopt;
    return value(to_rfc3339(from_unix_ms(static_cast<std::int64_t>(*n * to_ms))));
}

Maybe numbers(std::string_view name, const value& v, const Arguments& a) {
    if (name == "mul") return numeric(v, a, [](double x, double y) { return x * y; });
    if (name == "div") return numeric(v, a, [](double x, double y) { return y == 0 ? NAN : x / y; });
    if (name == "add") return numeric(v, a, [](double x, double y) { return x + y; });
    if (name == "round") return numeric(v, a, [](double x, double y) { return std::round(x * std::pow(10, y)) / std::pow(10, y); });
    if (name == "ceil") return numeric(v, a, [](double x, double) { return std::ceil(x); });
    if (name == "at_least") return numeric(v, a, [](double x, double y) { return std::max(x, y); });
    if (name == "number") return numeric(v, {}, [](double x, double) { return x; });
    const auto currency = a.empty() ? std::string("EUR") : upper(text_of(a[0]));
    if (name == "minor") return numeric(v, {}, [&](double x, double) { return std::round(x * std::pow(10, decimals_of(currency))); });
    if (name == "major") return numeric(v, {}, [&](double x, double) { return x / std::pow(10, decimals_of(currency)); });
    return std::nullopt;
}

Maybe times(std::string_view name, const value& v, const Arguments& a) {
    if (name == "time") return time_value(instant(v));
    if (name == "from_unix") return from_number(v, 1000);
    if (name == "from_unix_ms") return from_number(v, 1);
    const auto at = instant(v);
    if (!at) return std::nullopt;
    if (name == "unix") return value(to_unix_ms(*at) / 1000);
    if (name == "unix_ms") return value(to_unix_ms(*at));
    if (name == "seconds_later") {
        const auto s = a.empty() ? std::nullopt : number(a[0]);
        return s && std::abs(*s) < 4e9 ? time_value(*at + std::chrono::milliseconds(static_cast<std::int64_t>(*s * 1000))) : std::nullopt;
    }
    const auto whole = to_rfc3339(std::chrono::floor<std::chrono::seconds>(*at));
    if (name == "seconds") return value(whole);
    if (name == "date") return value(whole.substr(0, 10));
    if (name == "clock") return value(whole.substr(11, 8));
    return std::nullopt;
}

Maybe texts(std::string_view name, const value& v, const Arguments& a) {
    if (name == "text") return value(text_of(v));
    if (name == "json") return value(schema::to_text(v));
    if (v.is_object() || v.is_array()) return std::nullopt;
    const auto text = text_of(v);
    if (name == "upper") return value(upper(text));
    if (name == "lower") return value(lower(text));
    if (name == "cut") return a.empty() || !number(a[0]) ? Maybe{} : value(cut(text, static_cast<std::size_t>(std::max(1.0, *number(a[0])))));
    if (name == "end") {
        const auto most = a.empty() ? std::nullopt : number(a[0]);
        return most && *most >= 0 ? value(text.size() > static_cast<std::size_t>(*most) ? text.substr(text.size() - static_cast<std::size_t>(*most)) : text) : Maybe{};
    }
    if (name == "url") return value(percent_encoded(text));
    if (name == "base64") return value(crypto::to_base64(text));
    const auto space = text.find(' ');
    if (name == "first_word") return value(text.substr(0, space));
    if (name == "other_words") return space == text.npos ? Maybe{} : value(text.substr(space + 1));
    if (name == "digits") {
        std::string digits;
        std::ranges::copy_if(text, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
        return value(digits);
    }
    return std::nullopt;
}

Maybe logic(std::string_view name, const value& v, const Arguments& a) {
    const auto among = [&] { return std::ranges::any_of(a, [&](const value& one) { return text_of(one) == text_of(v); }); };
    if (name == "is") return value(among());
    if (name == "is_not") return value(!among());
    if (name == "not") return value(!holds(v));
    if (name == "if") return holds(v) && !a.empty() ? Maybe(a[0]) : std::nullopt;  // `job.proofs.photo|if:'photo_required'`
    const auto* list = v.if_array();
    if (name == "count") return list ? Maybe(value(static_cast<std::int64_t>(list->size()))) : std::nullopt;
    if (name == "first") return list && !list->empty() ? Maybe(list->front()) : std::nullopt;
    if (name == "last") return list && !list->empty() ? Maybe(list->back()) : std::nullopt;
    return std::nullopt;
}

struct Family {
    std::string_view names;
    Maybe (*apply)(std::string_view, const value&, const Arguments&);
};
constexpr Family families[] = {
    {" mul div add round ceil at_least number minor major ", numbers},
    {" time from_unix from_unix_ms unix unix_ms seconds_later seconds date clock ", times},
    {" text json upper lower cut end url base64 first_word other_words digits ", texts},
    {" is is_not not if count first last ", logic},
};

const Family* family_of(std::string_view name) {
    for (const auto& family : families)
        if (family.names.find(" " + std::string(name) + " ") != std::string_view::npos) return &family;
    return nullptr;
}

}  // namespace

Maybe apply_filter(std::string_view name, const value& input, const Arguments& arguments) {
    const auto* family = family_of(name);
    return family ? family->apply(name, input, arguments) : std::nullopt;
}

bool is_filter(std::string_view name) { return !name.empty() && name.find(' ') == name.npos && family_of(name); }

std::optional<Instant> read_time(std::string_view text) {
    if (auto at = parse_rfc3339(text)) return at;
    return parse_rfc3339(std::string(text) + "Z");
}

}  // namespace lastmile::connectors
