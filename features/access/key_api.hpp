#pragma once
// Requests of the key endpoints, and their table.
#include "features/access/key_store.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct ListKeys {
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListKeys, (limit, cursor))
LASTMILE_DEFAULTS(ListKeys, (limit))
LASTMILE_DOC(ListKeys, "Which page.", {"limit", "how many"}, {"cursor", "where to go on"})

struct OneKey {
    Id<Key> key_id;
};
LASTMILE_VALUE(OneKey, (key_id))
LASTMILE_DOC(OneKey, "Which key.", {"key_id", "ours"})

/// Makes a key with these scopes; also for the command line (`lastmile keys create`), where nobody's own scopes limit it.
CreatedKey create_key(store::Tx& tx, bool test, const CreateKey& request, std::vector<std::string> scopes, bool unlimited);

api::Endpoints key_endpoints();

}  // namespace lastmile
