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
/// `files_origin`: where pages may fetch files from besides (app/storage.hpp).
std::optional<http::Response> static_file(const http::Request& request, std::string_view files_origin = {});
std::optional<http::Response> static_file(const http::Request& request, std::span<const EmbeddedFile> files, std::string_view files_origin = {});

}  // namespace lastmile::app
