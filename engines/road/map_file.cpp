#include "engines/road/map_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace lastmile::road {
namespace {

constexpr std::uint64_t alignment = 64;

/// Four independent multiply-rotate lanes: some GB/s, and any flipped bit changes it. Against damage, not against forgery.
std::uint64_t checksum_of(std::span<const std::byte> bytes) {
    constexpr std::uint64_t odd = 0x9E3779B97F4A7C15;
    std::uint64_t lanes[4] = {1, 2, 3, 4};
    std::size_t i = 0;
    for (; i + 32 <= bytes.size(); i += 32) {
        std::uint64_t words[4];
        std::memcpy(words, bytes.data() + i, 32);
        for (int lane = 0; lane < 4; ++lane) lanes[lane] = std::rotl((lanes[lane] ^ words[lane]) * odd, 29);
    }
    std::uint64_t sum = bytes.size();
    for (const std::uint64_t lane : lanes) sum = std::rotl((sum ^ lane) * odd, 31);
    for (; i < bytes.size(); ++i) sum = std::rotl((sum ^ static_cast<std::uint64_t>(bytes[i])) * odd, 27);
    return sum ^ (sum >> 32);
}

[[noreturn]] void fail_system(const std::filesystem::path& path, const char* what) {
    throw MapError("The map " + path.string() + " cannot be " + what + ": " + std::strerror(errno) + ".");
}

struct Descriptor {
    int fd;
    ~Descriptor() {
        if (fd >= 0) ::close(fd);
    }
};

}  // namespace

std::shared_ptr<const MapFile> MapFile::open(const std::filesystem::path& path) {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.fd < 0) fail_system(path, "opened");
    struct stat status {};
    if (::fstat(file.fd, &status) != 0) fail_system(path, "opened");
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (!S_ISREG(status.st_mode) || size < sizeof(FileHeader)) throw MapError(path.string() + " is not a map file: it is too short.");
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.fd, 0);
    if (data == MAP_FAILED) fail_system(path, "mapped");
    const std::shared_ptr<const MapFile> map(new MapFile(path, static_cast<const std::byte*>(data), size));
    map->check();
    return map;
}

MapFile::~MapFile() { ::munmap(const_cast<std::byte*>(data_), size_); }

std::uint64_t MapFile::checksum() const {
    FileHeader header;
    std::memcpy(&header, data_, sizeof header);
    return header.checksum;
}

void MapFile::check() const {
    FileHeader header;
    std::memcpy(&header, data_, sizeof header);
    const std::string name = path_.string();
    if (header.magic != map_magic) throw MapError(name + " is not a map file; make one with `lastmile map import`.");
    if (header.version > map_version)
        throw MapError(name + " was made by a newer version of lastmile (format " + std::to_string(header.version) + ").");
    if (header.version < map_version) throw MapError(name + " has an old format; import the map again.");
    if (header.bytes > size_)
        throw MapError(name + " is truncated: " + std::to_string(size_) + " of " + std::to_string(header.bytes) + " bytes are there.");
    if (header.bytes < size_) throw MapError(name + " is damaged: it is longer than it says.");
    if (header.checksum != checksum_of({data_ + sizeof header, size_ - sizeof header}))
        throw MapError(name + " is damaged: its checksum does not match.");
    const std::uint64_t table = sizeof header + std::uint64_t{header.sections} * sizeof(SectionEntry);
    if (table > size_) throw MapError(name + " is damaged: its table of sections is cut off.");
    for (std::uint32_t i = 0; i < header.sections; ++i) {
        SectionEntry entry;
        std::memcpy(&entry, data_ + sizeof header + i * sizeof entry, sizeof entry);
        if (entry.offset < table || entry.offset % alignment != 0 || entry.offset > size_ || entry.bytes > size_ - entry.offset)
            throw MapError(name + " is damaged: a section lies outside the file.");
    }
}

std::span<const std::byte> MapFile::raw(Section kind, std::uint32_t index) const {
    FileHeader header;
    std::memcpy(&header, data_, sizeof header);
    for (std::uint32_t i = 0; i < header.sections; ++i) {
        SectionEntry entry;
        std::memcpy(&entry, data_ + sizeof header + i * sizeof entry, sizeof entry);
        if (entry.kind == static_cast<std::uint32_t>(kind) && entry.index == index) return {data_ + entry.offset, entry.bytes};
    }
    return {};
}

bool looks_like_map(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::array<char, 8> start{};
    return file.read(start.data(), start.size()) && start == map_magic;
}

void MapWriter::write(const std::filesystem::path& path) const {
    std::vector<std::byte> out(sizeof(FileHeader) + sections_.size() * sizeof(SectionEntry));
    std::vector<SectionEntry> table;
    for (const Item& item : sections_) {
        out.resize((out.size() + alignment - 1) / alignment * alignment);
        table.push_back({static_cast<std::uint32_t>(item.kind), item.index, out.size(), item.bytes.size()});
        out.insert(out.end(), item.bytes.begin(), item.bytes.end());
    }
    std::memcpy(out.data() + sizeof(FileHeader), table.data(), table.size() * sizeof(SectionEntry));
    const FileHeader header{map_magic, map_version, static_cast<std::uint32_t>(table.size()), out.size(),
                            checksum_of(std::span(out).subspan(sizeof(FileHeader)))};
    std::memcpy(out.data(), &header, sizeof header);

    std::filesystem::path fresh = path;
    fresh += ".tmp" + std::to_string(::getpid());
    const Descriptor file{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
    if (file.fd < 0) fail_system(path, "written");
    for (std::size_t done = 0; done < out.size();) {
        const ssize_t n = ::write(file.fd, out.data() + done, out.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            const int reason = errno;
            ::unlink(fresh.c_str());
            errno = reason;
            fail_system(path, "written");
        }
        done += static_cast<std::size_t>(n);
    }
    if (::fsync(file.fd) != 0 || ::rename(fresh.c_str(), path.c_str()) != 0) {
        const int reason = errno;
        ::unlink(fresh.c_str());
        errno = reason;
        fail_system(path, "written");
    }
}

}  // namespace lastmile::road
