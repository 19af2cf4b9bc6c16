#include "platform/blobs/byte_range.hpp"

#include <algorithm>
#include <charconv>

namespace lastmile::blobs {
namespace {

bool read_number(std::string_view text, std::size_t& number) {
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc{} && end == text.data() + text.size();
}

}  // namespace

RangeAsked parse_range(std::string_view header, std::size_t size, ByteRange& range) {
    constexpr std::string_view unit = "bytes=";
    if (!header.starts_with(unit)) return RangeAsked::none;
    header.remove_prefix(unit.size());
    const auto dash = header.find('-');
    if (dash == std::string_view::npos) return RangeAsked::none;
    const auto first = header.substr(0, dash), last = header.substr(dash + 1);
    std::size_t from = 0, to = 0;
    if (first.empty()) {
        if (!read_number(last, to)) return RangeAsked::none;
        if (to == 0 || size == 0) return RangeAsked::unsatisfiable;
        range = {size - std::min(to, size), std::min(to, size)};
        return RangeAsked::one;
    }
    if (!read_number(first, from)) return RangeAsked::none;
    if (last.empty())
        to = size == 0 ? 0 : size - 1;
    else if (!read_number(last, to) || to < from)
        return RangeAsked::none;
    if (from >= size) return RangeAsked::unsatisfiable;
    to = std::min(to, size - 1);
    range = {from, to - from + 1};
    return RangeAsked::one;
}

}  // namespace lastmile::blobs
