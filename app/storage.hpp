#pragma once
// Where files lie: proofs and documents in the data folder or in a bucket of an S3-compatible store, imports in buckets opened to tenants.
#include <memory>
#include <optional>

#include "app/config.hpp"
#include "features/imports/sources.hpp"
#include "platform/blobs/file_blobs.hpp"
#include "platform/blobs/s3_blobs.hpp"

namespace lastmile::app {

std::vector<std::string> split(const std::string& list);

/// Throws std::runtime_error naming the setting that is wrong.
ImportSources import_sources(const Config& config, const std::string& spool_folder, http::Client& client);
/// The bucket of the setting s3.bucket; nullptr without it. Throws as above.
std::unique_ptr<blobs::S3Blobs> proof_bucket(const Config& config, http::Client& client);

/// The store of proofs and documents that the settings name.
class Storage {
public:
    Storage(const Config& config, const std::string& folder, const crypto::Keyring& keys, http::Client& client);
    blobs::BlobStore& files();
    /// Uploads and downloads under our own signed URLs; false when the path is not ours to serve, or a bucket serves them.
    bool serve(http::Request& request, std::shared_ptr<http::Responder> responder) { return folder_ && folder_->serve(request, std::move(responder)); }
    std::size_t max_blob_bytes() const { return folder_ ? folder_->max_blob_bytes() : 0; }
    /// Where browsers fetch files and put them, for the pages' Content-Security-Policy; empty: from ourselves.
    const std::string& origin() const { return origin_; }

private:
    std::unique_ptr<blobs::S3Blobs> bucket_;
    std::unique_ptr<blobs::FileBlobs> folder_;
    std::string origin_;
};

}  // namespace lastmile::app
