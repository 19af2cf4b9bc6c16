#pragma once
// The loaded map: router and geocoder on one file, and the few map documents that pages draw.
#include <memory>
#include <string>

#include "engines/geocode/geocoder.hpp"
#include "engines/road/embedded.hpp"
#include "platform/http/message.hpp"

namespace lastmile::app {

class CityMap {
public:
    /// An imported map, or any .osm.pbf (imported into `data_folder` on first use, with progress on stderr). Throws with one sentence.
    CityMap(const std::string& path, const std::string& data_folder);

    road::EmbeddedRouter& router() { return *router_; }
    const std::shared_ptr<road::EmbeddedRouter>& shared_router() const { return router_; }
    const geocode::Geocoder& geocoder() const { return *geocoder_; }
    std::shared_ptr<const geocode::Geocoder> shared_geocoder() const { return geocoder_; }
    /// GET /v1/lastmile/map/info and /map/roads, /map/areas?bbox=…&zoom=…: what the pages draw; the map is public, so no key is asked for.
    bool serves(const http::Request& request) const;
    http::Response answer(const http::Request& request) const;

private:
    std::shared_ptr<road::EmbeddedRouter> router_;
    std::shared_ptr<geocode::EmbeddedGeocoder> geocoder_;
    std::string name_, etag_;
};

}  // namespace lastmile::app
