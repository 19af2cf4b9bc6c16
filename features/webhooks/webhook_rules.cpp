#include "features/webhooks/webhook_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace lastmile::webhooks {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::chrono::seconds, last_try - 1> schedule{5s, 5min, 30min, 2h, 5h, 10h, 14h, 20h, 24h};

std::optional<std::chrono::seconds> seconds_in(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [at, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || fault != std::errc{} || at != text.data() + text.size() || seconds < 0) return std::nullopt;
    return std::chrono::seconds(std::min<std::int64_t>(seconds, 86'400));
}

}  // namespace

std::optional<std::chrono::milliseconds> pause_after(std::int64_t number, Random& random) {
    if (number < 1 || number >= last_try) return std::nullopt;
    const std::chrono::milliseconds pause = schedule[static_cast<std::size_t>(number - 1)];
    std::array<std::uint8_t, 2> dice{};
    random.fill(dice);
    const auto share = dice[0] * 256 + dice[1];
    return pause + pause * share / 655'360;
}

std::optional<std::chrono::milliseconds> throttle(const Outcome& outcome) {
    if (!outcome.overloaded()) return std::nullopt;
    const std::chrono::milliseconds asked = seconds_in(outcome.retry_after).value_or(5s);
    return std::min<std::chrono::milliseconds>(asked, longest_throttle);
}

bool wants(const Webhook& webhook, std::string_view type) {
    return std::ranges::any_of(webhook.events, [&](const std::string& wanted) {
        if (wanted == "*") return true;
        if (wanted.ends_with(".*")) return type.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1));
        return wanted == type;
    });
}

std::string lane_of(const std::optional<std::string>& delivery_id, std::string_view aggregate_id) {
    return delivery_id ? *delivery_id : std::string(aggregate_id);
}

std::string_view host_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == url.npos) return {};
    auto host = url.substr(scheme + 3);
    host = host.substr(0, host.find_first_of("/?#"));
    if (const auto at = host.rfind('@'); at != host.npos) host.remove_prefix(at + 1);
    if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
    return host.substr(0, host.find(':'));
}

}  // namespace lastmile::webhooks
