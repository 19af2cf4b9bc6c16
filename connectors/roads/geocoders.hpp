#pragma once
#include "connectors/roads/remote.hpp"
#include "engines/geocode/geocoder.hpp"

namespace lastmile::remote {

/// Nominatim (nominatim.org/release-docs): search in text or parts, reverse. It has no completion of its own: `complete` searches.
/// Neither of these services tells how sure it is. Confidence here: 0.9 where what was found is a house and a house was asked for, 0.75 for a street
/// where a street was, else 0.5; so that a street in the place of a house is never delivered to unseen.
class NominatimGeocoder final : public geocode::Geocoder {
public:
    explicit NominatimGeocoder(RemoteOptions options) : remote_(std::move(options)) {}
    geocode::Answer<std::vector<geocode::Candidate>> search(const geocode::Query& query) const override;
    geocode::Answer<std::vector<geocode::Candidate>> complete(const geocode::Query& query) const override { return search(query); }
    geocode::Answer<std::vector<geocode::Candidate>> reverse(geo::Point point, std::size_t limit, double max_m) const override;
    const Remote& remote() const { return remote_; }

private:
    Remote remote_;
};

/// Photon (github.com/komoot/photon): made for texts that are still being typed.
class PhotonGeocoder final : public geocode::Geocoder {
public:
    explicit PhotonGeocoder(RemoteOptions options) : remote_(std::move(options)) {}
    geocode::Answer<std::vector<geocode::Candidate>> search(const geocode::Query& query) const override;
    geocode::Answer<std::vector<geocode::Candidate>> complete(const geocode::Query& query) const override { return search(query); }
    geocode::Answer<std::vector<geocode::Candidate>> reverse(geo::Point point, std::size_t limit, double max_m) const override;
    const Remote& remote() const { return remote_; }

private:
    Remote remote_;
};

}  // namespace lastmile::remote
