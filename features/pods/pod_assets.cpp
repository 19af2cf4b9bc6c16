#include "features/pods/pod_assets.hpp"

#include "features/reasons/reasons.hpp"
#include "platform/store/store.hpp"

namespace lastmile {
namespace {

constexpr std::string_view base = "/v1/lastmile/pod/assets/";

std::string host_of(const api::Call& call) {
    if (call.request)
        for (const auto& [name, value] : call.request->headers)
            if (name == "host") return value;
    return {};
}

}  // namespace

std::string asset_url(Id<Asset> id) { return std::string(base) + id.text(); }

std::optional<Id<Asset>> parse_asset_url(std::string_view url, std::string_view host) {
    for (const std::string_view scheme : {"http://", "https://"})
        if (!host.empty() && url.starts_with(scheme) && url.substr(scheme.size()).starts_with(host)) {
            url.remove_prefix(scheme.size() + host.size());
            break;
        }
    if (url.starts_with(base)) url.remove_prefix(base.size());
    return Id<Asset>::parse(url);
}

blobs::UploadTerms terms_of(Partition partition, const PodAsset& asset) {
    return {"p" + std::to_string(partition.number) + "/pods/" + asset.id.text(), static_cast<std::size_t>(asset.size), asset.content_type, asset.sha256};
}

Result<CheckedAssets> check_assets(const api::Call& call, Id<Stop> stop, const std::vector<NamedAsset>& named) {
    CheckedAssets checked;
    if (named.empty()) return checked;
    const auto host = host_of(call);
    std::vector<std::optional<PodAsset>> found(named.size());
    call.service<store::Store>().look(call.partition, [&](store::Read& read) {
        for (std::size_t i = 0; i < named.size(); ++i)
            if (const auto id = parse_asset_url(named[i].url, host)) found[i] = find_pod_asset(read, *id);
    });
    for (std::size_t i = 0; i < named.size(); ++i) {
        const auto fault = [&](std::string code, std::string detail) { checked.faults.push_back({named[i].pointer, std::move(code), std::move(detail)}); };
        const auto id = parse_asset_url(named[i].url, host);
        if (!id) fault("unknown_host", "upload the file here (POST /v1/lastmile/pod/request-upload) and give its asset_url; files elsewhere are not taken");
        else if (!found[i]) fault("unknown_asset", "there is no asset " + id->text());
        else if (found[i]->stop_id != stop) fault("other_stop", id->text() + " was declared for another stop");
        else if (found[i]->kind != named[i].kind) fault("other_kind", id->text() + " was declared as a " + std::string(schema::wire_name(found[i]->kind)));
        else if (auto there = call.service<blobs::BlobStore>().verify(terms_of(call.partition, *found[i])); !there) {
            const auto& error = there.error();
            if (error.reason->status >= 500) return std::unexpected(error);
            if (error.reason == &reasons::not_found) fault("not_uploaded", id->text() + " has not been uploaded");
            else for (const auto& one : error.errors) fault("asset_mismatch", id->text() + ": " + one.detail);
        } else checked.good.push_back(*found[i]);
    }
    return checked;
}

Result<std::vector<PodAsset>> verify_assets(const api::Call& call, Id<Stop> stop, const std::vector<NamedAsset>& named) {
    auto checked = check_assets(call, stop, named);
    if (!checked) return std::unexpected(std::move(checked.error()));
    if (!checked->faults.empty())
        return refuse(reasons::invalid, "Files of the proof are missing or are not what was declared.", std::move(checked->faults));
    return std::move(checked->good);
}

std::vector<SealedAsset> sealed(const std::vector<PodAsset>& assets) {
    std::vector<SealedAsset> list;
    for (const auto& asset : assets) list.push_back({asset.id, asset.kind, asset.content_type, asset.size, asset.sha256});
    return list;
}

}  // namespace lastmile
