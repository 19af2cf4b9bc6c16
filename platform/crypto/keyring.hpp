#pragma once
// The master keys: everything sealed or signed at rest hangs on them. The newest seals; the older ones still open.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/random.hpp"

namespace lastmile::crypto {

struct MasterKey {
    std::string id;        // 1 to 32 of [A-Za-z0-9_-]
    std::string secret;    // 32 bytes
};

class Keyring {
public:
    /// Lines or commas: `id:base64` each, oldest first (LASTMILE_MASTER_KEY, or the file's text). Throws std::runtime_error, without the
    /// text, when it is not that: no key, a key of other than 32 bytes, an id twice.
    static Keyring parse(std::string_view text);
    /// The file's keys; creates it (mode 0600, synced) with one key when it is not there. Throws when others may read it.
    static Keyring open(const std::filesystem::path& file, Random& random);
    /// Adds a key that seals from now on, and writes the file anew.
    static Keyring rotate(const std::filesystem::path& file, Random& random);

    const MasterKey& current() const { return keys_.back(); }
    const MasterKey* find(std::string_view id) const;
    /// 32 bytes for one purpose ("seal:pii", "token:driver", …) from the current key, or from one named.
    std::string derive(std::string_view purpose) const { return derive(current(), purpose); }
    static std::string derive(const MasterKey& key, std::string_view purpose);
    const std::vector<MasterKey>& all() const { return keys_; }

private:
    std::vector<MasterKey> keys_;
};

}  // namespace lastmile::crypto
