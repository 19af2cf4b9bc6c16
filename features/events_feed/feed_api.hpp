#pragma once
// Requests and answers of the log's own endpoints, and their table.
#include "features/events_feed/timeline.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct ListEvents {
    Whole<0, INT64_MAX> after = 0;
    std::optional<api::Cursor> cursor;
    List<Text<1, 100>, 0, 50> type;
    std::optional<Id<Delivery>> delivery_id;
    std::optional<Id<Assignment>> assignment_id;
    std::optional<Id<Driver>> driver_id;
    api::Limit limit;
};
LASTMILE_VALUE(ListEvents, (after, cursor, type, delivery_id, assignment_id, driver_id, limit))
LASTMILE_DEFAULTS(ListEvents, (after, type, limit))
LASTMILE_DOC(ListEvents, "Which part of the log; oldest first.", {"after", "the sequence that was read last"},
             {"cursor", "where a page ended, instead of `after`"},
             {"type", "only these: names (delivery.failed) or families (delivery.*)", "delivery.*"}, {"delivery_id", "only of this delivery"},
             {"assignment_id", "only of this assignment"}, {"driver_id", "only of this driver"}, {"limit", "how many"})

struct GetTimeline {
    Id<Delivery> delivery_id;
    api::Limit limit = 200;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(GetTimeline, (delivery_id, limit, cursor))
LASTMILE_DEFAULTS(GetTimeline, (limit))
LASTMILE_DOC(GetTimeline, "Whose timeline; oldest first.", {"delivery_id", "ours"}, {"limit", "how many"}, {"cursor", "where to go on"})

api::Endpoints feed_endpoints();

}  // namespace lastmile
