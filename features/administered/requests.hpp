#pragma once
// What the handlers of administered nouns check alike: references in a request, the place where a list goes on.
#include <optional>
#include <string>
#include <vector>

#include "platform/api/request.hpp"
#include "platform/base/reasons.hpp"

namespace lastmile::administered {

/// Bad references of one request, refused together.
class Referred {
public:
    /// An id that leads nowhere in this partition; another tenant's id looks the same.
    void unknown(std::string pointer, std::string_view noun) {
        errors_.push_back({std::move(pointer), "unknown_reference", "there is no such " + std::string(noun)});
    }
    void add(std::string pointer, std::string code, std::string detail) { errors_.push_back({std::move(pointer), std::move(code),
        std::move(detail)}); }
    /// *Refuses* 422 with all of them.
    Result<void> check() {
        if (errors_.empty()) return {};
        auto detail = errors_.size() == 1 ? errors_[0].detail : std::to_string(errors_.size()) + " fields are wrong";  // before they are moved from
        return refuse(reasons::invalid, std::move(detail),
            std::move(errors_));
    }

private:
    std::vector<FieldError> errors_;
};

/// The key below which a newest-first list goes on. *Refuses* `bad_cursor` (400).
template <class Noun>
Result<Id<Noun>> below(const std::optional<api::Cursor>& cursor) {
    if (!cursor) {
        Id<Noun> newest;
        newest.bytes.fill(0xff);
        return newest;
    }
    if (const auto id = Id<Noun>::parse(cursor->key)) return *id;
    return refuse(reasons::bad_cursor, "The cursor is not one of this list.");
}

}  // namespace lastmile::administered
