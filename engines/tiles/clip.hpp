#pragma once
#include <cstdint>
#include <vector>

namespace lastmile::tiles {

/// A place in a tile's own units: 0…4096 from its north-western corner, to the east and to the south.
struct Spot {
    double x = 0, y = 0;
};

/// The square that is drawn: the tile and a margin around it, so that wide lines have no seams.
struct Frame {
    double low = -64, high = 4096 + 64;
};

/// The pieces of a line within a frame (Liang and Barsky 1984).
std::vector<std::vector<Spot>> clip_line(const std::vector<Spot>& line, Frame frame = {});

/// A ring cut at a frame (Sutherland and Hodgman 1974); empty where nothing is within. Not closed: the last spot does not repeat the first.
std::vector<Spot> clip_ring(const std::vector<Spot>& ring, Frame frame = {});

/// Twice the area, positive for a ring that runs clockwise as seen on a screen (y down): what MVT wants of an outer ring.
double area2(const std::vector<Spot>& ring);

/// Even-odd.
bool is_within(const std::vector<Spot>& ring, Spot spot);

}  // namespace lastmile::tiles
