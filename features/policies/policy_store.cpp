#include "features/policies/policy_store.hpp"

#include <boost/json/parse.hpp>
#include <tuple>

#include "platform/store/kept.hpp"

namespace lastmile {
namespace {

PolicySetting to_setting(PolicyReach reach, const store::Rows& rows) {
    if (rows.empty()) return {std::move(reach), 0, {}};
    return {std::move(reach), rows[0][0].integer(), boost::json::parse(rows[0][1].text()).as_object()};
}

}  // namespace

namespace {

/// What is nearer over what is further away; a null is a value here (no limit, never).
void overlay(boost::json::value& target, const boost::json::value& nearer) {
    if (!nearer.is_object() || !target.is_object()) {
        target = nearer;
        return;
    }
    for (const auto& [name, value] : nearer.as_object()) overlay(target.as_object()[name], value);
}

const schema::Type* member_type(const schema::Type* type, std::string_view name) {
    const auto* field = type && type->kind == schema::Kind::structure ? type->field(name) : nullptr;
    return field ? &field->type() : nullptr;
}

void set_at(boost::json::object& document, const boost::json::object& patch, const schema::Type* type) {
    for (const auto& [name, value] : patch) {
        const auto* member = member_type(type, name);
        if (value.is_null() && !(member && member->kind == schema::Kind::nullable)) {
            document.erase(name);
        } else if (value.is_object() && member && member->kind == schema::Kind::structure) {
            auto& inner = document[name];
            if (!inner.is_object()) inner = boost::json::object{};
            set_at(inner.as_object(), value.as_object(), member);
        } else {
            document[name] = value;
        }
    }
}

}  // namespace

void set_policies(boost::json::object& document, const boost::json::object& patch) { set_at(document, patch, &schema::type_of<Policies>()); }

PolicySetting find_policy_setting(store::Read& read, const PolicyReach& reach) {
    return to_setting(
        reach, read.query("select version, document from policies where partition = $1 and reach = $2 and reach_id = $3", {reach.kind, reach.id}));
}

PolicySetting lock_policy_setting(store::Tx& tx, const PolicyReach& reach) {
    return to_setting(
        reach, tx.lock("select version, document from policies where partition = $1 and reach = $2 and reach_id = $3", {reach.kind, reach.id}));
}

void save(store::Writer& writer, const PolicySetting& setting, const Origin& origin, Instant now) {
    const auto& [kind, id] = setting.reach;
    const auto text = schema::to_text(setting.document);
    if (setting.version == 1) {
        writer.write(1, "insert into policies (partition, reach, reach_id, version, document, updated_at) values ($1, $2, $3, 1, $4, $5)",
                     {kind, id, text, now});
    } else {
        writer.write(1,
                     "update policies set version = $4, document = $5, updated_at = $6 where partition = $1 and reach = $2 and reach_id = $3 and "
                     "version = $4 - 1",
                     {kind, id, setting.version, text, now});
    }
    writer.write(1,
                 "insert into policy_versions (partition, reach, reach_id, version, document, actor, updated_at) values ($1, $2, $3, $4, $5, $6, $7)",
                 {kind, id, setting.version, text, origin.actor.id, now});
}

Result<Policies> merged_policies(const std::vector<PolicySetting>& settings) {
    boost::json::value document = boost::json::parse(schema::encode(Policies{}));
    for (const auto& setting : settings) overlay(document, setting.document);
    return schema::decode<Policies>(schema::to_text(document));
}

namespace {

/// Of an array of settings, furthest first. Asked for with every delivery that is shown: the same documents merge to the same policies, so a
/// thread keeps what it merged last.
Policies merged(std::string documents) {
    thread_local std::pair<std::string, Policies> last;
    if (last.first == documents) return last.second;
    boost::json::value document = boost::json::parse(schema::encode(Policies{}));
    const boost::json::value parsed = boost::json::parse(documents);
    for (const auto& one : parsed.get_array()) overlay(document, one.get_object());
    last = {std::move(documents), schema::decode<Policies>(schema::to_text(document)).value()};  // was checked when it was set
    return last.second;
}

Policies read_policies(store::Read& read, const std::string& area, const std::string& level) {
    const auto rows = read.query(
        "select reach, reach_id, version, document from policies where partition = $1 and (reach = 'tenant' or (reach = 'area' and reach_id = $2) "
        "or (reach = 'service_level' and reach_id = $3))",
        {area, level});
    if (rows.empty()) return {};
    std::string documents;
    for (const auto* kind : {"tenant", "area", "service_level"})
        for (const auto& row : rows)
            if (row[0].text() == kind) (documents += documents.empty() ? '[' : ',') += row[3].text();
    return merged(documents + ']');
}

}  // namespace

Policies policies_of(store::Read& read, const PolicyScope& scope) {
    const auto area = scope.area ? scope.area->text() : std::string();
    const std::string level(scope.service_level ? schema::wire_name(*scope.service_level) : std::string_view());
    thread_local store::Kept<std::tuple<std::int64_t, std::string, std::string>, Policies> kept;
    return kept.of(read, {read.partition().number, area, level}, [&] { return read_policies(read, area, level); });
}

Policies tenant_policies(store::Read& read, Partition partition) {
    const auto rows =
        read.query(store::SystemSql("select version, document from policies where partition = $1 and reach = 'tenant'"), {partition.number});
    return rows.empty() ? Policies{} : merged('[' + rows[0][1].text() + ']');
}

}  // namespace lastmile
