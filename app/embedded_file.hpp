#pragma once
// A file of web/dist inside the binary. The table is written at build time (cmake/web_pack.cmake).
#include <span>
#include <string_view>

namespace lastmile::app {

struct EmbeddedFile {
    std::string_view url;           // "/assets/console-1a2b3c4d.js", "/console.html"
    std::string_view content_type;
    std::string_view tag;           // of the content, for the ETag
    bool immutable;                 // the name changes with the content
    std::string_view plain;
    std::string_view brotli;        // empty where compressing saves nothing
    std::string_view gzip;
};

/// Sorted by no promise; empty when the pages were not built.
std::span<const EmbeddedFile> embedded_files();

}  // namespace lastmile::app
