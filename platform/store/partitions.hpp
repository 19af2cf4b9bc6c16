#pragma once
// Partitions by name, and their business clocks.
#include <optional>
#include <span>
#include <string_view>

#include "platform/store/store.hpp"

namespace lastmile::store {

/// Finds or creates; safe when several nodes do it at once.
Partition ensure_partition(Store& store, const PartitionName& name);
std::optional<Partition> find_partition(Read& read, const PartitionName& name);
std::vector<std::pair<Partition, PartitionName>> all_partitions(Read& read);

/// Sets a partition's business clock. A standing clock (`fixed`) shows exactly `to` until it is set again; otherwise it ticks on from `to`.
void set_clock(Tx& tx, Instant to, bool fixed);
/// Moves the clock as it is: a standing one stands at `to`, a ticking one ticks on from there. Never back (does nothing then).
void move_clock(Tx& tx, Instant to);

/// Removes every row of a test partition from every table that has a column `partition` (but for those named in `kept`), in one commit; its
/// clock ticks with the machine's again. Its log begins anew at 1: close live subscriptions first. A live partition is a std::logic_error.
void clear_partition(Store& store, Partition partition, std::span<const std::string_view> kept = {});

/// Forgets remembered answers past their time, at most `limit`; answers how many.
std::int64_t forget_answers(Tx& tx, int limit = 1000);
/// For who sets Options::remember to it and forgets by policy.
inline constexpr std::chrono::hours remembered_at_most{24 * 30};
/// Of the command's partition those that are older than `age`, though they are kept for `remembered_at_most`.
std::int64_t forget_answers(Tx& tx, std::chrono::hours age, int limit);

}  // namespace lastmile::store
