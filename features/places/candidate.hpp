#pragma once
// What the geocoder found for an address, as it is told to people.
#include "features/shapes/shapes.hpp"

namespace lastmile {

/// Which end of a delivery an address belongs to.
enum class AddressSide { pickup, dropoff };
LASTMILE_ENUM(AddressSide, pickup, dropoff)

/// Where an address may be, as the geocoder sees it.
struct PlaceCandidate {
    std::string label;
    Location location;
    Ratio confidence;
    std::optional<AddressSide> side{};
};
LASTMILE_VALUE(PlaceCandidate, (label, location, confidence, side))
LASTMILE_DOC(PlaceCandidate, "A place that an address may mean.", {"label", "its address in words"}, {"location", "where it is"},
             {"confidence", "0 to 1"}, {"side", "which end of the delivery it is for"})

}  // namespace lastmile
