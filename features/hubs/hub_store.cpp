#include "features/hubs/hub_store.hpp"

#include "platform/base/reasons.hpp"

namespace lastmile {
namespace {

std::vector<Hub> read_rows(const store::Rows& rows) {
    std::vector<Hub> hubs;
    for (const auto& row : rows) hubs.push_back(schema::from_stored<Hub>(row[0].text()));
    return hubs;
}

std::optional<Hub> first(const store::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return schema::from_stored<Hub>(rows[0][0].text());
}

}  // namespace

std::optional<Hub> find_hub(store::Read& read, Id<Hub> id) { return first(read.query("select record from hubs where partition = $1 and id = $2",
    {id})); }

std::optional<Hub> lock_hub_if_any(store::Tx& tx, Id<Hub> id) { return first(tx.lock("select record from hubs where partition = $1 and id = $2",
    {id})); }

Hub lock_hub(store::Tx& tx, Id<Hub> id) {
    auto hub = lock_hub_if_any(tx, id);
    if (!hub) throw Refusal(Error{&reasons::not_found, "There is no such hub.", {}, {}});
    return *hub;
}

void save(store::Writer& writer, const Hub& hub) {
    if (hub.deleted) {
        writer.write(1, "delete from hubs where partition = $1 and id = $2 and version = $3", {hub.id, hub.version - 1});
        return;
    }
    store::Args args{hub.id, hub.version, hub.area_id, std::string(hub.planning_area), schema::to_stored(hub)};
    if (hub.version == 1)
        writer.write(1, "insert into hubs (partition, id, version, area_id, planning_area, record) values ($1, $2, $3, $4, $5, $6)", std::move(args));
    else
        writer.write(1, "update hubs set version = $3, area_id = $4, planning_area = $5, record = $6 where partition = $1 and id = $2 and version = $3 - 1",
                     std::move(args));
}

std::vector<Hub> hubs_below(store::Read& read, const ListHubs& filter, Id<Hub> below, std::int64_t count) {
    return read_rows(read.query("select record from hubs where partition = $1 and id < $2 and (area_id = $3 or $3 is null) "
                                "and (planning_area = $4 or $4 is null) order by id desc limit $5",
                                {below, filter.area_id, filter.planning_area ? store::Value(std::string(*filter.planning_area)) : store::Value(),
                                count}));
}

std::vector<Hub> hubs_of_planning_area(store::Read& read, std::string_view planning_area) {
    return read_rows(read.query("select record from hubs where partition = $1 and planning_area = $2 order by id", {planning_area}));
}

std::vector<Reference> hubs_referring_to(store::Read& read, Id<Area> area) {
    std::vector<Reference> found;
    for (const auto& row : read.query("select id from hubs where partition = $1 and area_id = $2 order by id limit 10", {area}))
        found.push_back({"hub", row[0].id<Hub>().text()});
    return found;
}

}  // namespace lastmile
