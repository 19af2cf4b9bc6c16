#pragma once
// The SQL of the log: reading stamped events.
#include "platform/events/event.hpp"
#include "platform/store/list.hpp"

namespace lastmile::events {

/// What to read of a partition's log. Everything that is set must hold. `types` are names (`delivery.failed`) or families (`delivery.`).
struct Filter {
    std::vector<std::string> types{};
    std::optional<std::string> delivery_id{};
    std::optional<std::string> assignment_id{};
    std::optional<std::string> driver_id{};
    std::optional<std::string> aggregate_id{};
    std::optional<Instant> from{};  // timestamp, inclusive
    std::optional<Instant> to{};    // exclusive
    std::optional<std::string> actor_id{};
    std::optional<Instant> recorded_from{};  // recorded_at, inclusive
    std::optional<Instant> recorded_to{};    // exclusive
    bool matches(const Event& event) const;
};

/// Stamped events with a sequence above `after`, in order; at most `limit`.
std::vector<Event> read_log(store::Read& read, std::int64_t after, const Filter& filter = {}, int limit = 200);
/// The same backwards: below `before`, newest first.
std::vector<Event> read_log_back(store::Read& read, std::int64_t before, const Filter& filter = {}, int limit = 200);

/// The sequence of an event by its serial; nullopt while it has none.
std::optional<std::int64_t> sequence_of(store::Read& read, std::int64_t serial);

/// With the stored text, the content's place in the chain, for verify_chain.
struct Stamped {
    Event event;
    std::string data;
    store::Bytes link;
};
std::vector<Stamped> read_chain(store::Read& read, std::int64_t after, int limit);

}  // namespace lastmile::events
