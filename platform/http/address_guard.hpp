#pragma once
// Which addresses a call on behalf of somebody else may reach (SSRF): the public internet, and networks that were allowed by name.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lastmile::http {

/// IPv6, or IPv4 as ::ffff:a.b.c.d.
using AddressBytes = std::array<std::uint8_t, 16>;

std::optional<AddressBytes> parse_address(std::string_view text);

struct Network {
    AddressBytes bytes{};
    int bits = 128;
    bool holds(const AddressBytes& address) const;
};

/// `10.0.0.0/8`, `fd00::/8`, or one address; nullopt if it is none of these.
std::optional<Network> parse_network(std::string_view text);

/// True for global unicast. False for loopback, private, shared (100.64/10), link-local (with the cloud's metadata service), unique local,
/// documentation, benchmarking, multicast, reserved; and for IPv6 that carries IPv4 (mapped, 6to4, Teredo, NAT64), unless mapped and
/// public (IANA special-purpose registries, RFC 6890).
bool is_public(const AddressBytes& address);

bool may_reach(const AddressBytes& address, const std::vector<Network>& allowed);

}  // namespace lastmile::http
