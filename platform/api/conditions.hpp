#pragma once
// Idempotency-Key, ETag, If-Match, If-None-Match as they stand in headers.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/result.hpp"
#include "platform/store/store.hpp"

namespace lastmile::api {

/// Quoted (RFC 8941 string) or bare: `"abc"` and `abc` are the same key. nullopt: longer than 255, empty, or with control characters.
std::optional<std::string> parse_idempotency_key(std::string_view header);
/// Key: a hash over caller and key. Fingerprint: over method, target with its query, content type and the raw body.
store::Idempotency idempotency(std::string_view credential, std::string_view key, std::string_view method, std::string_view target,
                               std::string_view content_type, std::string_view body);

/// `"7"` or `"7-3"` (with the revision of live parts).
std::string print_etag(std::int64_t version, std::optional<std::int64_t> live);
/// If-Match of a list of tags or `*` (something is there): compares the version part only. Weak tags never match (RFC 9110 13.1.1).
bool if_match_holds(std::string_view header, std::optional<std::int64_t> version);
/// If-None-Match: weak comparison of whole tags, lists and `*`.
bool if_none_match_hits(std::string_view header, std::string_view etag);

}  // namespace lastmile::api
