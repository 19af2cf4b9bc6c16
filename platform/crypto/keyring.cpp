#include "platform/crypto/keyring.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::crypto {
namespace {

bool is_id(std::string_view id) {
    return !id.empty() && id.size() <= 32 && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

std::string fresh_line(std::size_t number, Random& random) {
    std::string secret(32, '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(secret.data()), secret.size()});
    return "k" + std::to_string(number) + ":" + to_base64(secret) + "\n";
}

/// Beside the file first, synced, then renamed (or linked, when it must not be there yet): never half a key.
void write_file(const std::filesystem::path& file, const std::string& text, bool must_be_new) {
    auto beside = file;
    beside += ".new" + std::to_string(::getpid());
    const auto fail = [&](const char* doing) {
        const std::string why = std::strerror(errno);
        ::unlink(beside.c_str());
        throw std::runtime_error("cannot " + std::string(doing) + " the master key file " + file.string() + ": " + why);
    };
    const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) fail("create");
    const bool written = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(descriptor) == 0;
    ::close(descriptor);
    if (!written) fail("write");
    if (must_be_new) {
        // Two processes starting at once: the second must not replace the first one's key.
        if (::link(beside.c_str(), file.c_str()) != 0 && errno != EEXIST) fail("create");
        ::unlink(beside.c_str());
    } else if (::rename(beside.c_str(), file.c_str()) != 0) {
        fail("replace");
    }
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
        ::fsync(directory);
        ::close(directory);
    }
}

std::string read_file(const std::filesystem::path& file) {
    struct stat info{};
    if (::stat(file.c_str(), &info) != 0) throw std::runtime_error("cannot read the master key file " + file.string());
    if (info.st_mode & 077) throw std::runtime_error("the master key file " + file.string() + " may be read by others: chmod 600 it");
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace

Keyring Keyring::parse(std::string_view text) {
    Keyring ring;
    while (!text.empty()) {
        const auto end = text.find_first_of(",\n");
        auto line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
        while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
        if (line.empty()) continue;
        const auto colon = line.find(':');
        const auto id = line.substr(0, colon);
        const auto secret = colon == std::string_view::npos ? std::nullopt : from_base64(line.substr(colon + 1));
        if (!is_id(id) || !secret || secret->size() != 32 || ring.find(id))
            throw std::runtime_error("a master key must be id:base64 of 32 bytes, each id once");
        ring.keys_.push_back({std::string(id), *secret});
    }
    if (ring.keys_.empty()) throw std::runtime_error("there is no master key");
    return ring;
}

Keyring Keyring::open(const std::filesystem::path& file, Random& random) {
    if (!std::filesystem::exists(file)) write_file(file, fresh_line(1, random), true);
    return parse(read_file(file));
}

Keyring Keyring::rotate(const std::filesystem::path& file, Random& random) {
    const auto ring = open(file, random);
    auto number = ring.keys_.size() + 1;
    while (ring.find("k" + std::to_string(number))) ++number;
    write_file(file, read_file(file) + fresh_line(number, random), false);
    return open(file, random);
}

const MasterKey* Keyring::find(std::string_view id) const {
    const auto at = std::ranges::find(keys_, id, &MasterKey::id);
    return at == keys_.end() ? nullptr : &*at;
}

std::string Keyring::derive(const MasterKey& key, std::string_view purpose) { return hkdf_sha256(key.secret, "lastmile", purpose, 32); }

}  // namespace lastmile::crypto
