#include "app/static_files.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <string>

namespace lastmile::app {
namespace {

// Everything from ourselves, nothing inline, but for files in a bucket elsewhere ({0}). `blob:` and `data:` images are canvas exports and proof
// pictures; MapLibre's worker is a file.
constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:{0}; font-src 'self'; connect-src 'self'{0}; "
    "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

constexpr std::string_view not_built =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>lastmile</title><h1>The pages are not in this binary</h1>"
    "<p>It was built without <code>web/dist</code>. Run <code>npm ci &amp;&amp; npm run build</code> in <code>web/</code> (Node.js 18.20 or newer) "
    "and build again. The API works: see <a href=\"/openapi.json\">/openapi.json</a>.</p></html>";

struct Page {
    std::string_view path;
    std::string_view file;
    bool has_children;
};
constexpr std::array pages{Page{"/console", "/console.html", true}, Page{"/track", "/track.html", true}, Page{"/docs", "/docs.html", true}};

const Page* page_of(std::string_view path) {
    for (const Page& page : pages) {
        if (path == page.path || (page.has_children && path.starts_with(page.path) && path[page.path.size()] == '/')) return &page;
    }
    return nullptr;
}

const EmbeddedFile* find(std::string_view url, std::span<const EmbeddedFile> files) {
    for (const EmbeddedFile& file : files) {
        if (file.url == url) return &file;
    }
    return nullptr;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// Calls `with` for each member of a comma-separated header; stops when it answers true.
template <class With>
bool any_member(std::string_view header, With with) {
    while (!header.empty()) {
        const auto comma = header.find(',');
        if (with(trimmed(header.substr(0, comma)))) return true;
        header = comma == std::string_view::npos ? std::string_view{} : header.substr(comma + 1);
    }
    return false;
}

/// RFC 9110 section 12.5.3, as far as it decides between br and gzip: named, and not with `q=0`.
bool takes(std::string_view accept_encoding, std::string_view coding) {
    return any_member(accept_encoding, [&](std::string_view member) {
        const auto semicolon = member.find(';');
        if (trimmed(member.substr(0, semicolon)) != coding) return false;
        if (semicolon == std::string_view::npos) return true;
        const auto weight = trimmed(member.substr(semicolon + 1));
        return !weight.starts_with("q=0") || weight.find_first_of("123456789") != std::string_view::npos;
    });
}

void secure(http::Response& response, bool is_page, std::string_view files_origin) {
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
    if (!is_page) return;
    response.headers.emplace_back("Content-Security-Policy", fmt::format(content_security_policy, files_origin.empty() ? std::string() : " " + std::string(files_origin)));
    // A tracking link is a secret: it must not leave in a Referer.
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
    response.headers.emplace_back("X-Frame-Options", "DENY");
    response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
    response.headers.emplace_back("Permissions-Policy", "camera=(), microphone=(), payment=(), usb=()");
}

http::Response html(int status, std::string_view body, std::string_view files_origin) {
    http::Response response{status, {{"Content-Type", "text/html; charset=utf-8"}, {"Cache-Control", "no-store"}}, std::string(body)};
    secure(response, true, files_origin);
    return response;
}

http::Response redirect(std::string_view to) {
    return {302, {{"Location", std::string(to)}, {"Cache-Control", "no-store"}}, ""};
}

http::Response answer(const http::Request& request, const EmbeddedFile& file, std::string_view files_origin) {
    std::string_view bytes = file.plain;
    std::string_view coding;
    const auto accepted = request.header("accept-encoding");
    if (!file.brotli.empty() && takes(accepted, "br")) {
        bytes = file.brotli;
        coding = "br";
    } else if (!file.gzip.empty() && takes(accepted, "gzip")) {
        bytes = file.gzip;
        coding = "gzip";
    }
    // An ETag names bytes, so each encoding has its own (RFC 9110 section 8.8.3.3).
    std::string etag = "\"" + std::string(file.tag) + (coding.empty() ? "" : "-" + std::string(coding)) + "\"";

    http::Response response;
    const bool known = any_member(request.header("if-none-match"), [&](std::string_view member) {
        if (member.starts_with("W/")) member.remove_prefix(2);
        return member == "*" || member == etag;
    });
    response.status = known ? 304 : 200;
    response.headers.emplace_back("ETag", std::move(etag));
    response.headers.emplace_back("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
    response.headers.emplace_back("Vary", "Accept-Encoding");
    secure(response, file.content_type.starts_with("text/html"), files_origin);
    if (known) return response;
    response.headers.emplace_back("Content-Type", file.content_type);
    if (!coding.empty()) response.headers.emplace_back("Content-Encoding", coding);
    if (request.method != "HEAD") {
        response.body = bytes;
    } else {
        response.headers.emplace_back("Content-Length", std::to_string(bytes.size()));
    }
    return response;
}

}  // namespace

std::optional<http::Response> static_file(const http::Request& request, std::span<const EmbeddedFile> files, std::string_view files_origin) {
    const std::string_view path = request.path;
    const Page* page = page_of(path);
    const bool is_asset = path.starts_with("/assets/");
    const EmbeddedFile* file = find(page ? page->file : path, files);
    if (!page && !is_asset && !file && path != "/") return std::nullopt;
    if (request.method != "GET" && request.method != "HEAD") return http::Response{405, {{"Allow", "GET, HEAD"}}, ""};
    if (path == "/") return redirect("/console");
    if (file) return answer(request, *file, files_origin);
    if (page) return html(503, not_built, files_origin);
    // A page of an older binary may ask for a file that is gone: it must not be kept.
    return http::Response{404, {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}}, "no such file\n"};
}

std::optional<http::Response> static_file(const http::Request& request, std::string_view files_origin) { return static_file(request, embedded_files(), files_origin); }

}  // namespace lastmile::app
