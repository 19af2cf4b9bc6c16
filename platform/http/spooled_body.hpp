#pragma once
// A request's body that went to the disk as it came: imports of any length in constant memory.
#include <memory>
#include <string>
#include <string_view>

namespace lastmile::http {

/// An unnamed file: gone with the object, and with the process, however that ends. Written by one thread, then read by any.
class SpooledBody {
public:
    /// Throws std::runtime_error when the folder takes no file.
    explicit SpooledBody(const std::string& folder);
    ~SpooledBody();
    SpooledBody(const SpooledBody&) = delete;
    SpooledBody& operator=(const SpooledBody&) = delete;

    /// False when the disk takes no more.
    bool append(std::string_view bytes);
    std::size_t size() const { return size_; }
    /// Up to `most` bytes from `from` on; fewer at the end only. Throws std::runtime_error when the disk fails.
    std::string read(std::size_t from, std::size_t most) const;

    /// Bytes in all spooled bodies of this process.
    static std::size_t in_all();

    bool admitted = false;  // Options::admit has let its head pass

private:
    int descriptor_ = -1;
    std::size_t size_ = 0;
};

}  // namespace lastmile::http
