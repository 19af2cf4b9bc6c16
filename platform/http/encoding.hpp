#pragma once
// Content codings (RFC 9110 8.4): what a client accepts, packing of answers, bounded unpacking of requests.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lastmile::http {

enum class Coding { identity, gzip, br };

std::string_view coding_name(Coding coding);

/// The best coding that an Accept-Encoding header allows (q-values read; brotli before gzip at equal q). Empty header: identity.
Coding choose_coding(std::string_view accept_encoding);

/// True for media types worth packing: text, JSON, XML, JavaScript, SVG, fonts other than WOFF. Parameters are ignored.
bool compressible(std::string_view content_type);

/// Throws std::bad_alloc only.
std::string pack(Coding coding, std::string_view bytes);

enum class Unpacked { ok, malformed, too_large };

/// Unpacks at most `limit` bytes into `out`. Refuses: trailing bytes, truncated input, more than `limit` (a bomb stops at the limit).
Unpacked unpack(Coding coding, std::string_view bytes, std::size_t limit, std::string& out);

/// The coding a Content-Encoding value names; nullopt for one that is unknown or a list of several.
std::optional<Coding> parse_coding(std::string_view name);

}  // namespace lastmile::http
