#pragma once
// A proof's files: how callers name them, and that they are there and are what was declared. Blocks on the storage: never in a command.
#include "features/pods/pod_store.hpp"
#include "platform/api/call.hpp"
#include "platform/blobs/blobs.hpp"

namespace lastmile {

/// What `POST /pod` and the driver's reports take as a file's url.
std::string asset_url(Id<Asset> id);
/// The asset that an asset_url (a path, or with `host` before it) or a bare asset id names. nullopt: it lies elsewhere.
std::optional<Id<Asset>> parse_asset_url(std::string_view url, std::string_view host);

blobs::UploadTerms terms_of(Partition partition, const PodAsset& asset);

/// A file as a request names it.
struct NamedAsset {
    std::string pointer;   // of the request's member
    AssetKind kind = AssetKind::photo;
    std::string url;
};
/// Each file for itself: in the order given, those that are what was declared, and what is wrong with the others.
struct CheckedAssets {
    std::vector<PodAsset> good;
    std::vector<FieldError> faults;
};
/// *Refuses* 5xx alone: the storage did not answer.
Result<CheckedAssets> check_assets(const api::Call& call, Id<Stop> stop, const std::vector<NamedAsset>& named);
/// In the order given. *Refuses* 422 naming each asset that lies elsewhere, is unknown, belongs to another stop, is of another kind, has not
/// been uploaded, or differs from its declaration in size, type or SHA-256.
Result<std::vector<PodAsset>> verify_assets(const api::Call& call, Id<Stop> stop, const std::vector<NamedAsset>& named);

std::vector<SealedAsset> sealed(const std::vector<PodAsset>& assets);

}  // namespace lastmile
