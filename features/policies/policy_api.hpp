#pragma once
// Requests and answers of the policy endpoints, and their table.
#include "features/policies/policy_store.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct GetPolicies {
    std::optional<Id<Area>> area;
    std::optional<ServiceLevel> service_level;
};
LASTMILE_VALUE(GetPolicies, (area, service_level))
LASTMILE_DOC(GetPolicies, "Whose policies.", {"area", "for deliveries into this area"}, {"service_level", "for deliveries of this service level"})

struct ChangePolicies {
    api::Query<std::optional<Id<Area>>> area;
    api::Query<std::optional<ServiceLevel>> service_level;
    Document body;
};
LASTMILE_VALUE(ChangePolicies, (area, service_level, body))
LASTMILE_DOC(ChangePolicies, "A merge patch over the policies.", {"area", "set for deliveries into this area"},
             {"service_level", "set for deliveries of this service level"}, {"body", "the keys to set; null takes one back", "{\"max_attempts\":2}"})

struct PoliciesView {
    std::int64_t version = 0;
    std::string reach;
    std::string reach_id;
    Policies policies;
    Document set;
};
LASTMILE_VALUE(PoliciesView, (version, reach, reach_id, policies, set))
LASTMILE_DOC(PoliciesView, "Policies at one reach.", {"version", "of what is set at this reach; 0: nothing was"},
             {"reach", "tenant, area or service_level"}, {"reach_id", "the area's id or the service level"}, {"policies", "what is in force"},
             {"set", "what has been set at this reach"})

struct ListPolicyHistory {
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListPolicyHistory, (limit, cursor))
LASTMILE_DEFAULTS(ListPolicyHistory, (limit))
LASTMILE_DOC(ListPolicyHistory, "Which page.", {"limit", "how many"}, {"cursor", "where to go on"})

struct PolicyVersion {
    std::string reach;
    std::string reach_id;
    std::int64_t version = 0;
    Document set;
    std::string actor;
    Instant updated_at;
};
LASTMILE_VALUE(PolicyVersion, (reach, reach_id, version, set, actor, updated_at))
LASTMILE_DOC(PolicyVersion, "What was set once.", {"reach", "tenant, area or service_level"}, {"reach_id", "the area's id or the service level"},
             {"version", "counts up at each change"}, {"set", "the settings"}, {"actor", "who set them"}, {"updated_at", "when"})

/// The unit that is saved with its event.
struct PolicyChange {
    PolicySetting setting;
    Origin origin;
    Instant at;
};
void save(store::Writer& writer, const PolicyChange& change);
events::Refs event_refs(const PolicyChange& change);

api::Endpoints policy_endpoints();

}  // namespace lastmile
