#include "platform/schema/text.hpp"

#include <algorithm>

namespace lastmile {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// A DNS name or an IPv4 address by its letters; `dotted` asks for at least one dot inside.
bool host_name(std::string_view host, bool dotted) {
    if (host.empty() || host.size() > 253 || (dotted && host.find('.') == host.npos)) return false;
    std::size_t label = 0;
    for (std::size_t i = 0; i <= host.size(); ++i) {
        if (i == host.size() || host[i] == '.') {
            if (label == 0 || label > 63 || host[i - 1] == '-' || host[i - label] == '-') return false;
            label = 0;
        } else if (letter(host[i]) || digit(host[i]) || host[i] == '-' || host[i] == '_' || static_cast<unsigned char>(host[i]) >= 0x80) {
            ++label;
        } else {
            return false;
        }
    }
    return true;
}

bool port(std::string_view text) {
    int value = 0;
    if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), digit)) return false;
    for (const char c : text) value = value * 10 + (c - '0');
    return value > 0 && value < 65536;
}

}  // namespace

namespace forms {

std::optional<std::string> Phone::normalise(std::string& text) {
    std::string digits;
    for (const char c : text) {
        if (digit(c)) digits += c;
        else if (c == '+' && digits.empty()) digits += c;
        else if (std::string_view(" .-/()").find(c) == std::string_view::npos) return "must be a telephone number such as +4939512345678";
    }
    if (digits.starts_with("00")) digits = "+" + digits.substr(2);
    if (!digits.starts_with('+')) return "must begin with + and the country code (E.164)";
    if (digits.size() < 8 || digits.size() > 16 || digits[1] == '0') return "must have 7 to 15 digits after the +, the first not 0 (E.164)";
    text = std::move(digits);
    return std::nullopt;
}

std::optional<std::string> Email::normalise(std::string& text) {
    constexpr auto sentence = "must be an e-mail address such as ada@example.org";
    const auto at = text.rfind('@');
    if (at == text.npos || at == 0 || at > 64) return sentence;
    const std::string_view local(text.data(), at);
    constexpr std::string_view others = ".!#$%&'*+/=?^_`{|}~-";
    for (const char c : local)
        if (!letter(c) && !digit(c) && others.find(c) == others.npos && static_cast<unsigned char>(c) < 0x80) return sentence;
    if (local.front() == '.' || local.back() == '.' || local.find("..") != local.npos) return sentence;
    if (!host_name(std::string_view(text).substr(at + 1), true)) return sentence;
    std::transform(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), text.begin() + static_cast<std::ptrdiff_t>(at), lower);
    return std::nullopt;
}

std::optional<std::string> Url::normalise(std::string& text) {
    constexpr auto sentence = "must be an absolute http or https URL";
    std::string_view rest(text);
    const auto colon = rest.find("://");
    if (colon == rest.npos) return sentence;
    std::string scheme(rest.substr(0, colon));
    std::transform(scheme.begin(), scheme.end(), scheme.begin(), lower);
    if (scheme != "http" && scheme != "https") return sentence;
    rest.remove_prefix(colon + 3);
    auto authority = rest.substr(0, rest.find_first_of("/?#"));
    if (authority.find('@') != authority.npos) return "must not carry user information";
    for (const char c : text)
        if (static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '<' || c == '>' || c == '\\' || c == '`' || c == '{' || c == '}') return sentence;
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        if (end == authority.npos || end < 3) return sentence;
        for (const char c : authority.substr(1, end - 1))
            if (!digit(c) && !(lower(c) >= 'a' && lower(c) <= 'f') && c != ':' && c != '.') return sentence;
        const auto after = authority.substr(end + 1);
        if (!after.empty() && (after[0] != ':' || !port(after.substr(1)))) return sentence;
        return std::nullopt;
    }
    if (const auto at = authority.find(':'); at != authority.npos) {
        if (!port(authority.substr(at + 1))) return sentence;
        authority = authority.substr(0, at);
    }
    if (!host_name(authority, false)) return sentence;
    return std::nullopt;
}

std::optional<std::string> Currency::normalise(std::string& text) {
    if (text.size() != 3 || !std::all_of(text.begin(), text.end(), letter)) return "must be a three-letter currency code such as EUR (ISO 4217)";
    std::transform(text.begin(), text.end(), text.begin(), upper);
    return std::nullopt;
}

std::optional<std::string> Country::normalise(std::string& text) {
    if (text.size() != 2 || !std::all_of(text.begin(), text.end(), letter)) return "must be a two-letter country code such as DE (ISO 3166-1)";
    std::transform(text.begin(), text.end(), text.begin(), upper);
    return std::nullopt;
}

std::optional<std::string> Language::normalise(std::string& text) {
    std::size_t run = 0, parts = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && (letter(text[i]) || (parts > 0 && digit(text[i])))) ++run;
        else if ((i == text.size() || text[i] == '-') && run >= (parts == 0 ? 2U : 1U) && run <= 8) run = 0, ++parts;
        else return "must be a language tag such as de or pt-BR (RFC 5646)";
    }
    return std::nullopt;
}

std::optional<std::string> Slug::normalise(std::string& text) {
    for (const char c : text)
        if (!(c >= 'a' && c <= 'z') && !digit(c) && c != '_' && c != '-' && c != '.') return "must be of lower-case letters, digits, `_`, `-` and `.`";
    return std::nullopt;
}

std::optional<std::string> Sha256::normalise(std::string& text) {
    std::transform(text.begin(), text.end(), text.begin(), lower);
    if (text.size() != 64 || !std::all_of(text.begin(), text.end(), [](char c) { return digit(c) || (c >= 'a' && c <= 'f'); }))
        return "must be 64 hexadecimal digits (SHA-256)";
    return std::nullopt;
}

}  // namespace forms

namespace schema {

std::optional<std::size_t> code_points(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++count) {
        const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
        const unsigned lead = byte(i);
        const std::size_t more = lead < 0x80 ? 0 : lead < 0xC2 ? 9 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : 9;
        if (more == 9 || i + more >= text.size()) return std::nullopt;
        for (std::size_t k = 1; k <= more; ++k)
            if ((byte(i + k) & 0xC0) != 0x80) return std::nullopt;
        if (more >= 2) {
            const unsigned second = byte(i + 1);
            if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
                return std::nullopt;
        }
        i += more + 1;
    }
    return count;
}

bool has_controls(std::string_view text, bool lines) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == 0x7F || (c < 0x20 && !(lines && (c == '\t' || c == '\n' || c == '\r')))) return true;
        if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
    }
    return false;
}

std::optional<std::string> refuse_controls(std::string& text) {
    if (has_controls(text, false)) return "must not hold control characters or line breaks";
    return std::nullopt;
}

std::optional<std::string> refuse_controls_but_lines(std::string& text) {
    if (has_controls(text, true)) return "must not hold control characters";
    return std::nullopt;
}

}  // namespace schema
}  // namespace lastmile
