#include "platform/api/trace.hpp"

#include <algorithm>
#include <array>

#include "platform/crypto/text_coding.hpp"

namespace lastmile::api {
namespace {

bool lower_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}
bool zeros(std::string_view text) { return text.find_first_not_of('0') == text.npos; }

std::string random_hex(std::size_t bytes, Random& random) {
    std::array<std::uint8_t, 16> made{};
    do random.fill({made.data(), bytes});
    while (std::all_of(made.begin(), made.begin() + static_cast<std::ptrdiff_t>(bytes), [](auto b) { return b == 0; }));
    return crypto::to_hex({reinterpret_cast<const char*>(made.data()), bytes});
}

/// trace-context section 3.2.2: version ff is invalid, version 00 has exactly 55 characters, later ones may go on after a dash.
bool valid(std::string_view t) {
    if (t.size() < 55 || t[2] != '-' || t[35] != '-' || t[52] != '-') return false;
    const auto version = t.substr(0, 2), trace = t.substr(3, 32), span = t.substr(36, 16), flags = t.substr(53, 2);
    if (!lower_hex(version) || !lower_hex(trace) || !lower_hex(span) || !lower_hex(flags)) return false;
    if (version == "ff" || zeros(trace) || zeros(span)) return false;
    return t.size() == 55 || (version != "00" && t[55] == '-');
}

}  // namespace

bool fit_request_id(std::string_view text) {
    constexpr std::string_view others = "._:~/+=@-";
    return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || others.find(c) != others.npos;
    });
}

Trace continue_trace(const http::Headers& headers, Random& random) {
    std::string_view parent;
    std::string state;
    std::size_t parents = 0;
    for (const auto& [name, value] : headers) {
        if (name == "traceparent") parent = value, ++parents;
        if (name == "tracestate" && !value.empty()) (state += state.empty() ? "" : ",") += value;
    }
    if (parents != 1 || !valid(parent)) return {"00-" + random_hex(16, random) + "-" + random_hex(8, random) + "-01", {}};
    const bool sampled = std::string_view("13579bdf").find(parent[54]) != std::string_view::npos;
    // 32 members at most; a list that is too long is dropped whole rather than cut in the middle of a member.
    if (state.size() > 4096 || std::count(state.begin(), state.end(), ',') >= 32) state.clear();
    return {"00-" + std::string(parent.substr(3, 32)) + "-" + random_hex(8, random) + (sampled ? "-01" : "-00"), std::move(state)};
}

}  // namespace lastmile::api
