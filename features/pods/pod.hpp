#pragma once
// Proof of delivery: what was seen and signed at a stop, with its files, sealed so that tampering shows.
#include <map>

#include "features/ids/ids.hpp"
#include "features/shapes/shapes.hpp"

namespace lastmile {

enum class AssetKind { signature, photo, document };
LASTMILE_ENUM(AssetKind, signature, photo, document)
/// `open`: registered while the stop had no outcome yet.
enum class PodOutcome { open, delivered, partial, failed };
LASTMILE_ENUM(PodOutcome, open, delivered, partial, failed)

/// A file as it was declared for its upload; held to it for ever.
struct PodAsset {
    Id<Asset> id;
    Id<Delivery> delivery_id;
    Id<Stop> stop_id;
    AssetKind kind = AssetKind::photo;
    std::string content_type;
    std::int64_t size = 0;
    std::string sha256;
    Instant created_at;
};
LASTMILE_VALUE(PodAsset, (id, delivery_id, stop_id, kind, content_type, size, sha256, created_at))

struct SealedAsset {
    Id<Asset> asset_id;
    AssetKind kind = AssetKind::photo;
    std::string content_type;
    std::int64_t size = 0;
    std::string sha256;
};
LASTMILE_VALUE(SealedAsset, (asset_id, kind, content_type, size, sha256))
LASTMILE_DOC(SealedAsset, "A file of a proof.", {"asset_id", "the file"}, {"kind", "signature, photo or document"}, {"content_type", "its type", "image/jpeg"},
             {"size", "in bytes"}, {"sha256", "its SHA-256"})

/// What is sealed. Whole numbers only, so that its canonical JSON (RFC 8785) is beyond doubt. Notes are personal: here only their keyed hash.
struct PodContent {
    Id<Pod> pod_id;
    std::int64_t number = 0;
    Id<Delivery> delivery_id;
    Id<Stop> stop_id;
    PodOutcome outcome = PodOutcome::open;
    Instant delivered_at;
    Instant registered_at;
    std::string registered_by;
    std::optional<Id<Driver>> driver_id;
    std::vector<SealedAsset> assets;
    std::optional<bool> pin_verified;
    std::optional<bool> id_checked;
    std::vector<std::string> scans;
    std::optional<std::int64_t> lat_e7;
    std::optional<std::int64_t> lon_e7;
    std::optional<std::string> notes_digest;
    std::string previous;
};
LASTMILE_VALUE(PodContent, (pod_id, number, delivery_id, stop_id, outcome, delivered_at, registered_at, registered_by, driver_id, assets, pin_verified,
                            id_checked, scans, lat_e7, lon_e7, notes_digest, previous))

/// A row; aggregate of the log.
struct Pod {
    Id<Pod> id;
    std::int64_t number = 0;   // in the partition's chain, from 1
    Id<Delivery> delivery_id;
    Id<Stop> stop_id;
    Instant created_at;
    std::string content;       // canonical JSON of PodContent
    std::string hash;          // SHA-256 of it, hex
    std::string signature;     // Ed25519 over the 32 bytes of the hash, base64
    std::string key_id;
};
LASTMILE_VALUE(Pod, (id, number, delivery_id, stop_id, created_at, content, hash, signature, key_id))

}  // namespace lastmile
