#include "features/vehicles/vehicle_store.hpp"

#include "platform/base/reasons.hpp"

namespace lastmile {
namespace {

std::vector<Vehicle> read_rows(const store::Rows& rows) {
    std::vector<Vehicle> vehicles;
    for (const auto& row : rows) vehicles.push_back(schema::from_stored<Vehicle>(row[0].text()));
    return vehicles;
}

std::optional<Vehicle> first(const store::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return schema::from_stored<Vehicle>(rows[0][0].text());
}

store::Value text_or_null(const std::optional<Text<1, 200>>& text) { return text ? store::Value(std::string(*text)) : store::Value(); }

}  // namespace

std::optional<Vehicle> find_vehicle(store::Read& read, Id<Vehicle> id) {
    return first(read.query("select record from vehicles where partition = $1 and id = $2", {id}));
}

std::optional<Vehicle> lock_vehicle_if_any(store::Tx& tx, Id<Vehicle> id) {
    return first(tx.lock("select record from vehicles where partition = $1 and id = $2", {id}));
}

Vehicle lock_vehicle(store::Tx& tx, Id<Vehicle> id) {
    auto vehicle = lock_vehicle_if_any(tx, id);
    if (!vehicle) throw Refusal(Error{&reasons::not_found, "There is no such vehicle.", {}, {}});
    return *vehicle;
}

void save(store::Writer& writer, const Vehicle& vehicle) {
    if (vehicle.deleted) {
        writer.write(1, "delete from vehicles where partition = $1 and id = $2 and version = $3", {vehicle.id, vehicle.version - 1});
        return;
    }
    const std::string pointer = vehicle.version == 1 ? "#/vehicle_id" : "#/external_id";
    writer.on_violation("vehicles_external_id", Error{&reasons::external_id_taken, "Another vehicle has this id.",
        {{pointer, "taken", "another vehicle has it"}}, {}});
    store::Args args{vehicle.id, vehicle.version, text_or_null(vehicle.external_id), vehicle.partner_id, schema::wire_name(vehicle.type),
        vehicle.warehouse,
                     vehicle.available, schema::to_stored(vehicle)};
    if (vehicle.version == 1)
        writer.write(1, "insert into vehicles (partition, id, version, external_id, partner_id, type, warehouse, available, record) "
                        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9)", std::move(args));
    else
        writer.write(1, "update vehicles set version = $3, external_id = $4, partner_id = $5, type = $6, warehouse = $7, available = $8, record = $9 "
                        "where partition = $1 and id = $2 and version = $3 - 1", std::move(args));
}

std::vector<Vehicle> vehicles_below(store::Read& read, const ListVehicles& filter, Id<Vehicle> below, std::int64_t count) {
    const auto type = filter.type ? store::Value(schema::wire_name(*filter.type)) : store::Value();
    return read_rows(read.query("select record from vehicles where partition = $1 and id < $2 and (warehouse = $3 or $3 is null) and (available = $4 or $4 is null) "
                                "and (partner_id = $5 or $5 is null) and (type = $6 or $6 is null) and (external_id = $7 or $7 is null) order by id desc limit $8",
                                {below, filter.warehouse, filter.available, filter.partner_id, type, text_or_null(filter.external_id), count}));
}

std::optional<Vehicle> find_vehicle_by_external_id(store::Read& read, std::string_view external_id) {
    return first(read.query("select record from vehicles where partition = $1 and external_id = $2", {external_id}));
}

std::vector<Reference> vehicles_referring_to(store::Read& read, Id<Hub> hub) {
    std::vector<Reference> found;
    for (const auto& row : read.query("select id from vehicles where partition = $1 and warehouse = $2 order by id limit 10", {hub}))
        found.push_back({"vehicle", row[0].id<Vehicle>().text()});
    return found;
}

}  // namespace lastmile
