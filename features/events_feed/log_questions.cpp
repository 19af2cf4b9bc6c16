#include "features/events_feed/log_questions.hpp"

#include <charconv>

#include "platform/events/cut.hpp"

namespace lastmile {

Result<std::vector<std::string>> log_types(const std::vector<std::string>& wanted, std::string_view pointer) {
    std::vector<std::string> types;
    std::vector<FieldError> faults;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        auto type = wanted[i];
        if (type.ends_with(".*")) type.pop_back();
        const bool good = type.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") == type.npos && !type.starts_with('.') && type != "";
        if (!good) faults.push_back({std::string(pointer) + "/" + std::to_string(i), "invalid_format", "an event type such as delivery.failed, or delivery.*"});
        types.push_back(std::move(type));
    }
    if (!faults.empty()) return refuse(reasons::invalid, "Some event types are none.", std::move(faults));
    return types;
}

Result<std::int64_t> sequence_in(const api::Cursor& cursor) {
    std::int64_t sequence = 0;
    const auto* end = cursor.key.data() + cursor.key.size();
    const auto [at, fault] = std::from_chars(cursor.key.data(), end, sequence);
    if (fault != std::errc{} || at != end || sequence < 0) return refuse(reasons::bad_cursor, "The cursor is of another list.");
    return sequence;
}

Result<void> still_there(store::Read& read, std::int64_t after) {
    const auto cut = after > 0 ? events::find_checkpoint(read) : std::nullopt;
    if (!cut || cut->sequence <= after) return {};
    Error error{&reasons::log_was_cut,
                "The retention policy has cut the log up to " + std::to_string(cut->sequence) + "; what came after " + std::to_string(after) +
                    " is not all there.",
                {},
                {}};
    error.extras["begins_after"] = cut->sequence;
    return std::unexpected(std::move(error));
}

}  // namespace lastmile
