// Any bytes as a request: decoded or refused, never more; what was decoded is written and read again as the same.
#include <cstdlib>

#include "platform/schema/schema.hpp"

namespace lastmile::fuzz {

enum class Shade { light, dark };
LASTMILE_ENUM(Shade, light, dark)

struct Leaf {
    Text<1, 8> name;
    std::optional<Instant> at;
};
LASTMILE_VALUE(Leaf, (name, at))

struct Tree {
    std::vector<Leaf> leaves;
    std::optional<std::variant<Text<0, 9>, Leaf, std::vector<Leaf>>> one;
    Patch<Phone> phone;
    std::map<std::string, double> sizes;
    Shade shade = Shade::light;
    Metadata metadata;
    Whole<-5, 5> small;
    Date day{};
};
LASTMILE_VALUE(Tree, (leaves, one, phone, sizes, shade, metadata, small, day))
LASTMILE_DEFAULTS(Tree, (leaves, sizes, shade, metadata, small, day))

/// True when it was JSON at least: worth being kept and changed further.
bool one(std::string_view text) {
    const auto decoded = schema::decode<Tree>(text);
    if (!decoded) {
        if (decoded.error().reason->status == 400) return false;
        if (decoded.error().errors.empty()) std::abort();
        return true;
    }
    if (!decoded->day.ok()) return true;  // the default, which has no text
    const auto written = schema::to_stored(*decoded);
    const auto again = schema::decode<Tree>(written);
    if (!again || schema::to_stored(*again) != written) std::abort();
    return true;
}

}  // namespace lastmile::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return lastmile::fuzz::one({reinterpret_cast<const char*>(data), size}) ? 0 : -1;
}
