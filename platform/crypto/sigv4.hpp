#pragma once
// AWS Signature Version 4 for S3: presigned URLs (in the query) and signed requests (in headers).
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/clock.hpp"

namespace lastmile::crypto {

struct AwsCredentials {
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token{};   // temporary credentials; may be empty
};

using NameValues = std::vector<std::pair<std::string, std::string>>;

struct AwsRequest {
    std::string method;
    std::string scheme = "https";
    std::string host;               // with a port that is not the scheme's own
    std::string path;               // not encoded
    NameValues query{};
    NameValues headers{};           // to be signed besides `host`; the client must send exactly these
};

/// A URL good until `now` + `expires` (1 s to 7 days, else std::invalid_argument). The payload stays unsigned; bind an upload by the
/// headers `content-type`, `content-length`, `x-amz-checksum-sha256`.
std::string presign_s3(const AwsRequest& request, const AwsCredentials& who, std::string_view region, Instant now,
                       std::chrono::seconds expires);

/// The headers to send (`authorization`, `x-amz-date`, `x-amz-content-sha256`, `host` is left to the client) for a body with this hash.
NameValues sign_s3(const AwsRequest& request, const AwsCredentials& who, std::string_view region, Instant now,
                   std::string_view body_sha256_hex);

/// The URL of a request, encoded as it was signed.
std::string aws_url(const AwsRequest& request);

/// RFC 3986: everything but unreserved becomes %XX; `/` stays when `keep_slash`.
std::string percent_encode(std::string_view text, bool keep_slash);

}  // namespace lastmile::crypto
