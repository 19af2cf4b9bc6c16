#pragma once
// One blob as a file. Internal.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "platform/blobs/blobs.hpp"

namespace lastmile::blobs {

/// What went wrong with the disk, as errno says it; not for strangers.
struct DiskFault {
    std::string what;
};

/// Writes and syncs; the file is there afterwards, whole. Throws DiskFault.
void write_blob_file(const std::filesystem::path& file, const BlobInfo& info, std::string_view bytes);

/// Open for reading; nullopt when there is none. Throws DiskFault when it is there and not readable, or not one of ours.
class BlobFile {
public:
    static std::optional<BlobFile> open(const std::filesystem::path& file, std::string key);
    BlobFile(BlobFile&& other) noexcept;
    BlobFile& operator=(BlobFile&&) = delete;
    ~BlobFile();
    const BlobInfo& info() const { return info_; }
    /// `from` + `size` within the blob. Throws DiskFault.
    std::string read(std::size_t from, std::size_t size) const;

private:
    BlobFile(int descriptor, BlobInfo info, std::size_t start) : descriptor_(descriptor), info_(std::move(info)), start_(start) {}
    int descriptor_;
    BlobInfo info_;
    std::size_t start_;
};

}  // namespace lastmile::blobs
