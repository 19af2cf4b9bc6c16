#pragma once
// The signed URLs of the embedded store: HMAC over method, key, expiry and, for uploads, size, type and hash.
#include <optional>
#include <string>
#include <string_view>

#include "platform/blobs/blobs.hpp"
#include "platform/crypto/keyring.hpp"

namespace lastmile::blobs {

inline constexpr std::string_view blob_path = "/v1/lastmile/blobs/";

struct Grant {
    std::string method;      // PUT, or GET (which covers HEAD)
    UploadTerms terms;       // of a GET: the key only
    Instant expires_at;
};

/// `/v1/lastmile/blobs/{key}?…`
std::string print_grant(const crypto::Keyring& keys, const Grant& grant);
/// nullopt: no such signature by any of the keys. Expiry is the caller's to check.
std::optional<Grant> read_grant(const crypto::Keyring& keys, std::string_view method, std::string_view path, std::string_view query);

}  // namespace lastmile::blobs
