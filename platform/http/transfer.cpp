#include "platform/http/transfer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include "platform/http/text.hpp"

namespace lastmile::http {
namespace {

constexpr std::size_t max_header_bytes = 64 * 1024;
constexpr long max_redirects = 5;

std::optional<AddressBytes> bytes_of(const sockaddr& address) {
    AddressBytes bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        std::memcpy(bytes.data() + 12, &v4.sin_addr, 4);
    } else if (address.sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        std::memcpy(bytes.data(), &v6.sin6_addr, 16);
    } else {
        return std::nullopt;
    }
    return bytes;
}

std::string url_part(CURLU* url, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
    std::string copy(text);
    curl_free(text);
    return copy;
}

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::strchr("!#$%&'*+-.^_`|~", c) != nullptr;
    });
}

}  // namespace

Transfer::Transfer(ClientRequest request, std::function<void(ClientResult)> then)
    : request_(std::move(request)), then_(std::move(then)), easy_(curl_easy_init()), url_(curl_url()) {}

Transfer::~Transfer() {
    curl_easy_cleanup(easy_);
    curl_url_cleanup(url_);
    curl_slist_free_all(headers_);
}

bool Transfer::check_url() {
    if (!easy_ || !url_ || curl_url_set(url_, CURLUPART_URL, request_.url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
        end(ClientFault::invalid_request, "the URL is not well-formed");
        return false;
    }
    const auto scheme = url_part(url_, CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") {
        end(ClientFault::invalid_request, "only http and https URLs are called");
        return false;
    }
    if (!url_part(url_, CURLUPART_USER).empty() || !url_part(url_, CURLUPART_PASSWORD).empty()) {
        end(ClientFault::invalid_request, "a URL with user or password is not called");
        return false;
    }
    host_ = scheme + "://" + url_part(url_, CURLUPART_HOST) + ":" + url_part(url_, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    return true;
}

bool Transfer::check_headers() {
    for (const auto& [name, value] : request_.headers) {
        if (!is_token(name) || value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
            end(ClientFault::invalid_request, "a header field is not well-formed");
            return false;
        }
        // libcurl's spelling of an empty value is a semicolon.
        headers_ = curl_slist_append(headers_, value.empty() ? (name + ";").c_str() : (name + ": " + value).c_str());
    }
    const auto has = [&](std::string_view name) {
        return std::ranges::any_of(request_.headers, [&](const auto& field) { return same_ignoring_case(field.first, name); });
    };
    headers_ = curl_slist_append(headers_, "Expect:");   // waiting for 100 costs a round trip, or a second where it is not known
    if (!has("content-type")) headers_ = curl_slist_append(headers_, "Content-Type:");
    return true;
}

bool Transfer::prepare(const std::string& user_agent) {
    for (const auto& text : request_.allow_private_networks) {
        const auto network = parse_network(text);
        if (!network) return end(ClientFault::invalid_request, "an allowed network is not a CIDR block"), false;
        allowed_.push_back(*network);
    }
    if (!is_token(request_.method)) return end(ClientFault::invalid_request, "the method is not well-formed"), false;
    if (!check_url() || !check_headers()) return false;

    const auto set = [this](CURLoption option, auto value) { curl_easy_setopt(easy_, option, value); };
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_CURLU, url_);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, request_.follow_redirects ? 1L : 0L);
    set(CURLOPT_MAXREDIRS, max_redirects);
    set(CURLOPT_PROXY, "");            // one from the environment would connect in our place, past the check
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request_.timeout.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect_timeout.count()));
    set(CURLOPT_USERAGENT, user_agent.c_str());
    set(CURLOPT_HTTPHEADER, headers_);
    set(CURLOPT_ACCEPT_ENCODING, "gzip, br");
    set(CURLOPT_ERRORBUFFER, error_);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (request_.once) set(CURLOPT_FRESH_CONNECT, 1L);
    if (!request_.ca_file.empty()) set(CURLOPT_CAINFO, request_.ca_file.c_str());
    // The address is checked where it is used: as the socket is made (after DNS, so rebinding finds nothing), and again before the
    // request goes out, since a connection kept by a call with more rights must not serve one with fewer.
    set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
    set(CURLOPT_OPENSOCKETDATA, this);
    set(CURLOPT_PREREQFUNCTION, &Transfer::before_request);
    set(CURLOPT_PREREQDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Transfer::take_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Transfer::take_body);
    set(CURLOPT_WRITEDATA, this);
    if (request_.method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
    } else if (request_.method != "GET" || !request_.body.empty()) {
        if (!request_.body.empty() || request_.method == "POST" || request_.method == "PUT" || request_.method == "PATCH") {
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
            set(CURLOPT_POSTFIELDS, request_.body.c_str());
        }
        set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }
    return true;
}

