#pragma once
// The files that a report carries, looked at before its command: what was uploaded is what was declared, a signature that comes within
// the report is stored. Blocks on the storage: never in a command.
#include "features/deliveries/custody_rules.hpp"
#include "features/driver_api/driver_api.hpp"
#include "features/pods/pod_assets.hpp"

namespace lastmile::driver_api {

struct ProofFiles {
    std::vector<PodAsset> assets;      // usable: the signature, then the pictures
    std::vector<PodAsset> drawn;       // of these: stored just now, declared in the command
    std::vector<FieldError> unusable;  // of a synced report; online they refuse it

    bool has(AssetKind kind) const;
    /// How the events name them.
    std::vector<std::string> urls(AssetKind kind) const;
};

/// What kind of picture the bytes are: image/png, image/jpeg or image/svg+xml; nullopt: none of these.
std::optional<std::string> picture_type(std::string_view bytes);

/// Empty for a stop that is not this driver's and for a report that is known already: the command says so. *Refuses* online 422 naming each
/// file that is missing, lies elsewhere, belongs to another stop or is not what was declared; either way 5xx when the storage fails.
Result<ProofFiles> look_at_files(const api::Call& call, deliveries::Report report, const std::optional<Text<1, 100>>& event_id, Id<Stop> stop,
                                 const std::optional<SignatureProof>& signature, const std::vector<Text<1, 2000>>& photos);

template <class Request>
Result<ProofFiles> files_of(const api::Call& call, deliveries::Report report, const Request& request) {
    if constexpr (requires { request.recipient_signature; })
        return look_at_files(call, report, request.event_id, request.stop_id, request.recipient_signature, request.photos);
    else
        return look_at_files(call, report, request.event_id, request.stop_id, {}, request.photos);
}

}  // namespace lastmile::driver_api
