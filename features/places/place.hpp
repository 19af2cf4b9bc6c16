#pragma once
// From an address to a place: given, or found by the geocoder before the command (it is I/O).
#include <optional>
#include <vector>

#include "engines/geocode/geocoder.hpp"
#include "features/places/candidate.hpp"

namespace lastmile {

/// The geocoder that the app has loaded, if any; put among the services. It may block (a remote one).
struct Geocoding {
    const geocode::Geocoder* geocoder = nullptr;
};

/// A candidate below it is a guess. `courier_will_call`: somebody at the door can still ask; `nobody_looks`: it is used as it is.
inline constexpr double courier_will_call = 0.6, nobody_looks = 0.8;

struct Placed {
    std::optional<Location> location;        // nullopt: could not be placed with confidence
    std::vector<PlaceCandidate> candidates;  // what was found, up to five
};

/// A location that was given wins. The best candidate is taken from the confidence `enough` on; all are told.
Placed place(const Address& address, const geocode::Geocoder* geocoder, double enough = courier_will_call);

/// Whether it says anything but a location.
inline bool has_words(const Address& a) { return a.line1 || a.line2 || a.city || a.postal_code || a.country || a.text; }

}  // namespace lastmile
