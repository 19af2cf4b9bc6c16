#pragma once
// Making keys for whoever holds the data folder: no key's own scopes limit this.
#include <boost/json/object.hpp>

#include "app/config.hpp"
#include "app/data_folder.hpp"
#include "platform/crypto/keyring.hpp"
#include "platform/store/store.hpp"

namespace lastmile::app {

store::Options store_options(const Config& config);
/// From the setting, or the data folder's master.key (made when it is not there).
crypto::Keyring master_keys(const Config& config, const DataFolder& folder, Random& random);

/// `{tenant, role, test, unlimited, name}` → `{key}`. Makes the tenant's partitions if need be. Throws std::runtime_error with one sentence.
boost::json::object create_key_by_admin(store::Store& store, const boost::json::object& request);

}  // namespace lastmile::app
