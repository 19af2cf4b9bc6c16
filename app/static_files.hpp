#pragma once
// The console, the tracking page and the API reference, out of the binary itself.
#include <optional>
#include <span>
#include <string_view>

#include "app/embedded_file.hpp"
#include "platform/http/message.hpp"

namespace lastmile::app {

/// The answer to a request for a page or one of its files; nothing when the path belongs to somebody else (the API).
/// Pages: `/` (to the console), `/console`, `/track/{tracking_number}`, `/docs`; files: `/assets/…`, `/favicon.svg`. Answers GET and HEAD
/// (405 otherwise), 304 on a known ETag, the smallest encoding that the client takes, and the security headers.
std::optional<http::Response> static_file(const http::Request& request);
std::optional<http::Response> static_file(const http::Request& request, std::span<const EmbeddedFile> files);

/// `/track/{tracking_number}` with what the recipient must see without JavaScript, as HTML already escaped by the caller. Never cached.
http::Response tracking_page(std::string_view essentials_html);
http::Response tracking_page(std::string_view essentials_html, std::span<const EmbeddedFile> files);

/// Where track.html takes the essentials.
inline constexpr std::string_view essentials_mark = "<!--lastmile:essentials-->";

}  // namespace lastmile::app
