#pragma once
// What questions to the log have in common: types as clients write them, cursors by sequence.
#include <string_view>

#include "platform/api/request.hpp"
#include "platform/base/reasons.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

/// `delivery.*` as the log's filter knows it. *Refuses* `invalid_request` for what is no type.
Result<std::vector<std::string>> log_types(const std::vector<std::string>& wanted, std::string_view pointer);
/// The sequence in a cursor of ours. *Refuses* `bad_cursor`.
Result<std::int64_t> sequence_in(const api::Cursor& cursor);

/// What was asked to follow a sequence that retention has cut away: the caller would miss events without knowing it.
namespace reasons {
inline constexpr Reason log_was_cut{"log_was_cut", 410, "The log begins after the sequence that was given",
                                    "Read the present state, then follow the log from the Log-Position of that answer."};
}
/// *Refuses* `log_was_cut` with begins_after; 0 means from where the log begins.
Result<void> still_there(store::Read& read, std::int64_t after);

}  // namespace lastmile
