#pragma once
// Roles are sets of scopes; the built-in ones. Scopes are verb by noun.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lastmile {

/// Every scope there is, besides the self scopes of drivers, partners and recipients.
const std::vector<std::string_view>& all_scopes();
/// Those that a key cannot be given: they belong to short-lived tokens.
const std::vector<std::string_view>& self_scopes();
/// admin, ops, dispatcher, support, viewer; nullopt for another name.
std::optional<std::vector<std::string>> scopes_of_role(std::string_view role);
const std::vector<std::string_view>& role_names();

}  // namespace lastmile
