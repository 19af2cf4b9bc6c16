#pragma once
// Documents of our own. Internal to the module.
#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <string_view>

namespace lastmile::schema {

/// What was written by ourselves holds no member twice. Throws std::logic_error when it is not JSON. The value lies in `memory`.
boost::json::value parse_stored(std::string_view text, boost::json::storage_ptr memory);

}  // namespace lastmile::schema
