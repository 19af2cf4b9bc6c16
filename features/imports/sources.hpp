#pragma once
// Where an import's lines may be fetched from: https, and buckets of an S3-compatible store that the operator has opened to a tenant.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/base/result.hpp"
#include "platform/crypto/sigv4.hpp"
#include "platform/http/client.hpp"
#include "platform/http/spooled_body.hpp"

namespace lastmile {

/// The app makes one from the settings and puts it among the services.
struct ImportSources {
    struct S3 {
        std::string endpoint{};  // empty: s3:// is refused
        std::string region = "us-east-1";
        crypto::AwsCredentials credentials{};
        bool path_style = true;
        std::vector<std::string> buckets{};  // `bucket` (every tenant), `tenant=bucket`
        std::vector<std::string> allow_private_networks{};
    };
    http::Client* client = nullptr;
    std::string spool_folder{};
    S3 s3{};
    std::vector<std::string> allow_private_networks{};  // besides the tenant's policy; --dev: loopback
    bool allow_http = false;                            // --dev
    std::function<Instant()> machine_now{};
    std::size_t most_bytes = 2ull * 1024 * 1024 * 1024;
};

namespace imports {

/// *Refuses* invalid_request at #/source_url: another scheme, no bucket or key, no store set up, a bucket that is not this tenant's.
Result<void> check_source(const ImportSources& sources, const std::string& url, const std::string& tenant);

/// Fetches it onto the disk. Blocks; `stop` ends it early (then nothing is answered). *Refuses* source_unreachable with what went wrong.
Result<std::unique_ptr<http::SpooledBody>> fetch(const ImportSources& sources, const std::string& url, const std::vector<std::string>& allowed_networks,
                                                 const std::function<bool()>& stop);

}  // namespace imports
}  // namespace lastmile
