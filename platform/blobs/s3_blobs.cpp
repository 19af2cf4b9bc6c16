#include "platform/blobs/s3_blobs.hpp"

#include <charconv>
#include <future>
#include <stdexcept>

#include "platform/base/reasons.hpp"
#include "platform/blobs/s3_list.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"
#include "platform/observe/log.hpp"

namespace lastmile::blobs {
namespace {

std::string hash_of(std::string_view bytes) { return crypto::to_hex(crypto::view(crypto::sha256(bytes))); }
std::string base64_of_hex(std::string_view hex) { return crypto::to_base64(crypto::from_hex(hex).value_or("")); }

std::unexpected<Error> storage_refusal(const http::ClientResult& result) {
    observe::error("the S3 store fails", {{"fault", http::fault_name(result.fault)}, {"status", result.status}, {"detail", result.detail}});
    return refuse(reasons::overloaded, "the storage cannot take this now");
}

/// Sun, 06 Nov 1994 08:49:37 GMT
Instant http_instant(std::string_view text) {
    static constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text.size() != 29) return {};
    const auto month = months.find(text.substr(8, 3));
    if (month == std::string_view::npos) return {};
    const auto number = std::to_string(month / 3 + 101).substr(1);
    const auto iso =
        std::string(text.substr(12, 4)) + "-" + number + "-" + std::string(text.substr(5, 2)) + "T" + std::string(text.substr(17, 8)) + "Z";
    return parse_rfc3339(iso).value_or(Instant{});
}

}  // namespace

S3Blobs::S3Blobs(S3Options options, http::Client& client) : options_(std::move(options)), client_(client) {
    const auto at = options_.endpoint.find("://");
    scheme_ = options_.endpoint.substr(0, at);
    host_ = at == std::string::npos ? "" : options_.endpoint.substr(at + 3);
    if (host_.ends_with('/')) host_.pop_back();
    if ((scheme_ != "http" && scheme_ != "https") || host_.empty() || host_.find_first_of("/?#@") != std::string::npos)
        throw std::runtime_error("the S3 endpoint must be http(s)://host without path: " + options_.endpoint);
    // The port that belongs to the scheme is not part of the signed host.
    if (const std::string own = scheme_ == "https" ? ":443" : ":80"; host_.ends_with(own)) host_.resize(host_.size() - own.size());
    if (!options_.path_style) host_ = options_.bucket + "." + host_;
}

crypto::AwsRequest S3Blobs::request(std::string_view method, std::string_view key) const {
    auto path = options_.path_style ? "/" + options_.bucket : std::string();
    if (!key.empty()) path += "/" + options_.prefix + std::string(key);
    return {.method = std::string(method), .scheme = scheme_, .host = host_, .path = path.empty() ? "/" : path};
}

http::ClientResult S3Blobs::call(crypto::AwsRequest request, std::string body) {
    auto headers = crypto::sign_s3(request, options_.credentials, options_.region, options_.machine_now(), hash_of(body));
    std::promise<http::ClientResult> promise;
    auto future = promise.get_future();
    client_.send({.method = request.method, .url = crypto::aws_url(request), .headers = std::move(headers), .body = std::move(body),
                  .timeout = options_.timeout, .max_response_bytes = options_.max_blob_bytes + 1024 * 1024,
                  .allow_private_networks = options_.allow_private_networks},
                 [&promise](http::ClientResult result) { promise.set_value(std::move(result)); });
    return future.get();
}

Result<BlobInfo> S3Blobs::put(std::string_view key, std::string_view bytes, std::string_view content_type) {
    BlobInfo info{std::string(key), bytes.size(), std::string(content_type), hash_of(bytes), options_.machine_now()};
    if (auto checked = check_terms({info.key, info.size, info.content_type, info.sha256}); !checked)
        return std::unexpected(checked.error());
    if (bytes.size() > options_.max_blob_bytes) return refuse(reasons::too_large, "the file is larger than the store takes");
    if (auto there = head(key)) {
        if (there->sha256.empty()) {
            const auto blob = get(key);
            if (!blob) return std::unexpected(blob.error());
            there->sha256 = hash_of(blob->bytes);
        }
        if (there->sha256 == info.sha256 && there->content_type == info.content_type) return there;
        return refuse(reasons::conflict, "the key holds another file");
    } else if (there.error().reason != &reasons::not_found) {
        return there;
    }
    auto to = request("PUT", key);
    to.headers = {
        {"content-type", info.content_type}, {"x-amz-checksum-sha256", base64_of_hex(info.sha256)}, {"x-amz-meta-sha256", info.sha256}};
    const auto result = call(std::move(to), std::string(bytes));
    if (result.status != 200) return storage_refusal(result);
    return info;
}

