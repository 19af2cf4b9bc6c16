#pragma once
#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "engines/road/map_format.hpp"

namespace lastmile::road {

/// What is wrong with a map file, as one sentence for people.
struct MapError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A map file in memory (POSIX mmap, read-only): several processes share its pages, and a new one may be renamed over it while it is open.
class MapFile {
public:
    /// Maps and checks a file: that it is one, of this version, of full length and unchanged. *Refuses* (MapError) whatever it is not.
    static std::shared_ptr<const MapFile> open(const std::filesystem::path& path);
    ~MapFile();
    MapFile(const MapFile&) = delete;
    MapFile& operator=(const MapFile&) = delete;

    /// A section as it lies in the file; empty where the file has none. The span lives as long as the MapFile.
    template <class T>
    std::span<const T> section(Section kind, std::uint32_t index = 0) const {
        const auto bytes = raw(kind, index);
        if (bytes.size() % sizeof(T) != 0) throw MapError(path_.string() + " is damaged: a section has an odd length.");
        return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
    }

    const std::filesystem::path& path() const { return path_; }
    std::uint64_t bytes() const { return size_; }
    std::uint64_t checksum() const;

private:
    MapFile(std::filesystem::path path, const std::byte* data, std::uint64_t size) : path_(std::move(path)), data_(data), size_(size) {}
    std::span<const std::byte> raw(Section kind, std::uint32_t index) const;
    void check() const;

    std::filesystem::path path_;
    const std::byte* data_;
    std::uint64_t size_;
};

/// True where a file begins like a map file (of any version).
bool looks_like_map(const std::filesystem::path& path);

/// Collects sections and writes them as one file.
class MapWriter {
public:
    template <class T>
    void add(Section kind, std::span<const T> items, std::uint32_t index = 0) {
        const auto bytes = std::as_bytes(items);
        sections_.push_back({kind, index, {bytes.begin(), bytes.end()}});
    }
    template <class T>
    void add(Section kind, const std::vector<T>& items, std::uint32_t index = 0) {
        add(kind, std::span<const T>(items), index);
    }

    /// Writes beside `path`, syncs, and renames, so that a reader sees the old file or the whole new one. *Refuses* (MapError) what the
    /// system refuses.
    void write(const std::filesystem::path& path) const;

private:
    struct Item {
        Section kind;
        std::uint32_t index;
        std::vector<std::byte> bytes;
    };
    std::vector<Item> sections_;
};

}  // namespace lastmile::road
