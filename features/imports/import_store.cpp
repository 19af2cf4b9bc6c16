#include "features/imports/import_store.hpp"

namespace lastmile {

void keep_chunk(store::Tx& tx, Id<work::Job> job, const imports::Chunk& chunk) {
    tx.bookkeeping().write(1, "insert into import_chunks (partition, job, number, first_line, bytes) values ($1, $2, $3, $4, $5)",
                           {job, chunk.number, chunk.first_line, store::Bytes(chunk.bytes.begin(), chunk.bytes.end())});
}

std::optional<imports::Chunk> next_chunk(store::Read& read, Id<work::Job> job) {
    const auto rows = read.query("select number, first_line, bytes from import_chunks where partition = $1 and job = $2 order by number limit 1", {job});
    if (rows.empty()) return std::nullopt;
    const auto& bytes = rows[0][2].bytes();
    return imports::Chunk{rows[0][0].integer(), rows[0][1].integer(), std::string(bytes.begin(), bytes.end())};
}

void drop_chunk(store::Tx& tx, Id<work::Job> job, std::int64_t number) {
    tx.bookkeeping().write_any("delete from import_chunks where partition = $1 and job = $2 and number = $3", {job, number});
}

bool drop_chunks(store::Tx& tx, Id<work::Job> job, int limit) {
    const auto rows = tx.query("select number from import_chunks where partition = $1 and job = $2 order by number limit $3", {job, limit + 1});
    for (std::size_t i = 0; i < std::min(rows.size(), static_cast<std::size_t>(limit)); ++i) drop_chunk(tx, job, rows[i][0].integer());
    return rows.size() > static_cast<std::size_t>(limit);
}

void keep_outcome(store::Tx& tx, Id<work::Job> job, std::int64_t line, Id<Delivery> made) {
    tx.bookkeeping().write(1, "insert into import_lines (partition, job, line, made) values ($1, $2, $3, $4)", {job, line, made});
}

std::vector<LineOutcome> outcomes_of(store::Read& read, Id<work::Job> job, std::int64_t from, std::int64_t to) {
    std::vector<LineOutcome> found;
    for (const auto& row : read.query("select line, made from import_lines where partition = $1 and job = $2 and line >= $3 and line < $4 order by line",
                                      {job, from, to}))
        found.push_back({row[0].integer(), row[1].id<Delivery>()});
    return found;
}

std::int64_t created_of(store::Read& read, Id<work::Job> job) {
    return read.query("select count(*) from import_lines where partition = $1 and job = $2", {job})[0][0].integer();
}

std::vector<work::LineError> errors_of(store::Read& read, Id<work::Job> job, std::int64_t from, std::int64_t to) {
    std::vector<work::LineError> found;
    for (const auto& row : read.query("select line, pointer, code, detail from job_errors where partition = $1 and job = $2 and line >= $3 and line < $4 "
                                      "order by line, pointer",
                                      {job, from, to}))
        found.push_back({row[0].integer(), row[1].text(), row[2].text(), row[3].text()});
    return found;
}

}  // namespace lastmile
