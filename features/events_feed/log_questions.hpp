#pragma once
// What questions to the log have in common: types as clients write them, cursors by sequence.
#include <string_view>

#include "platform/api/request.hpp"
#include "platform/base/reasons.hpp"

namespace lastmile {

/// `delivery.*` as the log's filter knows it. *Refuses* `invalid_request` for what is no type.
Result<std::vector<std::string>> log_types(const std::vector<std::string>& wanted, std::string_view pointer);
/// The sequence in a cursor of ours. *Refuses* `bad_cursor`.
Result<std::int64_t> sequence_in(const api::Cursor& cursor);

}  // namespace lastmile
