#pragma once
// The embedded store: a file per blob in the data folder, its own signed URLs, served by our own server.
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "platform/blobs/blobs.hpp"
#include "platform/crypto/keyring.hpp"

namespace lastmile::blobs {

struct FileBlobOptions {
    std::filesystem::path folder;
    crypto::Keyring keys;
    std::string public_url{};                   // `https://host`, before the path of signed URLs; empty: URLs are paths
    std::size_t max_blob_bytes = 25 * 1024 * 1024;
    std::size_t max_waiting = 256;              // requests for serve() that may wait for the disk; more are answered 503
    int threads = 2;
    std::function<Instant()> machine_now{};       // of signed URLs
};

/// A file begins with one line (format, hash, size, type), then the bytes. Written beside, synced, renamed: it is whole or not there.
class FileBlobs final : public BlobStore {
public:
    /// Makes the folder; throws std::runtime_error when it cannot. Removes what an interrupted upload left.
    explicit FileBlobs(FileBlobOptions options);
    ~FileBlobs() override;

    Result<BlobInfo> put(std::string_view key, std::string_view bytes, std::string_view content_type) override;
    Result<Blob> get(std::string_view key) override;
    Result<BlobInfo> head(std::string_view key) override;
    Result<void> remove(std::string_view key) override;
    Result<std::vector<BlobInfo>> list(std::string_view prefix, std::string_view after, std::size_t limit) override;
    Result<SignedUpload> sign_upload(const UploadTerms& terms, Instant machine_now, std::chrono::seconds lifetime) override;
    Result<std::string> sign_download(std::string_view key, Instant machine_now, std::chrono::seconds lifetime) override;

    /// Answers PUT, GET and HEAD of signed URLs, on threads of its own; false for other paths. Nothing else authorises them: no token is
    /// looked at. Takes the request when true. PUT: 201, or 200 for what was there. GET knows one byte range, `If-None-Match`.
    bool serve(http::Request& request, std::shared_ptr<http::Responder> responder);
    /// For http::Options::body_limit: what a PUT of a blob may bring.
    std::size_t max_blob_bytes() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace lastmile::blobs
