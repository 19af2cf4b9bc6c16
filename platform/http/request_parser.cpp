#include "platform/http/request_parser.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>

#include "platform/http/request_head.hpp"
#include "platform/http/text.hpp"

namespace lastmile::http {
namespace {

namespace beast_http = boost::beast::http;
constexpr std::size_t max_fields = 128;

bool host_is_sane(std::string_view host) {
    if (host.empty() || host.size() > 255) return false;
    return std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == ':' ||
               c == '[' || c == ']' || c == '%' || c == '~';
    });
}

Rejection explain(const boost::system::error_code& ec) {
    if (ec == beast_http::error::body_limit) return {413, "the body is larger than this endpoint takes"};
    if (ec == beast_http::error::header_limit) return {431, "the header fields are too large"};
    if (ec == beast_http::error::bad_version) return {505, "this server speaks HTTP/1.1 and HTTP/1.0"};
    if (ec == beast_http::error::bad_content_length || ec == beast_http::error::multiple_content_length)
        return {400, "Content-Length must be one decimal number, and absent with Transfer-Encoding"};
    if (ec == beast_http::error::bad_transfer_encoding) return {400, "Transfer-Encoding must be chunked, once, without Content-Length"};
    if (ec == beast_http::error::bad_chunk || ec == beast_http::error::bad_chunk_extension) return {400, "the chunked body is malformed"};
    return {400, "the request is not well-formed HTTP/1.1"};
}

}  // namespace

HeadScanner::Found HeadScanner::scan(std::string_view bytes) {
    for (;;) {
        const auto end = bytes.find('\n', at_);
        if (end == std::string_view::npos) return Found::more;
        if (end == 0 || bytes[end - 1] != '\r') return Found::malformed;
        const auto line = bytes.substr(at_, end - 1 - at_);
        if (line.find('\0') != std::string_view::npos || line.find('\r') != std::string_view::npos) return Found::malformed;
        if (lines_ > 0 && !line.empty() && (line[0] == ' ' || line[0] == '\t')) return Found::malformed;
        at_ = end + 1;
        if (line.empty()) return lines_ > 0 ? Found::complete : Found::malformed;
        ++lines_;
    }
}

RequestParser::RequestParser(const Options& options, std::atomic<std::size_t>& buffered) : options_(options), buffered_(buffered) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
}

RequestParser::~RequestParser() { buffered_.fetch_sub(counted_, std::memory_order_relaxed); }

std::size_t RequestParser::feed(std::string_view bytes) {
    // "0\r\n\r\n" is the shortest end of a chunked body. Beast, once it has read "0\r\n", asserts that it is shown five bytes the next time
    // (parse_chunk_header), and a peer that sends four would end the process. Fewer can always wait: more must come.
    if (is_header_done() && chunked() && bytes.size() < 5) return 0;
    boost::system::error_code ec;
    const auto taken = put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
    if (ec && ec != beast_http::error::need_more && rejection.status == 0) rejection = explain(ec);
    return taken;
}

bool RequestParser::announces_body() const {
    if (codings_ > 0) return true;
    return lengths_ > 0 && request.header("content-length").find_first_not_of('0') != std::string_view::npos;
}

void RequestParser::reject(int status, std::string_view detail, ErrorCode& ec) {
    rejection = {status, detail};
    ec = beast_http::error::bad_value;  // any error: stops the parser
}

bool RequestParser::split_target(std::string_view target) {
    if (target.size() > 8 && (target.starts_with("http://") || target.starts_with("https://"))) {
        target.remove_prefix(target.find("//") + 2);
        const auto slash = target.find_first_of("/?");
        authority_ = target.substr(0, slash);
        target = slash == std::string_view::npos ? std::string_view{} : target.substr(slash);
        request.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
        if (!host_is_sane(authority_)) return false;
    } else if (!target.starts_with('/') && !(target == "*" && request.method == "OPTIONS")) {
        return false;
    } else {
        request.target = target;
    }
    for (const char c : request.target)
        if (c <= ' ' || c >= 0x7f || c == '#') return false;
    const auto mark = request.target.find('?');
    request.path = request.target.substr(0, mark);
    if (mark != std::string::npos) request.query = request.target.substr(mark + 1);
    return true;
}

