#include "features/drivers/shift_store.hpp"

#include "platform/base/reasons.hpp"

namespace lastmile {
namespace {

std::vector<Shift> read_rows(const store::Rows& rows) {
    std::vector<Shift> shifts;
    for (const auto& row : rows) shifts.push_back(schema::from_stored<Shift>(row[0].text()));
    return shifts;
}

std::optional<Shift> first(const store::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return schema::from_stored<Shift>(rows[0][0].text());
}

store::Value hub_of(const std::optional<ShiftPlace>& place) { return place ? store::Value(place->hub_id) : store::Value(); }

}  // namespace

std::optional<Shift> find_shift(store::Read& read, Id<Shift> id) { return first(read.query("select record from shifts where partition = $1 and id = $2", {id})); }

Shift lock_shift(store::Tx& tx, Id<Shift> id) {
    auto shift = first(tx.lock("select record from shifts where partition = $1 and id = $2", {id}));
    if (!shift) throw Refusal(Error{&reasons::not_found, "There is no such shift.", {}, {}});
    return *shift;
}

void save(store::Writer& writer, const Shift& shift) {
    if (shift.deleted) {
        writer.write(1, "delete from shifts where partition = $1 and id = $2 and version = $3", {shift.id, shift.version - 1});
        return;
    }
    store::Args args{shift.id, shift.version, shift.driver_id, shift.starts_at, shift.ends_at, schema::wire_name(shift.status),
        hub_of(shift.start_place),
                     hub_of(shift.end_place), schema::to_stored(shift)};
    if (shift.version == 1)
        writer.write(1, "insert into shifts (partition, id, version, driver_id, starts_at, ends_at, status, start_hub_id, end_hub_id, record) "
                        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", std::move(args));
    else
        writer.write(1, "update shifts set version = $3, driver_id = $4, starts_at = $5, ends_at = $6, status = $7, start_hub_id = $8, end_hub_id = $9, record = $10 "
                        "where partition = $1 and id = $2 and version = $3 - 1", std::move(args));
}

std::optional<Shift> overlapping_shift(store::Read& read, const Shift& shift) {
    return first(read.query("select record from shifts where partition = $1 and driver_id = $2 and id <> $3 and starts_at < $4 and ends_at > $5 order by starts_at limit 1",
                            {shift.driver_id, shift.id, shift.ends_at, shift.starts_at}));
}

std::optional<Shift> shift_for(store::Read& read, Id<Driver> driver, Instant at) {
    return first(read.query("select record from shifts where partition = $1 and driver_id = $2 and "
                            "(status = 'started' or (status = 'planned' and ends_at > $3 and starts_at <= $4)) "
                            "order by case when status = 'started' then 0 else 1 end, starts_at limit 1",
                            {driver, at, at + std::chrono::hours{12}}));
}

std::vector<Shift> shifts_in(store::Read& read, const Window& span) {
    return read_rows(read.query("select record from shifts where partition = $1 and starts_at < $2 and ends_at > $3 and status <> 'ended' order by driver_id, starts_at",
                                {span.to, span.from}));
}

std::vector<Shift> shifts_below(store::Read& read, const ListShifts& filter, const std::optional<std::pair<Instant, Id<Shift>>>& before,
    std::int64_t count) {
    Id<Shift> last;
    last.bytes.fill(0xff);
    const auto from = before ? before->first : Instant::max();
    return read_rows(read.query("select record from shifts where partition = $1 and driver_id = $2 and (starts_at < $3 or (starts_at = $3 and id < $4)) "
                                "and (ends_at > $5 or $5 is null) and (starts_at < $6 or $6 is null) order by starts_at desc, id desc limit $7",
                                {filter.driver_id, from, before ? before->second : last, filter.from, filter.to, count}));
}

std::vector<Reference> shifts_referring_to(store::Read& read, Id<Hub> hub) {
    std::vector<Reference> found;
    for (const auto& row : read.query("select id from shifts where partition = $1 and (start_hub_id = $2 or end_hub_id = $2) and status <> 'ended' order by id limit 10", {hub}))
        found.push_back({"shift", row[0].id<Shift>().text()});
    return found;
}

}  // namespace lastmile
