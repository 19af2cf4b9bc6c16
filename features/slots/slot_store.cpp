#include "features/slots/slot_store.hpp"

#include "features/slots/slot_rules.hpp"
#include "platform/store/list.hpp"
#include "platform/store/rows.hpp"

namespace lastmile {
namespace {

SlotTemplate read_row(const store::Row& row) { return schema::from_stored<SlotTemplate>(row[0].text()); }

std::optional<SlotTemplate> first(const store::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return read_row(rows[0]);
}

/// A reservation as its row.
struct ReservationRow {
    Id<Reservation> id;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    Id<Slot> slot_id;
    Id<SlotTemplate> template_id;
    Id<Area> area_id;
    ServiceLevel service_level = ServiceLevel::standard;
    Instant window_from;
    Instant window_to;
    ReservationState status = ReservationState::held;
    std::optional<Instant> expires_at;
    std::optional<Id<Delivery>> delivery_id;
    std::optional<Text<1, 200>> order_id;
};
LASTMILE_VALUE(ReservationRow, (id, version, created_at, updated_at, slot_id, template_id, area_id, service_level, window_from, window_to, status,
                                expires_at, delivery_id, order_id))

const store::Table<ReservationRow> reservations("slot_reservations");

ReservationRow row_of(const Reservation& r) {
    return {r.id,       r.version,       r.created_at,  r.updated_at, r.slot_id, r.template_id, r.area_id,
            r.service_level, r.window.from, r.window.to, r.status,     r.expires_at, r.delivery_id, r.order_id};
}
Reservation of_row(const ReservationRow& row) {
    return {row.id,          row.id,       row.version,    row.created_at,  row.updated_at, row.slot_id, row.template_id, row.area_id, row.service_level,
            {row.window_from, row.window_to}, row.status, row.expires_at, row.delivery_id, row.order_id};
}
std::optional<Reservation> of_row(const std::optional<ReservationRow>& row) {
    if (!row) return std::nullopt;
    return of_row(*row);
}

}  // namespace

std::optional<SlotTemplate> find_slot_template(store::Read& read, Id<SlotTemplate> id) {
    return first(read.query("select record from slot_templates where partition = $1 and id = $2", {id}));
}

std::optional<SlotTemplate> lock_slot_template_if_any(store::Tx& tx, Id<SlotTemplate> id) {
    return first(tx.lock("select record from slot_templates where partition = $1 and id = $2", {id}));
}

std::optional<SlotTemplate> template_of_slot(store::Read& read, Id<Slot> id) {
    return first(read.query("select record from slot_templates where partition = $1 and tail = $2", {slots::tail_of(id.bytes)}));
}

void save(store::Writer& writer, const SlotTemplate& one) {
    if (one.deleted) {
        writer.write(1, "delete from slot_templates where partition = $1 and id = $2 and version = $3", {one.id, one.version - 1});
        return;
    }
    store::Args args{one.id, one.version, slots::tail_of(one.id.bytes), one.area_id, schema::wire_name(one.service_level), schema::to_stored(one)};
    if (one.version == 1)
        writer.write(1, "insert into slot_templates (partition, id, version, tail, area_id, service_level, record) values ($1, $2, $3, $4, $5, $6, $7)",
                     std::move(args));
    else
        writer.write(1,
                     "update slot_templates set version = $3, tail = $4, area_id = $5, service_level = $6, record = $7 where partition = $1 and id = $2 "
                     "and version = $3 - 1",
                     std::move(args));
}

std::vector<SlotTemplate> slot_templates_below(store::Read& read, const ListSlotTemplates& filter, Id<SlotTemplate> below, std::int64_t count) {
    store::SqlBuilder list("select record from slot_templates where partition = $1 and id < $2", {below});
    list.where(" and area_id = $?", filter.area_id);
    if (filter.service_level) list.add(" and service_level = $?", {schema::wire_name(*filter.service_level)});
    list.add(" order by id desc limit $?", {count});
    std::vector<SlotTemplate> found;
    for (const auto& row : list.query(read)) found.push_back(read_row(row));
    return found;
}

std::vector<SlotTemplate> slot_templates_of(store::Read& read, Id<Area> area, ServiceLevel level) {
    std::vector<SlotTemplate> found;
    for (const auto& row : read.query("select record from slot_templates where partition = $1 and area_id = $2 and service_level = $3 order by id",
                                      {area, schema::wire_name(level)}))
        found.push_back(read_row(row));
    return found;
}

std::vector<Reference> slot_templates_referring_to(store::Read& read, Id<Area> area) {
    std::vector<Reference> found;
    for (const auto& row : read.query("select id from slot_templates where partition = $1 and area_id = $2 order by id limit 10", {area}))
        found.push_back({"slot_template", row[0].id<SlotTemplate>().text()});
    return found;
}

void lock_slot(store::Tx& tx, Id<Slot> id, Id<SlotTemplate> template_id) {
    tx.bookkeeping().write_any("insert into slots (partition, id, template_id) values ($1, $2, $3) on conflict do nothing", {id, template_id});
    tx.lock("select template_id from slots where partition = $1 and id = $2", {id});
}

std::vector<Reservation> lock_overdue_holds(store::Tx& tx, Id<Slot> id, Instant now) {
    std::vector<Reservation> found;
    for (const auto& row : reservations.lock(tx, "partition = $1 and slot_id = $2 and status = 'held' and expires_at <= $3 order by id", {id, now}))
        found.push_back(of_row(row));
    return found;
}

std::map<Id<Slot>, std::int64_t> taken_of(store::Read& read, const std::vector<Id<Slot>>& ids, Instant now) {
    std::map<Id<Slot>, std::int64_t> taken;
    constexpr std::size_t at_a_time = 200;
    for (std::size_t at = 0; at < ids.size(); at += at_a_time) {
        store::SqlBuilder count("select slot_id, count(*) from slot_reservations where partition = $1 and (status in ('confirmed', 'used') or (status = 'held' "
                                "and expires_at > $2))",
                                {now});
        store::Args some;
        for (std::size_t i = at; i < std::min(ids.size(), at + at_a_time); ++i) some.emplace_back(ids[i]);
        count.in(" and slot_id in", some).add(" group by slot_id");
        for (const auto& row : count.query(read)) taken[row[0].id<Slot>()] = row[1].integer();
    }
    return taken;
}

std::optional<Reservation> find_reservation(store::Read& read, Id<Reservation> id) {
    return of_row(reservations.one(read, "partition = $1 and id = $2", {id}));
}

std::optional<Reservation> lock_reservation(store::Tx& tx, Id<Reservation> id) {
    return of_row(reservations.lock_one(tx, "partition = $1 and id = $2", {id}));
}

void save(store::Writer& writer, const Reservation& reservation) {
    if (reservation.version == 1)
        reservations.insert(writer, row_of(reservation));
    else
        reservations.update(writer, row_of(reservation), reservation.version - 1);
}

}  // namespace lastmile