void RequestParser::on_request_impl(beast_http::verb, Text method, Text target, int version, ErrorCode& ec) {
    if (version != 11 && version != 10) return reject(505, "this server speaks HTTP/1.1 and HTTP/1.0", ec);
    if (method.size() > 32) return reject(400, "the method is not one of HTTP's", ec);
    http_version = version;
    request.method.assign(method.data(), method.size());
    if (!split_target({target.data(), target.size()})) return reject(400, "the request target must be a path", ec);
    body_limit_bytes = options_.body_limit ? options_.body_limit(request.method, request.path) : options_.max_body_bytes;
    body_limit(body_limit_bytes);
    if (options_.spool) spool_folder_ = options_.spool(request.method, request.path);
}

void RequestParser::on_field_impl(beast_http::field name, Text name_text, Text value_text, ErrorCode& ec) {
    if (is_header_done()) return;  // trailers end here: merged into the header they would slip past the checks above them
    if (request.headers.size() >= max_fields) return reject(431, "too many header fields", ec);
    const std::string_view value = trimmed({value_text.data(), value_text.size()});
    switch (name) {
        case beast_http::field::host:
            if (++hosts_ > 1 || !host_is_sane(value)) return reject(400, "exactly one valid Host field is needed", ec);
            break;
        case beast_http::field::content_length:
            if (++lengths_ > 1 || codings_ > 0 || value.empty() || value.find_first_not_of("0123456789") != std::string_view::npos)
                return reject(400, "Content-Length must be one decimal number, and absent with Transfer-Encoding", ec);
            break;
        case beast_http::field::transfer_encoding:
            if (++codings_ > 1 || lengths_ > 0 || !same_ignoring_case(value, "chunked"))
                return reject(400, "Transfer-Encoding must be chunked, once, without Content-Length", ec);
            break;
        case beast_http::field::content_encoding: {
            const auto known = parse_coding(value);
            if (!known || coding != Coding::identity) return reject(415, "Content-Encoding must be gzip or br", ec);
            coding = *known;
            break;
        }
        case beast_http::field::expect:
            if (!same_ignoring_case(value, "100-continue")) return reject(417, "the only expectation known is 100-continue", ec);
            expects_continue = true;
            break;
        default: break;
    }
    auto& [key, kept] = request.headers.emplace_back(std::string(name_text.data(), name_text.size()), value);
    std::ranges::transform(key, key.begin(), lower);
}

void RequestParser::on_header_impl(ErrorCode& ec) {
    if (http_version == 11 && hosts_ != 1) return reject(400, "exactly one valid Host field is needed", ec);
    if (http_version == 10 && codings_ > 0) return reject(400, "HTTP/1.0 knows no Transfer-Encoding", ec);
    if (!authority_.empty() && hosts_ == 1 && !same_ignoring_case(authority_, request.header("host")))
        return reject(400, "the Host field contradicts the request target", ec);
    if (!spool_folder_.empty() && coding != Coding::identity) return reject(415, "this endpoint takes its body without Content-Encoding", ec);
    if (http_version == 10) expects_continue = false;
    wants_upgrade = upgrade();
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) {
    if (!spool_folder_.empty()) return;
    // Trusting Content-Length for more would let idle connections hold memory that they never fill.
    if (length) request.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, 256 * 1024)));
}

std::size_t RequestParser::spool(Text body, ErrorCode& ec) {
    try {
        if (!spool_) request.spooled = spool_ = std::make_shared<SpooledBody>(spool_folder_), spool_->admitted = admitted;
    } catch (const std::runtime_error&) {
        return reject(503, "the body cannot be stored now", ec), 0;
    }
    if (SpooledBody::in_all() + body.size() > options_.max_spooled_bytes) return reject(503, "too many request bodies at once", ec), 0;
    if (!spool_->append({body.data(), body.size()})) return reject(503, "the body cannot be stored now", ec), 0;
    return body.size();
}

std::size_t RequestParser::take(Text body, ErrorCode& ec) {
    if (!spool_folder_.empty()) return spool(body, ec);
    counted_ += body.size();
    if (buffered_.fetch_add(body.size(), std::memory_order_relaxed) + body.size() > options_.max_buffered_bytes) {
        reject(503, "too many request bodies at once", ec);
        return 0;
    }
    request.body.append(body.data(), body.size());
    return body.size();
}

}  // namespace lastmile::http
