#pragma once
// Walking the hash chain of every partition's log, for `lastmile audit verify`.
#include <boost/json/object.hpp>

#include "platform/crypto/keyring.hpp"
#include "platform/store/store.hpp"

namespace lastmile::app {

/// `{"partitions":[{"tenant","partition","events","begins_after","link","broken_at"?,"why"?}]}`. `tenant` empty: all.
boost::json::object verify_audit(store::Store& store, const crypto::Keyring& keys, const std::string& tenant);

}  // namespace lastmile::app
