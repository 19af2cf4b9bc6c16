#include "platform/crypto/api_key.hpp"

#include "platform/crypto/text_coding.hpp"

namespace lastmile::crypto {
namespace {

constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t prefix_size = 8, random_size = 32, checksum_size = 6;

std::string letters(std::string_view bytes, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += alphabet[static_cast<unsigned char>(bytes[i]) & 31];
    return text;
}

std::string checksum(std::string_view text) { return letters(view(sha256(text)), checksum_size); }

}  // namespace

ApiKey make_api_key(bool test, Random& random) {
    std::string bytes(random_size, '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
    std::string text = (test ? "lm_test_" : "lm_live_") + letters(bytes, random_size);
    text += checksum(text);
    return {std::move(text), test};
}

std::optional<ApiKey> parse_api_key(std::string_view text) {
    if (text.size() != prefix_size + random_size + checksum_size) return std::nullopt;
    const bool test = text.starts_with("lm_test_");
    if (!test && !text.starts_with("lm_live_")) return std::nullopt;
    if (text.substr(prefix_size).find_first_not_of(alphabet) != std::string_view::npos) return std::nullopt;
    if (checksum(text.substr(0, prefix_size + random_size)) != text.substr(prefix_size + random_size)) return std::nullopt;
    return ApiKey{std::string(text), test};
}

std::string random_token(std::size_t bytes, Random& random) {
    std::string raw(bytes, '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(raw.data()), raw.size()});
    return to_base64url(raw);
}

}  // namespace lastmile::crypto
