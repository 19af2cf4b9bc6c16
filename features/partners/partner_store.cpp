#include "features/partners/partner_store.hpp"

#include "platform/base/reasons.hpp"

namespace lastmile {
namespace {

std::vector<Partner> read_rows(const store::Rows& rows) {
    std::vector<Partner> partners;
    for (const auto& row : rows) partners.push_back(schema::from_stored<Partner>(row[0].text()));
    return partners;
}

std::optional<Partner> first(const store::Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return schema::from_stored<Partner>(rows[0][0].text());
}

}  // namespace

std::optional<Partner> find_partner(store::Read& read, Id<Partner> id) {
    return first(read.query("select record from partners where partition = $1 and id = $2", {id}));
}

std::optional<Partner> lock_partner_if_any(store::Tx& tx, Id<Partner> id) {
    return first(tx.lock("select record from partners where partition = $1 and id = $2", {id}));
}

Partner lock_partner(store::Tx& tx, Id<Partner> id) {
    auto partner = lock_partner_if_any(tx, id);
    if (!partner) throw Refusal(Error{&reasons::not_found, "There is no such partner.", {}, {}});
    return *partner;
}

void save(store::Writer& writer, const Partner& partner) {
    store::Args args{partner.id, partner.version, schema::wire_name(partner.type), std::string(partner.connector), partner.enabled,
        schema::to_stored(partner)};
    if (partner.version == 1)
        writer.write(1, "insert into partners (partition, id, version, type, connector, enabled, record) values ($1, $2, $3, $4, $5, $6, $7)",
            std::move(args));
    else
        writer.write(1, "update partners set version = $3, type = $4, connector = $5, enabled = $6, record = $7 where partition = $1 and id = $2 and version = $3 - 1",
                     std::move(args));
    writer.write_any("delete from partner_areas where partition = $1 and partner_id = $2", {partner.id});
    for (const auto area : partner.areas)
        writer.write(1, "insert into partner_areas (partition, area_id, partner_id) values ($1, $2, $3)", {area, partner.id});
}

std::vector<Partner> partners_below(store::Read& read, const ListPartners& filter, Id<Partner> below, std::int64_t count) {
    const auto type = filter.type ? store::Value(schema::wire_name(*filter.type)) : store::Value();
    const auto connector = filter.connector ? store::Value(std::string(*filter.connector)) : store::Value();
    return read_rows(read.query("select record from partners where partition = $1 and id < $2 and (type = $3 or $3 is null) and (enabled = $4 or $4 is null) "
                                "and (connector = $5 or $5 is null) order by id desc limit $6",
                                {below, type, filter.enabled, connector, count}));
}

std::vector<Partner> enabled_partners(store::Read& read) {
    return read_rows(read.query("select record from partners where partition = $1 and enabled = 1 order by id"));
}

std::vector<Reference> partners_referring_to(store::Read& read, Id<Area> area) {
    std::vector<Reference> found;
    for (const auto& row : read.query("select partner_id from partner_areas where partition = $1 and area_id = $2 order by partner_id limit 10",
        {area}))
        found.push_back({"partner", row[0].id<Partner>().text()});
    return found;
}

}  // namespace lastmile
