#include "features/closures/closure_store.hpp"

namespace lastmile {
namespace {

std::optional<Closure> first(const store::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return schema::from_stored<Closure>(rows[0][0].text());
}

}  // namespace

std::optional<Closure> find_closure(store::Read& read, Id<Closure> id) {
    return first(read.query("select record from closures where partition = $1 and id = $2", {id}));
}

std::optional<Closure> lock_closure_if_any(store::Tx& tx, Id<Closure> id) {
    return first(tx.lock("select record from closures where partition = $1 and id = $2", {id}));
}

void save(store::Writer& writer, const Closure& closure) {
    if (closure.deleted) writer.write(1, "delete from closures where partition = $1 and id = $2 and version = $3", {closure.id, closure.version - 1});
    else
        writer.write(1, "insert into closures (partition, id, version, record) values ($1, $2, $3, $4)",
                     {closure.id, closure.version, schema::to_stored(closure)});
}

std::vector<Closure> closures_below(store::Read& read, Id<Closure> below, std::int64_t count) {
    std::vector<Closure> closures;
    for (const auto& row : read.query("select record from closures where partition = $1 and id < $2 order by id desc limit $3", {below, count}))
        closures.push_back(schema::from_stored<Closure>(row[0].text()));
    return closures;
}

std::vector<Id<Closure>> closure_ids(store::Read& read) {
    std::vector<Id<Closure>> ids;
    for (const auto& row : read.query("select id from closures where partition = $1 order by id", {})) ids.push_back(row[0].id<Closure>());
    return ids;
}

}  // namespace lastmile
