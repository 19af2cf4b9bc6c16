#pragma once
// Where pictures, signatures, documents and import files lie: an immutable blob per key, uploaded and fetched straight by signed URLs.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/base/result.hpp"
#include "platform/http/message.hpp"

namespace lastmile::blobs {

struct BlobInfo {
    std::string key;
    std::size_t size = 0;
    std::string content_type{};
    std::string sha256{};        // lower-case hex; empty where the store does not tell (lists)
    Instant stored_at{};
};

struct Blob {
    BlobInfo info;
    std::string bytes;
};

/// What an upload has declared, and is held to.
struct UploadTerms {
    std::string key;
    std::size_t size = 0;
    std::string content_type;
    std::string sha256;          // lower-case hex
};

struct SignedUpload {
    std::string method;
    std::string url;
    http::Headers headers;       // the client must send exactly these
    Instant expires_at;
};

/// Calls block (disk or network): not on an I/O thread. Refuses: `invalid` for a key or terms that are none, `not_found`, `conflict` for a
/// key that holds something else, `overloaded` when the storage fails. Never throws for these.
class BlobStore {
public:
    virtual ~BlobStore() = default;
    /// Stores, durable when it returns. The same bytes again are no error.
    virtual Result<BlobInfo> put(std::string_view key, std::string_view bytes, std::string_view content_type) = 0;
    virtual Result<Blob> get(std::string_view key) = 0;
    virtual Result<BlobInfo> head(std::string_view key) = 0;
    /// No error when there is none.
    virtual Result<void> remove(std::string_view key) = 0;
    /// Keys after `after` in order, at most `limit`: who collects orphans compares them with the rows that refer to them.
    virtual Result<std::vector<BlobInfo>> list(std::string_view prefix, std::string_view after, std::size_t limit) = 0;

    virtual Result<SignedUpload> sign_upload(const UploadTerms& terms, Instant machine_now, std::chrono::seconds lifetime) = 0;
    virtual Result<std::string> sign_download(std::string_view key, Instant machine_now, std::chrono::seconds lifetime) = 0;

    /// That what was uploaded is what was declared: size, type and hash of the stored bytes. Refuses `invalid` naming what differs.
    Result<BlobInfo> verify(const UploadTerms& terms);
};

/// One to eight segments of [A-Za-z0-9_-] joined by `/`, at most 200 characters: safe in a path, a URL and an S3 key as it is.
bool valid_key(std::string_view key);
/// A media type without line breaks and quotes, at most 100 characters.
bool valid_content_type(std::string_view type);
Result<void> check_terms(const UploadTerms& terms);

}  // namespace lastmile::blobs