curl_socket_t Transfer::open_socket(void* self, curlsocktype purpose, curl_sockaddr* address) {
    auto& transfer = *static_cast<Transfer*>(self);
    const auto bytes = purpose == CURLSOCKTYPE_IPCXN ? bytes_of(address->addr) : std::nullopt;
    if (!bytes || !may_reach(*bytes, transfer.allowed_)) {
        transfer.blocked_ = true;
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int Transfer::before_request(void* self, char* address, char*, int, int) {
    auto& transfer = *static_cast<Transfer*>(self);
    const auto bytes = parse_address(address);
    if (bytes && may_reach(*bytes, transfer.allowed_)) return CURL_PREREQFUNC_OK;
    transfer.blocked_ = true;
    return CURL_PREREQFUNC_ABORT;
}

std::size_t Transfer::take_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::string_view line(bytes, size * count);
    transfer.header_bytes_ += line.size();
    if (transfer.header_bytes_ > max_header_bytes) {
        transfer.too_large_ = true;
        return 0;
    }
    if (line.starts_with("HTTP/")) {   // another answer: after 100 Continue, or a redirect
        transfer.result_.headers.clear();
        return line.size();
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return line.size();
    std::string name(trimmed(line.substr(0, colon)));
    std::ranges::transform(name, name.begin(), lower);
    auto value = line.substr(colon + 1);
    while (!value.empty() && (value.back() == '\r' || value.back() == '\n')) value.remove_suffix(1);
    transfer.result_.headers.emplace_back(std::move(name), trimmed(value));
    return line.size();
}

std::size_t Transfer::take_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.body_bytes_ += size * count;
    if (transfer.body_bytes_ > transfer.request_.max_response_bytes) {
        transfer.too_large_ = true;
        return 0;
    }
    if (transfer.request_.sink) {
        long status = 0;
        curl_easy_getinfo(transfer.easy_, CURLINFO_RESPONSE_CODE, &status);
        if (status / 100 == 2) return transfer.request_.sink({bytes, size * count}) ? size * count : 0;
    }
    transfer.result_.body.append(bytes, size * count);
    return size * count;
}

ClientFault Transfer::fault_of(CURLcode outcome) const {
    if (too_large_) return ClientFault::too_large;
    switch (outcome) {
        case CURLE_OK: return ClientFault::none;
        case CURLE_COULDNT_RESOLVE_HOST: return ClientFault::dns;
        case CURLE_COULDNT_CONNECT: return blocked_ ? ClientFault::blocked_address : ClientFault::refused;
        case CURLE_ABORTED_BY_CALLBACK: return blocked_ ? ClientFault::blocked_address : ClientFault::broken;
        case CURLE_OPERATION_TIMEDOUT: return ClientFault::timeout;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR: return ClientFault::tls;
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT: return ClientFault::invalid_request;
        default: return ClientFault::broken;
    }
}

void Transfer::finish(CURLcode outcome) {
    curl_off_t microseconds = 0;
    char* address = nullptr;
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_TOTAL_TIME_T, &microseconds);
    curl_easy_getinfo(easy_, CURLINFO_PRIMARY_IP, &address);
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    result_.took = std::chrono::milliseconds(microseconds / 1000);
    if (address) result_.address = address;
    const auto fault = fault_of(outcome);
    if (fault == ClientFault::none)
        result_.status = static_cast<int>(status);
    else
        end(fault, fault == ClientFault::blocked_address ? "the address is not on the public internet and not allowed"
                   : fault == ClientFault::too_large     ? "the answer is too large"
                   : error_[0]                           ? error_
                                                         : curl_easy_strerror(outcome));
}

void Transfer::end(ClientFault fault, std::string detail) {
    result_.fault = fault;
    result_.detail = std::move(detail);
    result_.status = 0;
    result_.headers.clear();
    result_.body.clear();
}

void Transfer::deliver() { std::exchange(then_, nullptr)(std::move(result_)); }

}  // namespace lastmile::http
