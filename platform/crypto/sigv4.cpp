#include "platform/crypto/sigv4.hpp"

#include <algorithm>
#include <stdexcept>

#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::crypto {
namespace {

struct Scope {
    std::string timestamp;   // yyyymmddThhmmssZ
    std::string text;        // yyyymmdd/region/s3/aws4_request
    std::string date() const { return timestamp.substr(0, 8); }
};

Scope scope_of(Instant now, std::string_view region) {
    std::string stamp;
    for (const char c : to_rfc3339(std::chrono::floor<std::chrono::seconds>(now)))
        if (c != '-' && c != ':') stamp += c;
    return {stamp, stamp.substr(0, 8) + "/" + std::string(region) + "/s3/aws4_request"};
}

std::string join_query(NameValues query) {
    for (auto& [name, value] : query) {
        name = percent_encode(name, false);
        value = percent_encode(value, false);
    }
    std::ranges::sort(query);   // by encoded name, then value
    std::string text;
    for (const auto& [name, value] : query) text += (text.empty() ? "" : "&") + name + "=" + value;
    return text;
}

NameValues sorted_headers(const AwsRequest& request) {
    NameValues headers = request.headers;
    headers.emplace_back("host", request.host);
    for (auto& [name, value] : headers)
        std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    std::ranges::sort(headers);
    return headers;
}

std::string names_of(const NameValues& headers) {
    std::string names;
    for (const auto& [name, value] : headers) names += (names.empty() ? "" : ";") + name;
    return names;
}

std::string signature(const AwsRequest& request, const NameValues& headers, const NameValues& query, std::string_view payload,
                      const Scope& scope, const AwsCredentials& who, std::string_view region) {
    std::string canonical = request.method + "\n" + percent_encode(request.path, true) + "\n" + join_query(query) + "\n";
    for (const auto& [name, value] : headers) canonical += name + ":" + value + "\n";
    canonical += "\n" + names_of(headers) + "\n" + std::string(payload);
    const auto to_sign = "AWS4-HMAC-SHA256\n" + scope.timestamp + "\n" + scope.text + "\n" + to_hex(view(sha256(canonical)));
    auto key = hmac_sha256("AWS4" + who.secret_access_key, scope.date());
    key = hmac_sha256(view(key), region);
    key = hmac_sha256(view(key), "s3");
    key = hmac_sha256(view(key), "aws4_request");
    return to_hex(view(hmac_sha256(view(key), to_sign)));
}

}  // namespace

std::string percent_encode(std::string_view text, bool keep_slash) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~' ||
            (c == '/' && keep_slash)) {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

std::string aws_url(const AwsRequest& request) {
    const auto query = join_query(request.query);
    return request.scheme + "://" + request.host + percent_encode(request.path, true) + (query.empty() ? "" : "?" + query);
}

std::string presign_s3(const AwsRequest& request, const AwsCredentials& who, std::string_view region, Instant now,
                       std::chrono::seconds expires) {
    if (expires.count() < 1 || expires.count() > 604800) throw std::invalid_argument("a presigned URL lives from 1 s to 7 days");
    const auto scope = scope_of(now, region);
    const auto headers = sorted_headers(request);
    auto query = request.query;
    query.emplace_back("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
    query.emplace_back("X-Amz-Credential", who.access_key_id + "/" + scope.text);
    query.emplace_back("X-Amz-Date", scope.timestamp);
    query.emplace_back("X-Amz-Expires", std::to_string(expires.count()));
    query.emplace_back("X-Amz-SignedHeaders", names_of(headers));
    if (!who.session_token.empty()) query.emplace_back("X-Amz-Security-Token", who.session_token);
    const auto proof = signature(request, headers, query, "UNSIGNED-PAYLOAD", scope, who, region);
    auto signed_request = request;
    signed_request.query = std::move(query);
    return aws_url(signed_request) + "&X-Amz-Signature=" + proof;
}

NameValues sign_s3(const AwsRequest& request, const AwsCredentials& who, std::string_view region, Instant now,
                   std::string_view body_sha256_hex) {
    const auto scope = scope_of(now, region);
    auto full = request;
    full.headers.emplace_back("x-amz-date", scope.timestamp);
    full.headers.emplace_back("x-amz-content-sha256", body_sha256_hex);
    if (!who.session_token.empty()) full.headers.emplace_back("x-amz-security-token", who.session_token);
    const auto headers = sorted_headers(full);
    const auto proof = signature(full, headers, request.query, body_sha256_hex, scope, who, region);
    full.headers.emplace_back("authorization", "AWS4-HMAC-SHA256 Credential=" + who.access_key_id + "/" + scope.text +
                                                   ", SignedHeaders=" + names_of(headers) + ", Signature=" + proof);
    return full.headers;
}

}  // namespace lastmile::crypto