Result<BlobInfo> S3Blobs::head(std::string_view key) {
    if (!valid_key(key)) return refuse(reasons::invalid, "not a key");
    auto to = request("HEAD", key);
    to.headers = {{"x-amz-checksum-mode", "ENABLED"}};
    const auto result = call(std::move(to), "");
    if (result.status == 404) return refuse(reasons::not_found, "there is no such file");
    if (result.status != 200) return storage_refusal(result);
    BlobInfo info{.key = std::string(key), .content_type = std::string(result.header("content-type"))};
    const auto size = result.header("content-length");
    std::from_chars(size.data(), size.data() + size.size(), info.size);
    if (const auto sum = crypto::from_base64(result.header("x-amz-checksum-sha256")); sum && sum->size() == 32)
        info.sha256 = crypto::to_hex(*sum);
    info.stored_at = http_instant(result.header("last-modified"));
    return info;
}

Result<Blob> S3Blobs::get(std::string_view key) {
    if (!valid_key(key)) return refuse(reasons::invalid, "not a key");
    auto result = call(request("GET", key), "");
    if (result.status == 404) return refuse(reasons::not_found, "there is no such file");
    if (result.status != 200) return storage_refusal(result);
    Blob blob{{.key = std::string(key), .size = result.body.size(), .content_type = std::string(result.header("content-type"))},
              std::move(result.body)};
    blob.info.sha256 = hash_of(blob.bytes);
    blob.info.stored_at = http_instant(result.header("last-modified"));
    return blob;
}

Result<void> S3Blobs::remove(std::string_view key) {
    if (!valid_key(key)) return refuse(reasons::invalid, "not a key");
    const auto result = call(request("DELETE", key), "");
    if (result.status != 204 && result.status != 200 && result.status != 404) return storage_refusal(result);
    return {};
}

Result<std::vector<BlobInfo>> S3Blobs::list(std::string_view prefix, std::string_view after, std::size_t limit) {
    std::vector<BlobInfo> found;
    std::string from(after);
    while (found.size() < limit) {
        auto to = request("GET", "");
        const auto page = std::min<std::size_t>(limit - found.size(), 1000);
        to.query = {{"list-type", "2"}, {"max-keys", std::to_string(page)}, {"prefix", options_.prefix + std::string(prefix)}};
        if (!from.empty()) to.query.emplace_back("start-after", options_.prefix + from);
        const auto result = call(std::move(to), "");
        if (result.status != 200) return storage_refusal(result);
        auto entries = parse_s3_list(result.body);
        if (!entries) return storage_refusal(result);
        for (auto& entry : *entries) {
            from = entry.key.substr(std::min(entry.key.size(), options_.prefix.size()));
            entry.key = from;
            if (valid_key(entry.key) && found.size() < limit) found.push_back(std::move(entry));
        }
        if (entries->size() < page) break;
    }
    return found;
}

Result<SignedUpload> S3Blobs::sign_upload(const UploadTerms& terms, Instant machine_now, std::chrono::seconds lifetime) {
    if (auto checked = check_terms(terms); !checked) return std::unexpected(checked.error());
    if (terms.size > options_.max_blob_bytes)
        return refuse(reasons::too_large, "the file is larger than the store takes", {{"#/size", "out_of_range", "too large"}});
    auto to = request("PUT", terms.key);
    to.headers = {{"content-type", terms.content_type}, {"content-length", std::to_string(terms.size)},
                  {"x-amz-checksum-sha256", base64_of_hex(terms.sha256)}, {"x-amz-meta-sha256", terms.sha256}};
    const auto url = crypto::presign_s3(to, options_.credentials, options_.region, machine_now, lifetime);
    // Content-Length is set by every client itself; a browser refuses to have it set.
    http::Headers headers;
    for (auto& field : to.headers)
        if (field.first != "content-length") headers.push_back(std::move(field));
    return SignedUpload{"PUT", url, std::move(headers), machine_now + lifetime};
}

Result<std::string> S3Blobs::sign_download(std::string_view key, Instant machine_now, std::chrono::seconds lifetime) {
    if (!valid_key(key)) return refuse(reasons::invalid, "not a key");
    return crypto::presign_s3(request("GET", key), options_.credentials, options_.region, machine_now, lifetime);
}

}  // namespace lastmile::blobs
