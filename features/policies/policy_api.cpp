#include "features/policies/policy_api.hpp"

#include <filesystem>

#include "features/policies/policy_store.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile {
namespace {

using namespace api;

/// A reach that nobody named means the whole partition. *Refuses* both at once.
Result<PolicyReach> reach_of(const std::optional<Id<Area>>& area, const std::optional<ServiceLevel>& level) {
    if (area && level)
        return refuse(reasons::invalid, "A setting reaches an area or a service level, not both.",
                      {{"#/area", "ambiguous", "give area or service_level"}});
    if (area) return PolicyReach{"area", area->text()};
    if (level) return PolicyReach{"service_level", std::string(schema::wire_name(*level))};
    return PolicyReach{};
}

bool known_time_zone(const std::string& name) {
    if (name.empty() || name.front() == '/' || name.find("..") != name.npos) return false;
    return name == "UTC" || std::filesystem::is_regular_file("/usr/share/zoneinfo/" + name);
}

PoliciesView view_of(store::Read& read, const PolicyReach& reach, const PolicySetting& setting, const Policies& in_force) {
    (void)read;
    return {.version = setting.version, .reach = reach.kind, .reach_id = reach.id, .policies = in_force, .set = Document{setting.document}};
}

Result<Reply<PoliciesView>> get_policies(store::Read& read, const Call&, const GetPolicies& request) {
    auto reach = reach_of(request.area, request.service_level);
    if (!reach) return std::unexpected(reach.error());
    return view_of(read, *reach, find_policy_setting(read, *reach), policies_of(read, {request.area, request.service_level}));
}

Result<Reply<PoliciesView>> change_policies(store::Tx& tx, const Call& call, const ChangePolicies& request) {
    const auto reach = reach_of(request.area.value, request.service_level.value).value();
    auto setting = lock_policy_setting(tx, reach);
    set_policies(setting.document, request.body.value.as_object());
    setting.version += 1;
    std::vector<PolicySetting> settings;
    if (reach.kind != "tenant") settings.push_back(find_policy_setting(tx, {}));
    settings.push_back(setting);
    const auto in_force = merged_policies(settings).value();
    if (!known_time_zone(in_force.time_zone))
        return refuse(reasons::invalid, "No such time zone.", {{"#/time_zone", "unknown_time_zone", "an IANA name such as Europe/Berlin"}});
    events::apply(tx, Changed<PolicyChange>{{setting, call.origin(), tx.now().machine},
                                            {{"policy.updated", {{"reach", reach.kind}, {"reach_id", reach.id}, {"set", setting.document}}}}});
    return view_of(tx, reach, setting, policies_of(tx, {}));
}

Result<Reply<Page<PolicyVersion>>> list_policy_history(store::Read& read, const Call&, const ListPolicyHistory& request) {
    const auto before = request.cursor ? std::strtoll(request.cursor->key.c_str(), nullptr, 10) : INT64_MAX;
    std::vector<PolicyVersion> versions;
    for (const auto& row :
         read.query("select reach, reach_id, version, document, actor, updated_at from policy_versions where partition = $1 and updated_at < $2 "
                    "order by updated_at desc limit $3",
                    {before, request.limit.value + 1}))
        versions.push_back(PolicyVersion{row[0].text(), row[1].text(), row[2].integer(), Document{schema::parse_json(row[3].text()).value()},
                                         row[4].text(), row[5].instant()});
    return page_of(std::move(versions), request.limit, [](const PolicyVersion& v) { return std::to_string(to_unix_ms(v.updated_at)); });
}

std::optional<std::int64_t> policy_version(store::Tx& tx, const Call&, const ChangePolicies& request) {
    auto reach = reach_of(request.area.value, request.service_level.value);
    return reach ? std::optional(lock_policy_setting(tx, *reach).version) : std::nullopt;
}

}  // namespace

void save(store::Writer& writer, const PolicyChange& change) { save(writer, change.setting, change.origin, change.at); }
events::Refs event_refs(const PolicyChange& change) {
    return {.aggregate = "policy", .aggregate_id = change.setting.reach.kind + ":" + change.setting.reach.id, .version = change.setting.version};
}

Endpoints policy_endpoints() {
    return {
        reads("GET /v1/lastmile/policies", "policies:read", get_policies,
              {.summary = "Get the policies in force",
               .tag = "Policies",
               .description = "`policies` is what is in force at the reach asked for (service level before area before tenant before default); `set` "
                              "is what has been set there."}),
        guarded(policy_version,
                writes("PATCH /v1/lastmile/policies", "policies:write", change_policies,
                       {.summary = "Change policies",
                        .tag = "Policies",
                        .description = "A merge patch (RFC 7396) over what is set for the tenant, or for one area or service level. null takes a key "
                                       "back to what is further away, except where null is a value of the key (auto_return_after_attempts, "
                                       "planning.max_stops_per_route). "
                                       "Unknown keys are refused."})),
        reads("GET /v1/lastmile/policies/history", "policies:read", list_policy_history,
              {.summary = "List the versions of the policies", .tag = "Policies"}),
    };
}

}  // namespace lastmile
