#pragma once
// Requests and answers of the proof endpoints, and their table.
#include "features/pods/pod_view.hpp"
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
struct OneAsset {
    Id<Asset> asset_id;
};
LASTMILE_VALUE(OneAsset, (asset_id))
LASTMILE_DOC(OneAsset, "Which file.", {"asset_id", "ours"})
struct PodsOfDelivery {
    Id<Delivery> delivery_id;
};
LASTMILE_VALUE(PodsOfDelivery, (delivery_id))
LASTMILE_DOC(PodsOfDelivery, "Whose proofs.", {"delivery_id", "ours"})

api::Endpoints pod_endpoints();

}  // namespace lastmile
