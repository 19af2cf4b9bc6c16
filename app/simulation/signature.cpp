#include "app/simulation/signature.hpp"

#include <fmt/format.h>

#include "app/simulation/chance.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::simulation {

std::string signature(std::uint64_t seed, const std::string& about) {
    constexpr int loops = 9;
    std::string path = "M12 48";
    for (int i = 0; i < loops; ++i) {
        const auto draw = [&](const char* what, double from, double to) { return from + (to - from) * chance(seed, about, what + std::to_string(i)); };
        const double x = 20 + 22 * i;
        path += fmt::format(" C{:.0f} {:.0f} {:.0f} {:.0f} {:.0f} {:.0f}", x + draw("a", -14, 10), draw("b", 4, 40), x + draw("c", 0, 26), draw("d", 4, 76),
                            x + draw("e", 8, 18), draw("f", 36, 58));
    }
    return crypto::to_base64(fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 220 80"><path d="{}" fill="none" stroke="#123" stroke-width="2"/></svg>)", path));
}

}  // namespace lastmile::simulation
