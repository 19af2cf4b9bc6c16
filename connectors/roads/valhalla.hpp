#pragma once
#include <map>

#include "connectors/roads/remote.hpp"
#include "engines/road/router.hpp"

namespace lastmile::remote {

/// Valhalla's HTTP API (valhalla.github.io): locate, route, sources_to_targets. `profiles` maps our profile names to its costings ("car" → "auto").
class ValhallaRouter final : public road::Router {
public:
    ValhallaRouter(RemoteOptions options, std::map<std::string, std::string, std::less<>> profiles);

    std::vector<std::string> profiles() const override;
    road::Answer<std::vector<road::Snap>> nearest(std::string_view profile, geo::Point point, std::size_t count, double max_snap_m) const override;
    road::Answer<road::Route> route(const road::RouteQuery& query) const override;
    using Router::table;
    road::Answer<void> table(const road::TableQuery& query, const road::RowSink& sink, std::stop_token stop) const override;

    const Remote& remote() const { return remote_; }

private:
    road::Answer<std::string> costing(std::string_view name) const;

    Remote remote_;
    std::map<std::string, std::string, std::less<>> profiles_;
};

}  // namespace lastmile::remote
