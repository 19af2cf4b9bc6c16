#pragma once
// One byte range (RFC 9110 14.1.2).
#include <cstddef>
#include <optional>
#include <string_view>

namespace lastmile::blobs {

struct ByteRange {
    std::size_t from = 0, size = 0;
};

enum class RangeAsked { none, one, unsatisfiable };

/// `bytes=a-b`, `bytes=a-`, `bytes=-n`. Several ranges, other units and what is malformed count as none, as the RFC lets us.
RangeAsked parse_range(std::string_view header, std::size_t size, ByteRange& range);

}  // namespace lastmile::blobs
