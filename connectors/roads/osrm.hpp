#pragma once
#include <map>

#include "connectors/roads/remote.hpp"
#include "engines/road/router.hpp"

namespace lastmile::remote {

/// OSRM's HTTP API (v5, project-osrm.org/docs): nearest, route, table. `profiles` maps our profile names to the server's ("car" → "driving").
/// What it has no word for (areas to avoid) is refused as unavailable, so that a fallback answers.
class OsrmRouter final : public road::Router {
public:
    OsrmRouter(RemoteOptions options, std::map<std::string, std::string, std::less<>> profiles);

    std::vector<std::string> profiles() const override;
    road::Answer<std::vector<road::Snap>> nearest(std::string_view profile, geo::Point point, std::size_t count, double max_snap_m) const override;
    road::Answer<road::Route> route(const road::RouteQuery& query) const override;
    using Router::table;
    road::Answer<void> table(const road::TableQuery& query, const road::RowSink& sink, std::stop_token stop) const override;

    const Remote& remote() const { return remote_; }

private:
    road::Answer<std::string> profile(std::string_view name) const;

    Remote remote_;
    std::map<std::string, std::string, std::less<>> profiles_;
};

}  // namespace lastmile::remote
