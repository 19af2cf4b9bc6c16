#pragma once
// Every type of event, what it tells and which members its `data` has: the reference that clients generate from. tests/harness/events.mjs
// holds what the running server tells against it, so a type or member that is missing here fails there.
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace lastmile {

/// A member of `data`. `kind`: s string, t instant (RFC 3339), i integer, n number, b boolean, S strings, I integers, o object, A objects, N string or null.
struct EventMember {
    std::string_view name;
    char kind;
    std::string_view meaning;
};

/// A type. `members`: names out of event_members, separated by spaces; `?` behind those that are not always there, `:k` where
/// the kind is another one here.
struct EventKind {
    std::string_view type;
    std::string_view meaning;
    std::string_view members;
};

const std::vector<EventMember>& event_members();
const std::vector<EventKind>& event_kinds();

/// JSON Schema (2020-12) of an event: `oneOf` over the types, each under `$defs`. For code generators and validators of webhook bodies.
boost::json::object event_schema();
/// The same for people.
std::string events_markdown();

}  // namespace lastmile
