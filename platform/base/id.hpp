#pragma once
// Ids: UUIDv7 (RFC 9562), 16 bytes in the store, `prefix_` + 26 characters of Crockford base32 at the edge. Sortable by time.
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/clock.hpp"
#include "platform/base/random.hpp"

namespace lastmile {

using IdBytes = std::array<std::uint8_t, 16>;

/// Time-ordered within a millisecond only by chance; the log's order is its sequence, never the id.
IdBytes new_id_bytes(Instant machine_now, Random& random);

std::string print_id(std::string_view prefix, const IdBytes& bytes);
/// Accepts upper and lower case; nullopt if the prefix or an element is wrong.
std::optional<IdBytes> parse_id(std::string_view prefix, std::string_view text);

/// The prefix of a noun's ids. A list of nouns (features/ids) may specialise it, so that rooms can hold each other's ids without each other's headers.
template <class Noun>
inline constexpr std::string_view id_prefix_of = Noun::id_prefix;

/// `struct Driver { static constexpr std::string_view id_prefix = "drv"; … }; Id<Driver> id;`
template <class Noun>
struct Id {
    IdBytes bytes{};

    static constexpr std::string_view prefix() { return id_prefix_of<Noun>; }
    static Id make(Instant machine_now, Random& random) { return {new_id_bytes(machine_now, random)}; }
    static std::optional<Id> parse(std::string_view text) {
        if (auto bytes = parse_id(prefix(), text)) return Id{*bytes};
        return std::nullopt;
    }
    std::string text() const { return print_id(prefix(), bytes); }
    bool empty() const { return bytes == IdBytes{}; }
    friend auto operator<=>(const Id&, const Id&) = default;
};

}  // namespace lastmile

template <class Noun>
struct std::hash<lastmile::Id<Noun>> {
    std::size_t operator()(const lastmile::Id<Noun>& id) const noexcept {
        std::size_t h = 0;  // the last eight bytes are random
        for (int i = 8; i < 16; ++i) h = h << 8 | id.bytes[static_cast<std::size_t>(i)];
        return h;
    }
};
