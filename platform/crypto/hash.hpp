#pragma once
// SHA-256 (FIPS 180-4), HMAC (RFC 2104), HKDF (RFC 5869), comparison in constant time. Bytes travel in std::string.
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace lastmile::crypto {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);
Digest hmac_sha256(std::string_view key, std::string_view bytes);
/// `size` at most 255 × 32 bytes. `info` keeps purposes apart: two purposes never share a key.
std::string hkdf_sha256(std::string_view key, std::string_view salt, std::string_view info, std::size_t size);

/// Takes the same time wherever they differ; different lengths differ at once.
bool same(std::string_view a, std::string_view b);

inline std::string_view view(const Digest& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

/// SHA-256 of what comes in pieces (uploads).
class Sha256 {
public:
    Sha256();
    void update(std::string_view bytes);
    /// Once.
    Digest finish();

private:
    struct Free {
        void operator()(void* context) const;
    };
    std::unique_ptr<void, Free> context_;
};

}  // namespace lastmile::crypto
