#pragma once
// An event of the log, as every reader sees it.
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/actor.hpp"
#include "platform/base/id.hpp"
#include "platform/base/partition.hpp"

namespace lastmile::events {

struct Event {
    static constexpr std::string_view id_prefix = "evt";

    Id<Event> id{};
    Partition partition{};
    std::int64_t sequence = 0;   // dense per partition, from 1
    std::string type;
    Instant timestamp{};         // business time
    Instant recorded_at{};       // machine time
    std::string aggregate;       // delivery, assignment, …
    std::string aggregate_id;
    std::int64_t version = 0;    // of the aggregate, after the change
    std::optional<std::string> delivery_id{};
    std::optional<std::string> assignment_id{};
    std::optional<std::string> driver_id{};
    Actor actor{};
    std::string source;
    std::string request_id;
    std::string traceparent;
    boost::json::object data{};

    /// The trace that the change belongs to, or else the request: what the API calls correlation_id.
    std::string correlation_id() const { return traceparent.size() == 55 ? traceparent.substr(3, 32) : request_id; }
};

/// What an event belongs to. A room gives it by `events::Refs event_refs(const Delivery&)`, found by ADL.
struct Refs {
    std::string aggregate;
    std::string aggregate_id;   // as at the edge
    std::int64_t version = 0;   // after the change
    std::optional<std::string> delivery_id{};
    std::optional<std::string> assignment_id{};
    std::optional<std::string> driver_id{};
};

}  // namespace lastmile::events
