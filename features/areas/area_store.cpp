#include "features/areas/area_store.hpp"

#include <algorithm>

#include "features/areas/area_rules.hpp"
#include "platform/base/reasons.hpp"

namespace lastmile {
namespace {

Area read_row(const store::Row& row) { return schema::from_stored<Area>(row[0].text()); }

std::optional<Area> first(const store::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return read_row(rows[0]);
}

}  // namespace

std::optional<Area> find_area(store::Read& read, Id<Area> id) {
    return first(read.query("select record from areas where partition = $1 and id = $2", {id}));
}

std::optional<Area> lock_area_if_any(store::Tx& tx, Id<Area> id) {
    return first(tx.lock("select record from areas where partition = $1 and id = $2", {id}));
}

Area lock_area(store::Tx& tx, Id<Area> id) {
    auto area = lock_area_if_any(tx, id);
    if (!area) throw Refusal(Error{&reasons::not_found, "There is no such area.", {}, {}});
    return *area;
}

void save(store::Writer& writer, const Area& area) {
    if (area.deleted) {
        writer.write(1, "delete from areas where partition = $1 and id = $2 and version = $3", {area.id, area.version - 1});
        return;
    }
    geo::Box box;
    const auto polygons = areas::parse_geometry(area.geometry.value()).value();
    for (const auto& polygon : polygons) box.add(geo::box_of(polygon));
    store::Args args{area.id, area.version, box.south, box.west, box.north, box.east, schema::to_stored(area)};
    if (area.version == 1)
        writer.write(1, "insert into areas (partition, id, version, south, west, north, east, record) values ($1, $2, $3, $4, $5, $6, $7, $8)",
            std::move(args));
    else
        writer.write(1, "update areas set version = $3, south = $4, west = $5, north = $6, east = $7, record = $8 "
                        "where partition = $1 and id = $2 and version = $3 - 1", std::move(args));
}

std::vector<Area> areas_below(store::Read& read, Id<Area> below, std::int64_t count) {
    std::vector<Area> areas;
    for (const auto& row : read.query("select record from areas where partition = $1 and id < $2 order by id desc limit $3", {below, count}))
        areas.push_back(read_row(row));
    return areas;
}

std::vector<Area> areas_at(store::Read& read, geo::Point place) {
    std::vector<std::pair<double, Area>> found;
    for (const auto& row : read.query("select record from areas where partition = $1 and south <= $2 and north >= $2 and west <= $3 and east >= $3 order by id",
                                      {place.lat, place.lon})) {
        auto area = read_row(row);
        const auto polygons = areas::parse_geometry(area.geometry.value()).value();
        if (!geo::contains(polygons, place)) continue;
        double size = 0;
        for (const auto& polygon : polygons) size += geo::area_m2(polygon);
        found.emplace_back(size, std::move(area));
    }
    std::ranges::stable_sort(found, {}, &std::pair<double, Area>::first);
    std::vector<Area> areas;
    for (auto& [size, area] : found) areas.push_back(std::move(area));
    return areas;
}

}  // namespace lastmile
