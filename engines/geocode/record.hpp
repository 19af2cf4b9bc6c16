#pragma once
#include <cstdint>
#include <string>

#include "engines/geo/point.hpp"

namespace lastmile::geocode {

enum class Kind : std::uint8_t { address, street, place, postcode, poi };

/// Something that can be searched for. Which fields are set depends on `kind`.
struct Record {
    Kind kind = Kind::address;
    std::string name;    ///< of a street, place, shop; of an address: the house's name (addr:housename), mostly empty
    std::string street;  ///< address, poi: street, or the place that numbers its houses (addr:place)
    std::string number;  ///< address, poi: house number
    std::string postcode;
    std::string city;      ///< as tagged; empty where it is to be inferred from the nearest place
    std::string category;  ///< place: city, town, suburb, …; poi: "amenity=pharmacy"
    geo::Point point;
    std::uint32_t importance = 0;  ///< place: inhabitants, or a guess by its category; street: length in metres
};

}  // namespace lastmile::geocode
