#include "features/access/role.hpp"

#include <algorithm>

namespace lastmile {
namespace {

using Names = std::vector<std::string_view>;

std::vector<std::string> texts(const Names& names) { return {names.begin(), names.end()}; }

Names with_suffix(std::string_view suffix) {
    Names found;
    for (const auto scope : all_scopes())
        if (scope.ends_with(suffix)) found.push_back(scope);
    return found;
}

Names without(Names names, const Names& gone) {
    std::erase_if(names, [&](std::string_view name) { return std::ranges::find(gone, name) != gone.end(); });
    return names;
}

Names with(Names names, const Names& more) {
    for (const auto name : more)
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    return names;
}

}  // namespace

const Names& all_scopes() {
    static const Names scopes{"deliveries:read", "deliveries:write", "partners:read",     "partners:write", "drivers:read",    "drivers:write",
                              "vehicles:read",   "vehicles:write",   "plans:read",        "plans:write",    "exceptions:read", "exceptions:write",
                              "pods:read",       "slots:read",       "slots:write",       "webhooks:read",  "webhooks:write",  "jobs:read",
                              "jobs:write",      "metrics:read",     "audit:read",        "policies:read",  "policies:write",  "keys:admin",
                              "roles:admin",     "settlements:read", "settlements:write", "streams:read",   "correct",         "impersonate",
                              "privacy:admin",   "geo:read",         "closures:write"};
    return scopes;
}

const Names& self_scopes() {
    static const Names scopes{"driver:self", "partner:self", "track:one"};
    return scopes;
}

const Names& role_names() {
    static const Names names{"admin", "ops", "dispatcher", "support", "viewer"};
    return names;
}

std::optional<std::vector<std::string>> scopes_of_role(std::string_view role) {
    const auto reads = with(with_suffix(":read"), {});
    if (role == "admin") return texts(all_scopes());
    if (role == "ops") return texts(without(all_scopes(), {"keys:admin", "roles:admin", "privacy:admin"}));
    if (role == "dispatcher")
        return texts({"deliveries:read", "deliveries:write", "plans:read",     "plans:write", "exceptions:read", "exceptions:write", "drivers:read",
                      "drivers:write",   "vehicles:read",    "vehicles:write", "slots:read",  "slots:write",     "streams:read",     "metrics:read",
                      "closures:write",  "pods:read",        "partners:read",  "jobs:read",   "geo:read",        "policies:read"});
    if (role == "support") return texts(with(reads, {"deliveries:write", "exceptions:write"}));
    if (role == "viewer") return texts(without(reads, {"audit:read"}));
    return std::nullopt;
}

}  // namespace lastmile
