// Any bytes as an address: folded, split, numbered, compared. Folding what is folded changes nothing.
#include <cstdint>
#include <cstdlib>

#include "engines/geocode/words.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lastmile::geocode;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto folded = fold(text);
    if (fold(folded) != folded) std::abort();
    const auto found = words(text);
    for (const auto& word : found) {
        if (word.empty()) std::abort();
        without_digraphs(word);
    }
    if (found.size() > 1 && edit_distance(found[0], found[1], 3) != edit_distance(found[1], found[0], 3)) std::abort();
    number_value(normal_number(text));
    return 0;
}
