#pragma once
// The seal of a proof: SHA-256 over its canonical JSON, which holds the hashes of its files and of the proof before it, signed by the server.
#include <boost/json/value.hpp>

#include "features/pods/pod.hpp"
#include "platform/crypto/ed25519.hpp"

namespace lastmile {

struct PodCheckpoint;  // pod_cut.hpp

/// RFC 8785 for values without fractions: members sorted, no space.
std::string canonical_json(const boost::json::value& value);

/// The first proof's predecessor.
inline const std::string no_previous_pod(64, '0');

/// Ed25519 keys from the master keys, for this purpose alone. The keyring must outlive it.
class PodSealer {
public:
    explicit PodSealer(const crypto::Keyring& keys) : keys_(keys) {}
    Pod seal(const PodContent& content) const;
    /// The chain's checkpoint with our signature, and whether it is ours.
    PodCheckpoint sign(PodCheckpoint checkpoint) const;
    bool signed_by_us(const PodCheckpoint& checkpoint) const;
    /// Raw 32 bytes; nullopt when that master key was taken out.
    std::optional<std::string> public_key(std::string_view key_id) const;

private:
    const crypto::Keyring& keys_;
};

enum class SealVerdict { intact, content_changed, columns_changed, chain_broken, signature_wrong, key_unknown };
LASTMILE_ENUM(SealVerdict, intact, content_changed, columns_changed, chain_broken, signature_wrong, key_unknown)

/// `previous`: the hash of the proof numbered before it, as stored.
SealVerdict verify_seal(const PodSealer& sealer, const Pod& pod, std::string_view previous);

}  // namespace lastmile
