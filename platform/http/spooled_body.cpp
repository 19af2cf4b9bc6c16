#include "platform/http/spooled_body.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace lastmile::http {
namespace {

std::atomic<std::size_t> spooled{0};

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what + ": " + std::strerror(errno)); }

int unnamed_file(const std::string& folder) {
    if (const int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); descriptor >= 0) return descriptor;
    // A file system without O_TMPFILE: named for a moment.
    auto name = folder + "/body-XXXXXX";
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0) fail("no file for a request's body in " + folder);
    ::unlink(name.c_str());
    return descriptor;
}

}  // namespace

SpooledBody::SpooledBody(const std::string& folder) : descriptor_(unnamed_file(folder)) {}

SpooledBody::~SpooledBody() {
    spooled.fetch_sub(size_, std::memory_order_relaxed);
    ::close(descriptor_);
}

bool SpooledBody::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        size_ += static_cast<std::size_t>(written);
        spooled.fetch_add(static_cast<std::size_t>(written), std::memory_order_relaxed);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::string SpooledBody::read(std::size_t from, std::size_t most) const {
    if (from >= size_) return {};
    std::string bytes(std::min(most, size_ - from), '\0');
    for (std::size_t done = 0; done < bytes.size();) {
        const auto count = ::pread(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(from + done));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) fail("a request's body cannot be read back");
        done += static_cast<std::size_t>(count);
    }
    return bytes;
}

std::size_t SpooledBody::in_all() { return spooled.load(std::memory_order_relaxed); }

}  // namespace lastmile::http
