#pragma once
// What is set of the policies, and what is in force: defaults, then tenant, area, service level; the nearest wins.
#include <boost/json/object.hpp>

#include "features/policies/policy.hpp"
#include "platform/events/apply.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

/// Where a setting reaches.
struct PolicyReach {
    std::string kind = "tenant";  // tenant | area | service_level
    std::string id;               // are_…, or the service level; empty for the tenant
};

/// What has been set at one reach: a merge patch over what is further away.
struct PolicySetting {
    PolicyReach reach;
    std::int64_t version = 0;  // 0: nothing was ever set here
    boost::json::object document;
};

struct PolicyScope {
    std::optional<Id<Area>> area{};
    std::optional<ServiceLevel> service_level{};
};

PolicySetting find_policy_setting(store::Read& read, const PolicyReach& reach);
PolicySetting lock_policy_setting(store::Tx& tx, const PolicyReach& reach);
void save(store::Writer& writer, const PolicySetting& setting, const Origin& origin, Instant now);

/// The policies in force for a delivery of this area and service level (or for the partition at large).
Policies policies_of(store::Read& read, const PolicyScope& scope = {});
/// The same at large, before the request's partition is bound: for who authenticates.
Policies tenant_policies(store::Read& read, Partition partition);
/// Puts settings, furthest first, over the defaults. *Refuses* `invalid_request` with the pointers of what does not fit.
Result<Policies> merged_policies(const std::vector<PolicySetting>& settings);

/// A merge patch (RFC 7396) onto what is set at one reach: null takes a key back to what is further away, except where null is a value
/// of the key (`auto_return_after_attempts`, `planning.max_stops_per_route`): there it is set.
void set_policies(boost::json::object& document, const boost::json::object& patch);

}  // namespace lastmile
