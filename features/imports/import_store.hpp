#pragma once
// The SQL of imports: lines that wait, and what became of them.
#include <optional>
#include <vector>

#include "features/ids/ids.hpp"
#include "features/imports/lines.hpp"
#include "platform/work/jobs.hpp"

namespace lastmile {

void keep_chunk(store::Tx& tx, Id<work::Job> job, const imports::Chunk& chunk);
/// The first chunk that still waits.
std::optional<imports::Chunk> next_chunk(store::Read& read, Id<work::Job> job);
void drop_chunk(store::Tx& tx, Id<work::Job> job, std::int64_t number);
/// At most `limit` of them; answers whether any are left.
bool drop_chunks(store::Tx& tx, Id<work::Job> job, int limit);

void keep_outcome(store::Tx& tx, Id<work::Job> job, std::int64_t line, Id<Delivery> made);
struct LineOutcome {
    std::int64_t line = 0;
    Id<Delivery> made;
};
/// In the order of lines, `from` ≤ line < `to`.
std::vector<LineOutcome> outcomes_of(store::Read& read, Id<work::Job> job, std::int64_t from, std::int64_t to);
std::int64_t created_of(store::Read& read, Id<work::Job> job);
/// The errors of these lines.
std::vector<work::LineError> errors_of(store::Read& read, Id<work::Job> job, std::int64_t from, std::int64_t to);

}  // namespace lastmile
