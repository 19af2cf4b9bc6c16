#include <algorithm>
#include <numeric>

#include "platform/schema/codec.hpp"

namespace lastmile::schema {
namespace {

std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row.back();
}

}  // namespace

std::string child_pointer(std::string_view pointer, std::string_view name) {
    constexpr std::string_view plain = "-._~!$&'()*+,;=:@?";
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string text(pointer);
    text += '/';
    for (const char c : name) {
        const auto u = static_cast<unsigned char>(c);
        if (c == '~') text += "~0";
        else if (c == '/') text += "~1";
        else if ((u < 0x80 && std::isalnum(u)) || plain.find(c) != plain.npos) text += c;
        else (text += '%') += {hex[u >> 4], hex[u & 15]};
    }
    return text;
}

std::string_view nearest(std::string_view written, const std::vector<std::string_view>& known) {
    std::string_view best;
    if (written.size() > 64) return best;
    std::size_t least = std::max<std::size_t>(written.size() < 4 ? 1 : 2, written.size() / 3) + 1;
    for (const auto name : known)
        if (const auto d = distance(written, name); d < least) least = d, best = name;
    return best;
}

}  // namespace lastmile::schema
