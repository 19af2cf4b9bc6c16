#include "app/keys.hpp"

#include <stdexcept>

#include "features/access/key_api.hpp"
#include "features/access/role.hpp"
#include "platform/store/partitions.hpp"

namespace lastmile::app {

store::Options store_options(const Config& config) {
    store::Options options;
    options.url = config.text("db");
    options.data_folder = config.text("data_folder");
    options.readers = static_cast<int>(config.whole("store.readers"));
    options.connections = static_cast<int>(config.whole("store.connections"));
    options.queue_limit = static_cast<std::size_t>(config.whole("store.queue_limit"));
    options.remember = store::remembered_at_most;  // retention.idempotency_days forgets them sooner
    return options;
}

crypto::Keyring master_keys(const Config& config, const DataFolder& folder, Random& random) {
    return config.has("master_key") ? crypto::Keyring::parse(config.text("master_key")) : crypto::Keyring::open(folder.file("master.key"), random);
}

boost::json::object create_key_by_admin(store::Store& store, const boost::json::object& request) {
    const auto text = [&](const char* name) { return std::string(request.at(name).as_string()); };
    const auto tenant = text("tenant"), role = text("role");
    if (!schema::decode<Slug>(schema::to_text(boost::json::value(tenant))))
        throw std::runtime_error("a tenant's name is of lower-case letters, digits, `_`, `-` and `.`");
    const auto scopes = scopes_of_role(role);
    if (!scopes) throw std::runtime_error("there is no role \"" + role + "\": admin, ops, dispatcher, support or viewer");
    const bool test = request.at("test").as_bool();
    store::ensure_partition(store, {tenant, !test});
    const auto partition = store::ensure_partition(store, {tenant, test});
    CreateKey wanted;
    wanted.role = role;
    if (const auto name = text("name"); !name.empty()) wanted.name = name;
    std::string secret;
    Origin origin;
    origin.actor = {"system", "lastmile keys create", {}};
    origin.source = "system";
    store.run(partition, origin, [&](store::Tx& tx) { secret = create_key(tx, test, wanted, *scopes, request.at("unlimited").as_bool()).key; });
    return {{"key", secret}};
}

}  // namespace lastmile::app
