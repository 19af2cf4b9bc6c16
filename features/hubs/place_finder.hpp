#pragma once
// From a hub's address to its place, through the geocoder that the app has put among the services.
#include <functional>
#include <optional>

#include "engines/geocode/geocoder.hpp"
#include "features/shapes/shapes.hpp"

namespace lastmile {

/// `find` may block (a remote geocoder) and answers nothing for what it cannot place surely. Empty: there is no geocoder.
struct PlaceFinder {
    std::function<std::optional<Location>(const Address&)> find{};
};

/// Takes the best candidate from a confidence of 0.8 on ("can be delivered to without a look"). The geocoder must outlive it.
PlaceFinder place_finder(const geocode::Geocoder& geocoder);

}  // namespace lastmile
