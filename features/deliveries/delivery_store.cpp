#include "features/deliveries/delivery_store.hpp"

#include "features/deliveries/follow_up.hpp"

#include <algorithm>
#include <map>

namespace lastmile {
namespace {

const store::Table<DeliveryRow> deliveries_table("deliveries");

std::string code_of(const PackageRecord& package) {
    if (package.barcode) return *package.barcode;
    if (package.package_id) return *package.package_id;
    return package.id.text();
}

void save_packages(store::Writer& writer, const DeliveryRow& row) {
    for (const auto& package : row.record.packages) {
        const auto* state = row.lifecycle.package(package.id);
        if (!state) continue;
        writer.write_any(
            "insert into delivery_packages (partition, id, delivery_id, code, custody) values ($1, $2, $3, $4, $5) "
            "on conflict (partition, id) do update set custody = excluded.custody",
            {package.id, row.id, code_of(package), state->custody.text()});
    }
}

/// First the rows that end, then those that begin: the unique indexes see each statement by itself.
void save_legs(store::Writer& writer, const DeliveryRow& row) {
    for (const bool live : {false, true}) {
        for (const auto& leg : row.lifecycle.legs) {
            for (const auto& item : leg.items) {
                if (item.live() != live) continue;
                const auto after = leg.after.empty() ? store::Bytes{} : store::Bytes(leg.after.bytes.begin(), leg.after.bytes.end());
                const auto assignment = leg.holder ? store::Value(leg.holder->assignment_id) : store::Value();
                writer.write_any(
                    "insert into leg_packages (partition, leg_id, package_id, delivery_id, after_leg, state, assignment_id) values ($1, $2, $3, $4, "
                    "$5, $6, $7) "
                    "on conflict (partition, leg_id, package_id) do update set state = excluded.state, assignment_id = excluded.assignment_id, "
                    "after_leg = excluded.after_leg",
                    {leg.id, item.package_id, row.id, after, schema::wire_name(item.state), assignment});
            }
        }
    }
}

}  // namespace

std::optional<DeliveryRow> find_delivery(store::Read& read, Id<Delivery> id) {
    return deliveries_table.one(read, "partition = $1 and id = $2", {id});
}
std::optional<DeliveryRow> lock_delivery(store::Tx& tx, Id<Delivery> id) { return deliveries_table.lock_one(tx, "partition = $1 and id = $2", {id}); }

std::vector<DeliveryRow> find_deliveries(store::Read& read, const std::vector<Id<Delivery>>& ids) {
    constexpr std::size_t at_a_time = 200;
    std::map<Id<Delivery>, DeliveryRow> rows;
    for (std::size_t first = 0; first < ids.size(); first += at_a_time) {
        store::SqlBuilder query(
            "select id, version, created_at, updated_at, status, phase, outcome, type, source, source_id, order_id, service_level, priority, "
            "tracking_number, pickup_hub_id, dropoff_hub_id, pickup_lat, pickup_lon, dropoff_lat, dropoff_lon, pickup_from, pickup_to, dropoff_from, "
            "dropoff_to, recipient_id, assignment_id, driver_id, partner_id, record, lifecycle from deliveries where partition = $1");
        store::Args some;
        for (std::size_t i = first; i < std::min(ids.size(), first + at_a_time); ++i) some.emplace_back(ids[i]);
        for (auto& row : store::rows<DeliveryRow>(query.in(" and id in", some).query(read))) rows.insert_or_assign(row.id, std::move(row));
    }
    std::vector<DeliveryRow> found;
    for (const auto& id : ids)
        if (const auto row = rows.find(id); row != rows.end()) found.push_back(row->second);
    return found;
}

std::vector<Id<Delivery>> deliveries_to_plan(store::Read& read) {
    std::vector<Id<Delivery>> ids;
    for (const auto& row : read.query("select distinct delivery_id from leg_packages where partition = $1 and state = 'planned' and assignment_id is null "
                                      "order by delivery_id"))
        ids.push_back(row[0].id<Delivery>());
    return ids;
}

std::vector<DeliveryRow> lock_deliveries(store::Tx& tx, std::vector<Id<Delivery>> ids) {
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    std::vector<DeliveryRow> found;
    for (const auto& id : ids)
        if (auto row = lock_delivery(tx, id)) found.push_back(std::move(*row));
    return found;
}

std::optional<TrackedDelivery> find_tracked(store::Read& read, std::string_view tracking_number) {
    const auto rows = read.query(store::SystemSql("select partition, id from deliveries where tracking_number = $1"), {tracking_number});
    if (rows.empty()) return std::nullopt;
    return TrackedDelivery{Partition{rows[0][0].integer()}, rows[0][1].id<Delivery>()};
}

std::vector<ScannedPackage> find_packages(store::Read& read, std::string_view code) {
    std::vector<ScannedPackage> found;
    for (const auto& row :
         read.query("select p.id, p.delivery_id from delivery_packages p join deliveries d on d.partition = p.partition and d.id = p.delivery_id "
                    "where p.partition = $1 and p.code = $2 and d.status not in ('returned', 'cancelled') order by p.delivery_id desc limit 20",
                    {code}))
        found.push_back({row[0].id<Package>(), row[1].id<Delivery>()});
    return found;
}

void save(store::Writer& writer, const DeliveryRow& row) {
    if (row.version == 1)
        deliveries_table.insert(writer, row);
    else
        deliveries_table.update(writer, row, row.version - 1);
    save_packages(writer, row);
    save_legs(writer, row);
}

events::Refs event_refs(const DeliveryRow& row) {
    events::Refs refs{.aggregate = "delivery", .aggregate_id = row.id.text(), .version = row.version, .delivery_id = row.id.text()};
    if (row.assignment_id) refs.assignment_id = row.assignment_id->text();
    if (row.driver_id) refs.driver_id = row.driver_id->text();
    return refs;
}

void put(DeliveryRow& row, const DeliveryChange& change, Instant now) {
    row.lifecycle = change.after;
    const auto view = status_of(row.lifecycle);
    row.status = view.status, row.phase = view.phase, row.outcome = view.outcome;
    row.assignment_id.reset(), row.driver_id.reset(), row.partner_id.reset();
    // Who has it last: the live leg that goes furthest, else the last that was held.
    for (const bool live : {false, true}) {
        for (const auto& leg : row.lifecycle.legs) {
            if (!leg.holder || leg.live() != live) continue;
            if (!live && row.status != Status::delivered && row.status != Status::returned) continue;
            row.assignment_id = leg.holder->assignment_id;
            row.driver_id.reset(), row.partner_id.reset();
            if (leg.holder->kind == HolderKind::driver)
                row.driver_id = leg.holder->driver_id;
            else
                row.partner_id = leg.holder->partner_id;
        }
    }
    row.updated_at = now;
}

void apply_change(store::Tx& tx, DeliveryRow& row, const DeliveryChange& change) {
    if (change.events.empty() && change.after == row.lifecycle) return;
    const auto was = row.status;
    put(row, change, tx.now().business);
    row.version += 1;
    row.lifecycle.version = row.version;
    auto drafts = change.events;
    for (auto& draft : deliveries::follow_up(row, tx.now().business)) drafts.push_back(std::move(draft));
    if (drafts.empty()) drafts.push_back({"delivery.updated", {{"delivery_id", row.id.text()}}});
    events::apply(tx, Changed<DeliveryRow>{row, std::move(drafts)});
    deliveries::settle_slot(tx, row, was);
}

}  // namespace lastmile
