#pragma once
// A proof as it is shown, with links to its files; and that somebody has seen it.
#include "features/pods/pod.hpp"
#include "platform/api/call.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

struct PodFile : SealedAsset {
    std::string url;
};
LASTMILE_VALUE(PodFile, (url))
LASTMILE_EXTENDS(PodFile, SealedAsset)
LASTMILE_DOC(PodFile, "A file of a proof.", {"url", "where it can be fetched, for some minutes"})

/// In short, as the delivery's record names it.
struct PodInShort {
    Id<Pod> pod_id;
    Id<Stop> stop_id;
    PodOutcome outcome = PodOutcome::open;
    Instant delivered_at;
    std::vector<PodFile> files;
    std::optional<bool> pin_verified;
    std::optional<bool> id_checked;
    std::string hash;
};
LASTMILE_VALUE(PodInShort, (pod_id, stop_id, outcome, delivered_at, files, pin_verified, id_checked, hash))
LASTMILE_DOC(PodInShort, "Proof of delivery in short.", {"pod_id", "ours"}, {"stop_id", "at which stop"}, {"outcome", "delivered, partial, failed or open"},
             {"delivered_at", "when it happened"}, {"files", "signature, pictures, papers"}, {"pin_verified", "whether the PIN was right"},
             {"id_checked", "whether a document was looked at"}, {"hash", "of its seal"})

/// A declared file with a link that lasts some minutes.
Result<PodFile> file_of(store::Read& read, const api::Call& call, const PodAsset& asset);

struct PodSeal {
    std::string hash;
    std::string previous;
    std::string signature;
    std::string key_id;
    std::int64_t number = 0;
    std::string content;
    std::optional<std::string> public_key;
};
LASTMILE_VALUE(PodSeal, (hash, previous, signature, key_id, number, content, public_key))
LASTMILE_DOC(PodSeal, "That it is what it was.", {"hash", "SHA-256 of content, hex"}, {"previous", "hash of the proof before it; zeros for the first"},
             {"signature", "Ed25519 over the 32 bytes of the hash, base64"}, {"key_id", "which of the server's keys"}, {"number", "its place in the chain"},
             {"content", "what was sealed: canonical JSON (RFC 8785) with the hashes of the files"}, {"public_key", "32 bytes, base64; absent when that key was taken out"})

struct PodView {
    Id<Pod> pod_id;
    Id<Delivery> delivery_id;
    Id<Stop> stop_id;
    PodOutcome outcome = PodOutcome::open;
    std::optional<PodFile> signature;
    std::vector<PodFile> photos;
    std::vector<PodFile> documents;
    std::optional<bool> pin_verified;
    std::optional<bool> id_checked;
    std::vector<std::string> scans;
    std::optional<std::string> notes;
    Instant delivered_at;
    Instant registered_at;
    std::optional<Id<Driver>> driver_id;
    std::optional<Location> location;
    PodSeal seal;
};
LASTMILE_VALUE(PodView, (pod_id, delivery_id, stop_id, outcome, signature, photos, documents, pin_verified, id_checked, scans, notes, delivered_at,
                         registered_at, driver_id, location, seal))
LASTMILE_DOC(PodView, "Proof of delivery.", {"pod_id", "ours"}, {"delivery_id", "whose"}, {"stop_id", "at which stop"},
             {"outcome", "delivered, partial or failed; open: registered before the stop had an outcome"}, {"signature", "the signature"}, {"photos", "pictures"},
             {"documents", "papers"}, {"pin_verified", "whether the recipient said the right PIN"}, {"id_checked", "whether a document was looked at"},
             {"scans", "codes as scanned"}, {"notes", "the remark, unless it was erased"}, {"delivered_at", "when it happened"},
             {"registered_at", "when it was sealed"}, {"driver_id", "the courier"}, {"location", "where it happened"}, {"seal", "that it is what it was"})

/// *Refuses* 5xx alone: no links could be made.
Result<PodView> view_of(store::Read& read, const api::Call& call, const Pod& pod, const PodContent& content);
Result<PodInShort> in_short(store::Read& read, const api::Call& call, const Pod& pod, const PodContent& content);
/// Noted in a command of its own, so that the answer waits for nothing.
void note_pod_seen(const api::Call& call, Id<Pod> pod, Id<Delivery> delivery);

}  // namespace lastmile
