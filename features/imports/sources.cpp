#include "features/imports/sources.hpp"

#include <algorithm>
#include <future>

#include "features/reasons/reasons.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::imports {
namespace {

constexpr Reason unreachable{"source_unreachable", 422, "The source cannot be fetched", "See that source_url answers to a GET of anybody, or that the bucket is readable."};
constexpr auto longest_fetch = std::chrono::hours{2};
constexpr std::string_view s3_scheme = "s3://";

struct S3Place {
    std::string bucket, key;
};
std::optional<S3Place> s3_place(std::string_view url) {
    if (!url.starts_with(s3_scheme)) return std::nullopt;
    url.remove_prefix(s3_scheme.size());
    const auto slash = url.find('/');
    if (slash == 0 || slash == url.npos || slash + 1 == url.size()) return std::nullopt;
    const auto bucket = url.substr(0, slash);
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
    if (bucket.size() < 3 || bucket.size() > 63 || !std::ranges::all_of(bucket, fits)) return std::nullopt;
    return S3Place{std::string(bucket), std::string(url.substr(slash + 1))};
}

std::unexpected<Error> bad(std::string code, std::string detail) {
    return refuse(reasons::invalid, "The source cannot be taken.", {{"#/source_url", std::move(code), std::move(detail)}});
}

bool opened(const std::vector<std::string>& buckets, const std::string& bucket, const std::string& tenant) {
    return std::ranges::any_of(buckets, [&](const std::string& entry) { return entry == bucket || entry == tenant + "=" + bucket; });
}

/// The signed GET of an object.
http::ClientRequest s3_request(const ImportSources& sources, const S3Place& place) {
    const auto& s3 = sources.s3;
    const auto at = s3.endpoint.find("://");
    auto host = s3.endpoint.substr(at + 3);
    const auto scheme = s3.endpoint.substr(0, at);
    if (const std::string own = scheme == "https" ? ":443" : ":80"; host.ends_with(own)) host.resize(host.size() - own.size());
    crypto::AwsRequest request{.method = "GET", .scheme = scheme, .host = s3.path_style ? host : place.bucket + "." + host,
                               .path = s3.path_style ? "/" + place.bucket + "/" + place.key : "/" + place.key};
    auto headers = crypto::sign_s3(request, s3.credentials, s3.region, sources.machine_now(), crypto::to_hex(crypto::view(crypto::sha256(""))));
    return {.url = crypto::aws_url(request), .headers = std::move(headers), .allow_private_networks = s3.allow_private_networks};
}

}  // namespace

Result<void> check_source(const ImportSources& sources, const std::string& url, const std::string& tenant) {
    if (url.starts_with(s3_scheme)) {
        const auto place = s3_place(url);
        if (!place) return bad("invalid_format", "must be s3://bucket/key");
        if (sources.s3.endpoint.empty()) return bad("not_set_up", "no S3 store is set up here (settings s3.endpoint, s3.import_buckets): upload the lines, or give an https URL");
        if (!opened(sources.s3.buckets, place->bucket, tenant)) return bad("not_allowed", "this bucket is not opened to imports of this tenant (setting s3.import_buckets)");
        return {};
    }
    if (url.starts_with("https://") || (sources.allow_http && url.starts_with("http://"))) return {};
    return bad("invalid_format", "must be an https:// or s3:// URL");
}

Result<std::unique_ptr<http::SpooledBody>> fetch(const ImportSources& sources, const std::string& url, const std::vector<std::string>& allowed_networks,
                                                 const std::function<bool()>& stop) {
    const auto place = s3_place(url);
    http::ClientRequest request;
    if (place)
        request = s3_request(sources, *place);
    else
        request = {.url = url, .allow_private_networks = allowed_networks, .follow_redirects = true};
    request.timeout = longest_fetch;
    request.max_response_bytes = sources.most_bytes;
    auto body = std::make_unique<http::SpooledBody>(sources.spool_folder);
    bool full = false;
    request.sink = [&](std::string_view bytes) { return !stop() && !(full = !body->append(bytes)); };
    std::promise<http::ClientResult> promise;
    auto future = promise.get_future();
    sources.client->send(std::move(request), [&](http::ClientResult result) { promise.set_value(std::move(result)); });
    const auto result = future.get();
    if (result.fault == http::ClientFault::none && result.status / 100 == 2) return body;
    if (full) return refuse(reasons::overloaded, "The disk takes no more.");
    Error error{&unreachable, "", {}, {}};
    error.detail = result.fault == http::ClientFault::none ? "It answered with status " + std::to_string(result.status) + "."
                                                            : std::string(http::fault_name(result.fault)) + ": " + result.detail;
    error.extras["fault"] = http::fault_name(result.fault);
    if (result.status) error.extras["source_status"] = result.status;
    return std::unexpected(std::move(error));
}

}  // namespace lastmile::imports
