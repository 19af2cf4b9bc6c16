#include "platform/http/address_guard.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace lastmile::http {
namespace {

constexpr AddressBytes mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::vector<Network> networks(std::initializer_list<std::string_view> texts) {
    std::vector<Network> list;
    for (const auto text : texts) list.push_back(parse_network(text).value());
    return list;
}

bool any_holds(const std::vector<Network>& list, const AddressBytes& address) {
    return std::ranges::any_of(list, [&](const Network& network) { return network.holds(address); });
}

}  // namespace

std::optional<AddressBytes> parse_address(std::string_view text) {
    const std::string copy(text);
    AddressBytes bytes = mapped_prefix;
    if (::inet_pton(AF_INET, copy.c_str(), bytes.data() + 12) == 1) return bytes;
    if (::inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return bytes;
    return std::nullopt;
}

bool Network::holds(const AddressBytes& address) const {
    for (int i = 0; i < bits; i += 8) {
        const auto at = static_cast<std::size_t>(i / 8);
        const auto mask = static_cast<std::uint8_t>(bits - i >= 8 ? 0xff : 0xff << (8 - (bits - i)));
        if ((bytes[at] & mask) != (address[at] & mask)) return false;
    }
    return true;
}

std::optional<Network> parse_network(std::string_view text) {
    const auto slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
    if (slash == std::string_view::npos) return Network{*address, 128};
    const auto digits = text.substr(slash + 1);
    int bits = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (fault != std::errc{} || end != digits.data() + digits.size() || bits < 0 || bits > (v4 ? 32 : 128)) return std::nullopt;
    return Network{*address, v4 ? bits + 96 : bits};
}

bool is_public(const AddressBytes& address) {
    static const auto v4 = networks({"::ffff:0:0/96"});
    static const auto special_v4 = networks({"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
                                             "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
                                             "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"});
    static const auto global_v6 = networks({"2000::/3"});
    static const auto special_v6 = networks({"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"});
    if (any_holds(v4, address)) return !any_holds(special_v4, address);
    return any_holds(global_v6, address) && !any_holds(special_v6, address);
}

bool may_reach(const AddressBytes& address, const std::vector<Network>& allowed) {
    return is_public(address) || any_holds(allowed, address);
}

}  // namespace lastmile::http
