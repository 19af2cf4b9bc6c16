#pragma once
// Requests and answers of the proof endpoints, and their table.
#include "features/pods/pod.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct DeclaredFile {
    AssetKind kind;
    Text<1, 100> content_type;
    Whole<1, 20'000'000> size;
    Sha256 sha256;
};
LASTMILE_VALUE(DeclaredFile, (kind, content_type, size, sha256))
LASTMILE_DOC(DeclaredFile, "A file that will be uploaded, exactly so.", {"kind", "signature, photo or document"},
             {"content_type", "image/jpeg, image/png, image/webp, image/svg+xml (signatures) or application/pdf (documents)", "image/jpeg"},
             {"size", "in bytes", "48213"}, {"sha256", "SHA-256 of the bytes"})
inline void schema_check(const DeclaredFile& file, const schema::Check& check) {
    const auto& type = file.content_type;
    const bool picture = type == "image/jpeg" || type == "image/png" || type == "image/webp";
    if (picture || (file.kind == AssetKind::signature && type == "image/svg+xml") || (file.kind == AssetKind::document && type == "application/pdf")) return;
    check.add("content_type", "not_one_of", "must be image/jpeg, image/png or image/webp (a signature also image/svg+xml, a document also application/pdf)");
}

struct RequestUpload {
    Id<Delivery> delivery_id;
    Id<Stop> stop_id;
    List<DeclaredFile, 1, 25> files;
};
LASTMILE_VALUE(RequestUpload, (delivery_id, stop_id, files))
LASTMILE_DOC(RequestUpload, "Files of a proof to come.", {"delivery_id", "whose proof"}, {"stop_id", "at which stop"}, {"files", "1 to 25 files"})

struct PodUpload {
    Id<Asset> asset_id;
    std::string method;
    std::string url;
    std::map<std::string, std::string> headers;
    std::string asset_url;
    Instant expires_at;
};
LASTMILE_VALUE(PodUpload, (asset_id, method, url, headers, asset_url, expires_at))
LASTMILE_DOC(PodUpload, "A presigned upload.", {"asset_id", "the file"}, {"method", "PUT", "PUT"}, {"url", "where to; valid until expires_at"},
             {"headers", "to be sent exactly so"}, {"asset_url", "how the proof names the file"}, {"expires_at", "then ask again"})
struct PodUploads {
    std::vector<PodUpload> uploads;
};
LASTMILE_VALUE(PodUploads, (uploads))
LASTMILE_DOC(PodUploads, "One upload a file, in the order given.", {"uploads", "one each"})

struct RegisterPod {
    Id<Delivery> delivery_id;
    Id<Stop> stop_id;
    std::optional<Text<1, 2000>> signature_url;
    List<Text<1, 2000>, 0, 20> photos;
    List<Text<1, 2000>, 0, 20> documents;
    std::optional<Prose<1, 2000>> notes;
    std::optional<Instant> delivered_at;
};
LASTMILE_VALUE(RegisterPod, (delivery_id, stop_id, signature_url, photos, documents, notes, delivered_at))
LASTMILE_DEFAULTS(RegisterPod, (photos, documents))
LASTMILE_DOC(RegisterPod, "A proof out of uploaded files.", {"delivery_id", "whose"}, {"stop_id", "at which stop"}, {"signature_url", "asset_url of the signature"},
             {"photos", "asset_urls of pictures"}, {"documents", "asset_urls of papers"}, {"notes", "a remark; kept with the personal data"},
             {"delivered_at", "when it happened; now when absent"})
inline void schema_check(const RegisterPod& pod, const schema::Check& check) {
    if (!pod.signature_url && pod.photos.empty() && pod.documents.empty()) check.add("photos", "required", "give signature_url, photos or documents");
}

struct OnePod {
    Id<Pod> pod_id;
};
LASTMILE_VALUE(OnePod, (pod_id))
LASTMILE_DOC(OnePod, "Which proof.", {"pod_id", "ours"})
struct PodsOfDelivery {
    Id<Delivery> delivery_id;
};
LASTMILE_VALUE(PodsOfDelivery, (delivery_id))
LASTMILE_DOC(PodsOfDelivery, "Whose proofs.", {"delivery_id", "ours"})

struct PodFile : SealedAsset {
    std::string url;
};
LASTMILE_VALUE(PodFile, (url))
LASTMILE_EXTENDS(PodFile, SealedAsset)
LASTMILE_DOC(PodFile, "A file of a proof.", {"url", "where it can be fetched, for some minutes"})

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

api::Endpoints pod_endpoints();

}  // namespace lastmile
