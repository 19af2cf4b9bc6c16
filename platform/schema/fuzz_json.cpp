// Any bytes as a request: decoded or refused, never more; what was decoded is written and read again as the same.
#include <cstdlib>
#include <fstream>
#include <iterator>

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

void one(std::string_view text) {
    const auto decoded = schema::decode<Tree>(text);
    if (!decoded) {
        if (decoded.error().reason->status != 400 && decoded.error().errors.empty()) std::abort();
        return;
    }
    if (!decoded->day.ok()) return;  // the default, which has no text
    const auto written = schema::to_stored(*decoded);
    const auto again = schema::decode<Tree>(written);
    if (!again || schema::to_stored(*again) != written) std::abort();
}

}  // namespace lastmile::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    lastmile::fuzz::one({reinterpret_cast<const char*>(data), size});
    return 0;
}

#ifndef LASTMILE_LIBFUZZER
int main(int count, char** files) {
    for (int i = 1; i < count; ++i) {
        std::ifstream in(files[i], std::ios::binary);
        lastmile::fuzz::one(std::string(std::istreambuf_iterator<char>(in), {}));
    }
}
#endif
