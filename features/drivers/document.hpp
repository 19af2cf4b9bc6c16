#pragma once
// A driver's papers: licence, identity, insurance. The file, where there is one, lies in blob storage; here is what planning must know.
#include <map>

#include "features/ids/ids.hpp"
#include "features/shapes/shapes.hpp"

namespace lastmile {

enum class DocumentKind { identity, license, insurance, other };
LASTMILE_ENUM(DocumentKind, identity, license, insurance, other)
/// `referenced`: it lies in the caller's system, under `external_id`.
enum class DocumentState { awaiting_upload, stored, referenced };
LASTMILE_ENUM(DocumentState, awaiting_upload, stored, referenced)

struct DriverDocument {
    static constexpr std::string_view id_prefix = "doc";

    Id<DriverDocument> id;
    DocumentKind kind = DocumentKind::other;
    DocumentState state = DocumentState::referenced;
    std::optional<Text<1, 200>> external_id;
    std::optional<Date> expires_on;
    bool mandatory = false;
    std::optional<Id<Asset>> asset_id;
    std::optional<Text<1, 100>> content_type;
    std::optional<Whole<1, 50'000'000>> size;
    std::optional<Sha256> sha256;
    Instant created_at;
};
LASTMILE_VALUE(DriverDocument, (id, kind, state, external_id, expires_on, mandatory, asset_id, content_type, size, sha256, created_at))
LASTMILE_DEFAULTS(DriverDocument, (kind, state, mandatory))
LASTMILE_DOC(DriverDocument, "A paper of a driver.", {"id", "ours"}, {"kind", "identity, license, insurance or other"},
             {"state", "awaiting_upload until its file is there; referenced: it lies in your system"}, {"external_id", "your id of it", "doc-77"},
             {"expires_on", "the last day (UTC) on which it is valid", "2027-03-31"},
             {"mandatory", "true: without it, and after its expiry, the driver is not planned"},
             {"asset_id", "the file in storage"}, {"content_type", "the file's type", "image/jpeg"}, {"size", "the file's size in bytes", "48213"},
             {"sha256", "the file's SHA-256"},
             {"created_at", "when it was added"})

struct DocumentRequest {
    DocumentKind kind;
    std::optional<Text<1, 200>> external_id;
    std::optional<Date> expires_on;
    bool mandatory = false;
};
LASTMILE_VALUE(DocumentRequest, (kind, external_id, expires_on, mandatory))
LASTMILE_DEFAULTS(DocumentRequest, (mandatory))
LASTMILE_DOC(DocumentRequest, "A paper that lies in your system.", {"kind", "identity, license, insurance or other"},
             {"external_id", "your id of it", "doc-77"},
             {"expires_on", "the last day (UTC) on which it is valid", "2027-03-31"},
             {"mandatory", "true: after its expiry the driver is not planned"})

/// `POST /drivers/{driverId}/documents`: with content_type, size and sha256 the file is uploaded to us, else it lies in the caller's system.
struct AddDocument {
    Id<Driver> driver_id;
    DocumentKind kind;
    std::optional<Text<1, 200>> external_id;
    std::optional<Date> expires_on;
    bool mandatory = false;
    std::optional<Text<1, 100>> content_type;
    std::optional<Whole<1, 20'000'000>> size;
    std::optional<Sha256> sha256;
};
LASTMILE_VALUE(AddDocument, (driver_id, kind, external_id, expires_on, mandatory, content_type, size, sha256))
LASTMILE_DEFAULTS(AddDocument, (mandatory))
LASTMILE_DOC(AddDocument, "A paper of a driver. With content_type, size and sha256 its file is uploaded; without them it stays in your system.",
             {"driver_id", "whose"},
             {"kind", "identity, license, insurance or other"}, {"external_id", "your id of it", "doc-77"},
             {"expires_on", "the last day (UTC) on which it is valid", "2027-03-31"},
             {"mandatory", "true: without it, and after its expiry, the driver is not planned"},
             {"content_type", "the file's type: image/jpeg, image/png or application/pdf", "image/jpeg"},
             {"size", "the file's size in bytes", "48213"}, {"sha256", "the file's SHA-256"})
inline void schema_check(const AddDocument& d, const schema::Check& check) {
    const bool upload = d.content_type || d.size || d.sha256;
    if (!upload && !d.external_id) check.add("external_id", "required", "give external_id, or content_type, size and sha256 to upload the file");
    if (upload && !d.content_type) check.add("content_type", "required", "an upload declares content_type, size and sha256");
    if (upload && !d.size) check.add("size", "required", "an upload declares content_type, size and sha256");
    if (upload && !d.sha256) check.add("sha256", "required", "an upload declares content_type, size and sha256");
    if (d.content_type && *d.content_type != "image/jpeg" && *d.content_type != "image/png" && *d.content_type != "application/pdf")
        check.add("content_type", "not_one_of", "must be image/jpeg, image/png or application/pdf");
}

struct DocumentRef {
    Id<Driver> driver_id;
    Id<DriverDocument> document_id;
};
LASTMILE_VALUE(DocumentRef, (driver_id, document_id))
LASTMILE_DOC(DocumentRef, "Which paper of which driver.", {"driver_id", "whose"}, {"document_id", "which"})

struct ChangeDocument {
    Id<Driver> driver_id;
    Id<DriverDocument> document_id;
    std::optional<DocumentKind> kind;
    Patch<Text<1, 200>> external_id;
    Patch<Date> expires_on;
    std::optional<bool> mandatory;
};
LASTMILE_VALUE(ChangeDocument, (driver_id, document_id, kind, external_id, expires_on, mandatory))
LASTMILE_DOC(ChangeDocument, "What to change of a paper; what is left out stays, null clears.", {"driver_id", "whose"}, {"document_id", "which"},
             {"kind", "identity, license, insurance or other"},
             {"external_id", "your id of it"}, {"expires_on", "the last day (UTC) on which it is valid; null: no end"},
             {"mandatory", "whether planning needs it"})

/// How its file gets to us: one PUT with exactly these headers.
struct DocumentUpload {
    Id<Asset> asset_id;
    std::string method;
    std::string url;
    std::map<std::string, std::string> headers;
    Instant expires_at;
};
LASTMILE_VALUE(DocumentUpload, (asset_id, method, url, headers, expires_at))
LASTMILE_DOC(DocumentUpload, "A presigned upload.", {"asset_id", "the file in storage"}, {"method", "PUT", "PUT"},
             {"url", "where to; valid until expires_at"},
             {"headers", "to be sent exactly so"}, {"expires_at", "then ask again"})

struct DocumentReply {
    Id<DriverDocument> document_id;
    DriverDocument document;
    std::optional<DocumentUpload> upload;
    std::optional<std::string> download_url;
};
LASTMILE_VALUE(DocumentReply, (document_id, document, upload, download_url))
LASTMILE_DOC(DocumentReply, "A paper, and how its file is sent or fetched.", {"document_id", "ours"}, {"document", "the paper"},
             {"upload", "where its file still has to be sent; then POST …/confirm"},
             {"download_url", "where its file is, for some minutes"})

}  // namespace lastmile
