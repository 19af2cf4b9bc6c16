#pragma once
// JSON of tokens and key sets: an object, nothing behind it, no member twice (readers differ in which one they take).
#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

namespace lastmile::crypto {

/// nullopt when it is not such an object. At most 16 levels deep.
std::optional<boost::json::object> parse_strict_object(std::string_view text);

}  // namespace lastmile::crypto
