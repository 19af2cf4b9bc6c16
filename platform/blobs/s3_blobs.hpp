#pragma once
// A store that speaks S3 (Amazon, MinIO, R2, Ceph, …), by Signature V4 through the outgoing client.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/blobs/blobs.hpp"
#include "platform/crypto/sigv4.hpp"
#include "platform/http/client.hpp"

namespace lastmile::blobs {

struct S3Options {
    std::string endpoint;                 // `https://s3.eu-central-1.amazonaws.com`, `http://minio:9000`; no path
    std::string bucket;
    std::string region = "us-east-1";
    crypto::AwsCredentials credentials;
    bool path_style = true;               // `endpoint/bucket/key`; false: `bucket.endpoint/key`
    std::string prefix{};                 // before every key, with its `/`
    std::size_t max_blob_bytes = 25 * 1024 * 1024;
    std::vector<std::string> allow_private_networks{};   // where a store inside the house lies
    std::chrono::milliseconds timeout{30'000};
    std::function<Instant()> machine_now{};
};

/// Uploads carry `x-amz-checksum-sha256`, which the store checks itself where it knows it, and `x-amz-meta-sha256`, which it keeps: the
/// header is signed, so it says what was declared. verify() trusts the store's checksum only, and reads and hashes where there is none.
class S3Blobs final : public BlobStore {
public:
    /// Throws std::runtime_error when the endpoint is no http(s) URL without path.
    S3Blobs(S3Options options, http::Client& client);
    Result<BlobInfo> put(std::string_view key, std::string_view bytes, std::string_view content_type) override;
    Result<Blob> get(std::string_view key) override;
    Result<BlobInfo> head(std::string_view key) override;
    Result<void> remove(std::string_view key) override;
    Result<std::vector<BlobInfo>> list(std::string_view prefix, std::string_view after, std::size_t limit) override;
    Result<SignedUpload> sign_upload(const UploadTerms& terms, Instant machine_now, std::chrono::seconds lifetime) override;
    Result<std::string> sign_download(std::string_view key, Instant machine_now, std::chrono::seconds lifetime) override;

private:
    crypto::AwsRequest request(std::string_view method, std::string_view key) const;
    http::ClientResult call(crypto::AwsRequest request, std::string body);

    S3Options options_;
    http::Client& client_;
    std::string scheme_, host_;
};

}  // namespace lastmile::blobs
