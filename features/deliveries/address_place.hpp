#pragma once
// From an address to a place: given, or found by the geocoder before the command (it is I/O).
#include "engines/geocode/geocoder.hpp"
#include "features/exceptions/exception.hpp"

namespace lastmile {

/// The geocoder that the app has loaded, if a map is loaded at all; put among the services.
struct Geocoding {
    const geocode::Geocoder* geocoder = nullptr;
};

struct Placed {
    std::optional<Location> location;        // nullopt: could not be placed with confidence
    std::vector<PlaceCandidate> candidates;  // what was found instead
};

/// A location that was given wins. A candidate below 0.6 is a guess: it is not taken, but told.
Placed place(const Address& address, const geocode::Geocoder* geocoder);

/// Whether it says anything but a location.
inline bool has_words(const Address& a) { return a.line1 || a.line2 || a.city || a.postal_code || a.country || a.text; }

}  // namespace lastmile
