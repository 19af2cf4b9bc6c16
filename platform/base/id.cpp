#include "platform/base/id.hpp"

#include <sys/random.h>

#include <algorithm>
#include <stdexcept>

namespace lastmile {
namespace {

constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

int digit_value(char c) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const auto at = alphabet.find(c);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const auto got = ::getrandom(bytes.data(), bytes.size(), 0);
        if (got < 0) throw std::runtime_error("getrandom failed");
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
}

// Several ids of one millisecond rise in the order in which a thread made them (RFC 9562, 6.2, method 2): what one command creates is
// listed, and later processed, in the order in which it was given.
IdBytes new_id_bytes(Instant machine_now, Random& random) {
    static thread_local IdBytes last{};
    IdBytes bytes;
    random.fill(bytes);
    auto ms = static_cast<std::uint64_t>(to_unix_ms(machine_now));
    for (std::size_t i = 6; i-- > 0; ms >>= 8) bytes[i] = static_cast<std::uint8_t>(ms);
    if (std::equal(bytes.begin(), bytes.begin() + 6, last.begin())) {
        unsigned carry = 1;  // a random step of 32 bits and one
        for (std::size_t i = 16; i-- > 6;) {
            const unsigned width = i == 6 ? 0x0f : i == 8 ? 0x3f : 0xff;
            const unsigned sum = (last[i] & width) + (i >= 12 ? bytes[i] : 0U) + carry;
            bytes[i] = static_cast<std::uint8_t>(sum & width), carry = sum > width;
        }
    } else {
        bytes[6] &= 0x07;  // room to rise
    }
    bytes[6] = static_cast<std::uint8_t>(0x70 | (bytes[6] & 0x0f));
    bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));
    return last = bytes;
}

std::string print_id(std::string_view prefix, const IdBytes& bytes) {
    // 128 bits as 26 digits of 5 bits, the first two bits being zero.
    std::string text(26, '0');
    unsigned accumulator = 0, bits = 0;
    std::size_t at = 26;
    for (std::size_t i = bytes.size(); i-- > 0;) {
        accumulator |= static_cast<unsigned>(bytes[i]) << bits;
        for (bits += 8; bits >= 5; bits -= 5, accumulator >>= 5) text[--at] = alphabet[accumulator & 31];
    }
    text[--at] = alphabet[accumulator & 31];
    return std::string(prefix) + "_" + text;
}

std::optional<IdBytes> parse_id(std::string_view prefix, std::string_view text) {
    if (text.size() != prefix.size() + 27 || !text.starts_with(prefix) || text[prefix.size()] != '_') return std::nullopt;
    text.remove_prefix(prefix.size() + 1);
    if (digit_value(text[0]) > 7) return std::nullopt;
    IdBytes bytes{};
    unsigned accumulator = 0, bits = 0;
    std::size_t at = bytes.size();
    for (std::size_t i = text.size(); i-- > 0;) {
        const int value = digit_value(text[i]);
        if (value < 0) return std::nullopt;
        accumulator |= static_cast<unsigned>(value) << bits;
        for (bits += 5; bits >= 8 && at > 0; bits -= 8, accumulator >>= 8) bytes[--at] = static_cast<std::uint8_t>(accumulator);
    }
    return bytes;
}

}  // namespace lastmile
