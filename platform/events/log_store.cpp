#include "platform/events/log_store.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace lastmile::events {
namespace {

constexpr store::Sql select_log =
    "select s.sequence, e.id, e.type, e.aggregate, e.aggregate_id, e.version, e.delivery_id, e.assignment_id, e.driver_id, e.actor_kind, "
    "e.actor_id, "
    "e.on_behalf, e.source, e.request_id, e.traceparent, e.timestamp, e.recorded_at, e.data, s.link "
    "from stamped s join events e on e.serial = s.serial where s.partition = $1 and e.partition = $1";

std::optional<std::string> maybe(const store::Value& value) { return value.null() ? std::nullopt : std::optional(value.text()); }

/// All but `data`.
Event event_of(const store::Row& row, Partition partition) {
    return {.id = row[1].id<Event>(),
            .partition = partition,
            .sequence = row[0].integer(),
            .type = row[2].text(),
            .timestamp = row[15].instant(),
            .recorded_at = row[16].instant(),
            .aggregate = row[3].text(),
            .aggregate_id = row[4].text(),
            .version = row[5].integer(),
            .delivery_id = maybe(row[6]),
            .assignment_id = maybe(row[7]),
            .driver_id = maybe(row[8]),
            .actor = {row[9].text(), row[10].text(), row[11].text()},
            .source = row[12].text(),
            .request_id = row[13].text(),
            .traceparent = row[14].text()};
}

void add_filter(store::SqlBuilder& list, const Filter& filter) {
    list.where(" and e.delivery_id = $?", filter.delivery_id)
        .where(" and e.assignment_id = $?", filter.assignment_id)
        .where(" and e.driver_id = $?", filter.driver_id)
        .where(" and e.aggregate_id = $?", filter.aggregate_id)
        .where(" and e.timestamp >= $?", filter.from)
        .where(" and e.timestamp < $?", filter.to)
        .where(" and e.actor_id = $?", filter.actor_id)
        .where(" and e.recorded_at >= $?", filter.recorded_from)
        .where(" and e.recorded_at < $?", filter.recorded_to);
    if (filter.types.empty()) return;
    list.add(" and (1 = 0");
    for (const auto& type : filter.types) {
        if (type.ends_with('.')) list.add(" or substr(e.type, 1, cast($? as integer)) = $?", {type.size(), type});
        else list.add(" or e.type = $?", {type});
    }
    list.add(")");
}

std::vector<Event> fetch(store::Read& read, const store::SqlBuilder& list) {
    std::vector<Event> events;
    for (const auto& row : list.query(read)) {
        events.push_back(event_of(row, read.partition()));
        events.back().data = boost::json::parse(row[17].text()).as_object();
    }
    return events;
}

}  // namespace

bool Filter::matches(const Event& event) const {
    const auto type_fits = [&](const std::string& type) { return type.ends_with('.') ? event.type.starts_with(type) : event.type == type; };
    return (types.empty() || std::ranges::any_of(types, type_fits)) && (!delivery_id || event.delivery_id == delivery_id) &&
           (!assignment_id || event.assignment_id == assignment_id) && (!driver_id || event.driver_id == driver_id) &&
           (!aggregate_id || event.aggregate_id == *aggregate_id) && (!from || event.timestamp >= *from) && (!to || event.timestamp < *to) &&
           (!actor_id || event.actor.id == *actor_id) && (!recorded_from || event.recorded_at >= *recorded_from) &&
           (!recorded_to || event.recorded_at < *recorded_to);
}

std::vector<Event> read_log(store::Read& read, std::int64_t after, const Filter& filter, int limit) {
    store::SqlBuilder list(select_log);
    add_filter(list, filter);
    list.add(" and s.sequence > $? order by s.sequence limit $?", {after, limit});
    return fetch(read, list);
}

std::vector<Event> read_log_back(store::Read& read, std::int64_t before, const Filter& filter, int limit) {
    store::SqlBuilder list(select_log);
    add_filter(list, filter);
    list.add(" and s.sequence < $? order by s.sequence desc limit $?", {before, limit});
    return fetch(read, list);
}

std::optional<std::int64_t> sequence_of(store::Read& read, std::int64_t serial) {
    const auto rows = read.query("select sequence from stamped where partition = $1 and serial = $2", {serial});
    if (rows.empty()) return std::nullopt;
    return rows[0][0].integer();
}

std::vector<Stamped> read_chain(store::Read& read, std::int64_t after, int limit) {
    store::SqlBuilder list(select_log);
    list.add(" and s.sequence > $? order by s.sequence limit $?", {after, limit});
    std::vector<Stamped> all;
    for (const auto& row : list.query(read)) all.push_back({event_of(row, read.partition()), row[17].text(), row[18].bytes()});
    return all;
}

}  // namespace lastmile::events
