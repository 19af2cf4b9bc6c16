#pragma once
// A driver's papers: licence, identity, insurance. The file, where there is one, lies in blob storage; here is what planning must know.
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
             {"expires_on", "the last day (UTC) on which it is valid", "2027-03-31"}, {"mandatory", "true: without it, and after its expiry, the driver is not planned"},
             {"asset_id", "the file in storage"}, {"content_type", "the file's type", "image/jpeg"}, {"size", "the file's size in bytes", "48213"}, {"sha256", "the file's SHA-256"},
             {"created_at", "when it was added"})

struct DocumentRequest {
    DocumentKind kind;
    std::optional<Text<1, 200>> external_id;
    std::optional<Date> expires_on;
    bool mandatory = false;
};
LASTMILE_VALUE(DocumentRequest, (kind, external_id, expires_on, mandatory))
LASTMILE_DEFAULTS(DocumentRequest, (mandatory))
LASTMILE_DOC(DocumentRequest, "A paper that lies in your system.", {"kind", "identity, license, insurance or other"}, {"external_id", "your id of it", "doc-77"},
             {"expires_on", "the last day (UTC) on which it is valid", "2027-03-31"}, {"mandatory", "true: after its expiry the driver is not planned"})

}  // namespace lastmile
