// Any bytes as a request: decoded or refused, never more; what was decoded is written and read again as the same.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

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

/// True when it was JSON at least: worth being damaged further.
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
    lastmile::fuzz::one({reinterpret_cast<const char*>(data), size});
    return 0;
}

#ifndef LASTMILE_LIBFUZZER
/// `fuzz_json [rounds] files…`: the files, then that many damaged copies of them (bytes changed, cut, doubled, spliced), reproducibly.
int main(int count, char** arguments) {
    std::vector<std::string> seeds;
    long rounds = 0;
    for (int i = 1; i < count; ++i) {
        if (i == 1 && (rounds = std::atol(arguments[1])) > 0) continue;
        std::ifstream in(arguments[i], std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
        lastmile::fuzz::one(seeds.back());
    }
    std::mt19937_64 random(1);
    constexpr std::string_view sharp = "{}[]\",:\\/0123456789.eE+-tfnu\xff\xc3\0";
    for (long round = 0; round < rounds && !seeds.empty(); ++round) {
        auto text = seeds[random() % seeds.size()];
        for (auto times = random() % 6 + 1; times > 0 && !text.empty(); --times) {
            const auto at = random() % text.size(), length = random() % 16;
            switch (random() % 5) {
                case 0: text[at] = static_cast<char>(random()); break;
                case 1: text[at] = sharp[random() % sharp.size()]; break;
                case 2: text.erase(at, length); break;
                case 3: text.insert(at, text.substr(random() % text.size(), length)); break;
                default: text.insert(at, 1, sharp[random() % sharp.size()]);
            }
        }
        if (!lastmile::fuzz::one(text) || text.size() > 4096) continue;
        if (seeds.size() < 256) seeds.push_back(std::move(text));
        else seeds[2 + random() % 254] = std::move(text);
    }
}
#endif
