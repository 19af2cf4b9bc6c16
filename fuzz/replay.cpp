// What stands in for libFuzzer where clang is not at hand: `fuzz_… [rounds] files…` tries the files, then that many damaged copies of them
// (bytes changed, cut, doubled, spliced), reproducibly.
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// False when the target says that the input is not worth keeping.
bool one(std::string_view text) { return LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()) == 0; }

void damage(std::string& text, std::mt19937_64& random) {
    constexpr std::string_view sharp = "{}[]\",:\\/0123456789.eE+-tfnu\r\n\xff\xc3\0";
    const auto at = random() % text.size(), length = random() % 16;
    switch (random() % 5) {
        case 0: text[at] = static_cast<char>(random()); break;
        case 1: text[at] = sharp[random() % sharp.size()]; break;
        case 2: text.erase(at, length); break;
        case 3: text.insert(at, text.substr(random() % text.size(), length)); break;
        default: text.insert(at, 1, sharp[random() % sharp.size()]);
    }
}

}  // namespace

int main(int count, char** arguments) {
    std::vector<std::string> seeds;
    long rounds = 0;
    for (int i = 1; i < count; ++i) {
        if (i == 1 && (rounds = std::atol(arguments[1])) > 0) continue;
        std::ifstream in(arguments[i], std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
        one(seeds.back());
    }
    std::mt19937_64 random(1);
    for (long round = 0; round < rounds && !seeds.empty(); ++round) {
        auto text = seeds[random() % seeds.size()];
        for (auto times = random() % 6 + 1; times > 0 && !text.empty(); --times) damage(text, random);
        if (!one(text) || text.size() > 4096) continue;
        if (seeds.size() < 256) seeds.push_back(std::move(text));
        else seeds[random() % 256] = std::move(text);
    }
}
