#include "features/drivers/driver_store.hpp"

#include "features/drivers/driver_rules.hpp"
#include "platform/base/reasons.hpp"

namespace lastmile {
namespace {

std::vector<Driver> read_rows(const store::Rows& rows) {
    std::vector<Driver> drivers;
    for (const auto& row : rows) drivers.push_back(schema::from_stored<Driver>(row[0].text()));
    return drivers;
}

std::optional<Driver> first(const store::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return schema::from_stored<Driver>(rows[0][0].text());
}

std::vector<Reference> references(const store::Rows& rows) {
    std::vector<Reference> found;
    for (const auto& row : rows) found.push_back({"driver", row[0].id<Driver>().text()});
    return found;
}

template <class T>
store::Value text_or_null(const std::optional<T>& text) {
    return text ? store::Value(std::string(*text)) : store::Value();
}

}  // namespace

std::optional<Driver> find_driver(store::Read& read, Id<Driver> id) { return first(read.query("select record from drivers where partition = $1 and id = $2", {id})); }

std::optional<Driver> find_driver_by_external_id(store::Read& read, std::string_view external_id) {
    return first(read.query("select record from drivers where partition = $1 and external_id = $2", {external_id}));
}

std::optional<Driver> lock_driver_if_any(store::Tx& tx, Id<Driver> id) { return first(tx.lock("select record from drivers where partition = $1 and id = $2", {id})); }

Driver lock_driver(store::Tx& tx, Id<Driver> id) {
    auto driver = lock_driver_if_any(tx, id);
    if (!driver) throw Refusal(Error{&reasons::not_found, "There is no such driver.", {}, {}});
    return *driver;
}

void save(store::Writer& writer, const Driver& driver) {
    const std::string pointer = driver.version == 1 ? "#/external_driver_id" : "#/external_id";
    writer.on_violation("drivers_external_id", Error{&reasons::external_id_taken, "Another driver has this id.",
        {{pointer, "taken", "another driver has it"}}, {}});
    store::Args args{driver.id, driver.version, text_or_null(driver.external_id), driver.partner_id, driver.vehicle_id, driver.home_hub_id,
                     schema::wire_name(driver.status), drivers::papers_until(driver), schema::to_stored(driver)};
    if (driver.version == 1)
        writer.write(1, "insert into drivers (partition, id, version, external_id, partner_id, vehicle_id, home_hub_id, status, papers_until, record) "
                        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", std::move(args));
    else
        writer.write(1, "update drivers set version = $3, external_id = $4, partner_id = $5, vehicle_id = $6, home_hub_id = $7, status = $8, papers_until = $9, "
                        "record = $10 where partition = $1 and id = $2 and version = $3 - 1", std::move(args));
    writer.write_any("delete from driver_skills where partition = $1 and driver_id = $2", {driver.id});
    for (const auto& skill : driver.skills)
        writer.write(1, "insert into driver_skills (partition, driver_id, skill) values ($1, $2, $3)", {driver.id, std::string(skill)});
}

std::vector<Driver> drivers_below(store::Read& read, const ListDrivers& filter, Id<Driver> below, std::int64_t count) {
    const auto status = filter.status ? store::Value(schema::wire_name(*filter.status)) : store::Value();
    return read_rows(read.query("select record from drivers where partition = $1 and id < $2 and (partner_id = $3 or $3 is null) and (status = $4 or $4 is null) "
                                "and (external_id = $5 or $5 is null) and (exists (select 1 from driver_skills s where s.partition = $1 and s.driver_id = drivers.id "
                                "and s.skill = $6) or $6 is null) order by id desc limit $7",
                                {below, filter.partner_id, status, text_or_null(filter.external_id), text_or_null(filter.skill), count}));
}

std::vector<Driver> active_drivers(store::Read& read) {
    return read_rows(read.query("select record from drivers where partition = $1 and status <> 'inactive' order by id"));
}

std::vector<Driver> drivers_with_papers_until(store::Read& read, Instant at) {
    return read_rows(read.query("select record from drivers where partition = $1 and papers_until <= $2 and status <> 'inactive' order by papers_until, id", {at}));
}

std::vector<Reference> drivers_referring_to(store::Read& read, Id<Vehicle> vehicle) {
    return references(read.query("select id from drivers where partition = $1 and vehicle_id = $2 order by id limit 10", {vehicle}));
}

std::vector<Reference> drivers_referring_to(store::Read& read, Id<Hub> hub) {
    return references(read.query("select id from drivers where partition = $1 and home_hub_id = $2 order by id limit 10", {hub}));
}

}  // namespace lastmile
