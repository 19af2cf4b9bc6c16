// Any bytes as an encoded line: decoded or refused; what was decoded is encoded and decoded again as the same.
#include <cstdint>
#include <cstdlib>

#include "engines/geo/polyline.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lastmile::geo;
    const auto line = decode_polyline({reinterpret_cast<const char*>(data), size});
    if (!line) return -1;
    const auto again = decode_polyline(encode_polyline(*line));
    if (!again || again->size() != line->size()) std::abort();
    for (std::size_t i = 0; i < line->size(); ++i)
        if ((*again)[i].lat != (*line)[i].lat || (*again)[i].lon != (*line)[i].lon) std::abort();
    return 0;
}
