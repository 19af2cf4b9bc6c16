#include "platform/http/answer_head.hpp"

#include <fmt/format.h>

#include <charconv>
#include <ctime>

#include "platform/base/reasons.hpp"
#include "platform/http/text.hpp"

namespace lastmile::http {
namespace {

bool field_is_clean(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos; }

void append_number(std::string& out, std::size_t number) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out.append(digits, end);
}

bool is_ours(std::string_view name) {
    return same_ignoring_case(name, "content-length") || same_ignoring_case(name, "transfer-encoding") ||
           same_ignoring_case(name, "connection") || same_ignoring_case(name, "date");
}

std::string_view value_of(const Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
        if (same_ignoring_case(key, name)) return value;
    return {};
}

std::string_view slug_of(int status) {
    switch (status) {
        case 408: return "request_timeout";
        case 413: return reasons::too_large.slug;
        case 415: return reasons::unsupported_media.slug;
        case 426: return "upgrade_required";
        case 431: return reasons::header_too_large.slug;
        case 503: return reasons::overloaded.slug;
        default: return status >= 500 ? reasons::internal.slug : reasons::malformed.slug;
    }
}

}  // namespace

std::string_view status_phrase(int status) {
    switch (status) {
        case 100: return "Continue"; case 101: return "Switching Protocols";
        case 200: return "OK"; case 201: return "Created"; case 202: return "Accepted"; case 204: return "No Content";
        case 206: return "Partial Content"; case 207: return "Multi-Status";
        case 301: return "Moved Permanently"; case 302: return "Found"; case 303: return "See Other"; case 304: return "Not Modified";
        case 307: return "Temporary Redirect"; case 308: return "Permanent Redirect";
        case 400: return "Bad Request"; case 401: return "Unauthorized"; case 402: return "Payment Required"; case 403: return "Forbidden";
        case 404: return "Not Found"; case 405: return "Method Not Allowed"; case 406: return "Not Acceptable";
        case 408: return "Request Timeout"; case 409: return "Conflict"; case 410: return "Gone"; case 411: return "Length Required";
        case 412: return "Precondition Failed"; case 413: return "Content Too Large"; case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type"; case 416: return "Range Not Satisfiable"; case 417: return "Expectation Failed";
        case 422: return "Unprocessable Content"; case 425: return "Too Early"; case 426: return "Upgrade Required";
        case 428: return "Precondition Required"; case 429: return "Too Many Requests"; case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error"; case 501: return "Not Implemented"; case 502: return "Bad Gateway";
        case 503: return "Service Unavailable"; case 504: return "Gateway Timeout"; case 505: return "HTTP Version Not Supported";
        case 507: return "Insufficient Storage";
        default: return "Status";
    }
}

bool write_head(std::string& out, const Response& response, const AnswerFrame& frame, std::string_view date) {
    const auto start = out.size();
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::size_t>(response.status));
    out += ' ';
    out += status_phrase(response.status);
    out += "\r\nDate: ";
    out += date;
    out += "\r\n";
    std::string_view stated_length;
    for (const auto& [name, value] : response.headers) {
        if (is_ours(name)) {
            if (same_ignoring_case(name, "content-length")) stated_length = value;
            continue;
        }
        if (name.empty() || !field_is_clean(name) || name.find(':') != std::string::npos || !field_is_clean(value)) {
            out.resize(start);
            return false;
        }
        out += name;
        out += ": ";
        out += value;
        out += "\r\n";
    }
    const bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
    if (frame.framing == Framing::chunked) {
        out += "Transfer-Encoding: chunked\r\n";
    } else if (frame.framing == Framing::length && !bodiless) {
        out += "Content-Length: ";
        if (frame.head_only && response.body.empty() && !stated_length.empty() && field_is_clean(stated_length))
            out += stated_length;
        else
            append_number(out, response.body.size());
        out += "\r\n";
    }
    if (frame.framing == Framing::upgrade)
        out += "Connection: Upgrade\r\n";
    else if (!frame.keep_alive)
        out += "Connection: close\r\n";
    else if (!frame.http11)
        out += "Connection: keep-alive\r\n";
    out += "\r\n";
    return true;
}

std::string http_date(long long unix_seconds) {
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = unix_seconds;
    std::tm t{};
    gmtime_r(&seconds, &t);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[t.tm_wday], t.tm_mday, months[t.tm_mon], t.tm_year + 1900, t.tm_hour,
                       t.tm_min, t.tm_sec);
}

Coding coding_for(const Response& response, Coding accepted) {
    if (accepted == Coding::identity || response.body.size() < 1024 || response.status == 206) return Coding::identity;
    if (!compressible(value_of(response, "content-type")) || !value_of(response, "content-encoding").empty()) return Coding::identity;
    if (value_of(response, "cache-control").find("no-transform") != std::string_view::npos) return Coding::identity;
    return accepted;
}

void pack_answer(Response& response, Coding coding) {
    response.headers.emplace_back("Vary", "Accept-Encoding");
    auto packed = pack(coding, response.body);
    if (packed.size() >= response.body.size()) return;
    response.body = std::move(packed);
    response.headers.emplace_back("Content-Encoding", coding_name(coding));
}

Response plain_refusal(int status, std::string_view detail) {
    // Details are our own literals: nothing in them needs escaping.
    Response response{
        status,
        {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
        fmt::format(R"({{"title":"{}","status":{},"code":"{}","detail":"{}"}})", status_phrase(status), status, slug_of(status), detail)};
    if (status == 503) response.headers.emplace_back("Retry-After", "1");
    return response;
}

}  // namespace lastmile::http
