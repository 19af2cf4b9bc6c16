#pragma once
// What a decision produces: the new state and the events that tell of it. Saved together or not at all (events::apply).
#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

namespace lastmile {

/// An event before the log knows it. `data` holds public fields only; personal data is referred to by recipient_id.
struct EventDraft {
    std::string type;  // catalogue of design: `delivery.created`, `stop.arrived`, …
    boost::json::object data{};
};

template <class Aggregate>
struct Changed {
    Aggregate after;
    std::vector<EventDraft> events{};
};

}  // namespace lastmile
