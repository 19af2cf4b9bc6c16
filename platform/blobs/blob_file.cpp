#include "platform/blobs/blob_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace lastmile::blobs {
namespace {

constexpr std::string_view format = "lastmile-blob-1";
constexpr std::size_t max_head = 512;

[[noreturn]] void fail(const std::string& doing, const std::filesystem::path& file) {
    throw DiskFault{"cannot " + doing + " " + file.string() + ": " + std::strerror(errno)};
}

struct Descriptor {
    int number;
    ~Descriptor() {
        if (number >= 0) ::close(number);
    }
};

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& file) {
    while (!bytes.empty()) {
        const auto count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) fail("write", file);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void sync_folder(const std::filesystem::path& folder) {
    const Descriptor descriptor{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (descriptor.number < 0 || ::fsync(descriptor.number) != 0) fail("sync", folder);
}

/// Makes missing folders, each synced into the one above it.
void make_folders(const std::filesystem::path& folder) {
    if (std::filesystem::exists(folder)) return;
    make_folders(folder.parent_path());
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) fail("make", folder);
    sync_folder(folder.parent_path());
}

}  // namespace

void write_blob_file(const std::filesystem::path& file, const BlobInfo& info, std::string_view bytes) {
    static std::atomic<unsigned> counter{0};
    make_folders(file.parent_path());
    auto beside = file;
    beside += "." + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".part";
    try {
        const Descriptor descriptor{::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
        if (descriptor.number < 0) fail("create", beside);
        const auto head = std::string(format) + " " + info.sha256 + " " + std::to_string(info.size) + " " + info.content_type + "\n";
        write_all(descriptor.number, head, beside);
        write_all(descriptor.number, bytes, beside);
        if (::fsync(descriptor.number) != 0) fail("sync", beside);
        if (::rename(beside.c_str(), file.c_str()) != 0) fail("rename", beside);
        sync_folder(file.parent_path());
    } catch (const DiskFault&) {
        ::unlink(beside.c_str());
        throw;
    }
}

std::optional<BlobFile> BlobFile::open(const std::filesystem::path& file, std::string key) {
    Descriptor descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (descriptor.number < 0) {
        if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
        fail("open", file);
    }
    char head[max_head];
    const auto count = ::pread(descriptor.number, head, sizeof head, 0);
    struct stat status{};
    if (count < 0 || ::fstat(descriptor.number, &status) != 0) fail("read", file);
    const std::string_view text(head, static_cast<std::size_t>(count));
    const auto end = text.find('\n');
    const auto hash_at = format.size() + 1, size_at = hash_at + 65;
    BlobInfo info{.key = std::move(key)};
    if (end == std::string_view::npos || !text.starts_with(format) || end < size_at) throw DiskFault{file.string() + " is not a blob"};
    info.sha256 = text.substr(hash_at, 64);
    const auto type_at = text.find(' ', size_at);
    const auto [stop, fault] = std::from_chars(head + size_at, head + end, info.size);
    if (type_at == std::string_view::npos || fault != std::errc{} || stop != head + type_at ||
        end + 1 + info.size != static_cast<std::size_t>(status.st_size))
        throw DiskFault{file.string() + " is not a whole blob"};
    info.content_type = text.substr(type_at + 1, end - type_at - 1);
    info.stored_at = from_unix_ms(status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1'000'000);
    return BlobFile(std::exchange(descriptor.number, -1), std::move(info), end + 1);
}

BlobFile::BlobFile(BlobFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), info_(std::move(other.info_)), start_(other.start_) {}

BlobFile::~BlobFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::string BlobFile::read(std::size_t from, std::size_t size) const {
    std::string bytes(size, '\0');
    for (std::size_t done = 0; done < size;) {
        const auto count = ::pread(descriptor_, bytes.data() + done, size - done, static_cast<off_t>(start_ + from + done));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) fail("read", info_.key);
        done += static_cast<std::size_t>(count);
    }
    return bytes;
}

}  // namespace lastmile::blobs
