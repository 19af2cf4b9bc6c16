// `lastmile keys create`: through the running server's admin socket, or on the store when none runs.
#include <CLI/CLI.hpp>
#include <iostream>

#include "app/admin_socket.hpp"
#include "app/data_folder.hpp"
#include "app/keys.hpp"
#include "app/verbs.hpp"
#include "platform/events/log.hpp"
#include "platform/store/store.hpp"

namespace lastmile::app {
namespace {

struct Wanted {
    std::string tenant, role = "admin", partition = "live", name;
    bool unlimited = false;
};

std::string create(const Config& config, const Wanted& wanted) {
    const boost::json::object request{{"verb", "keys.create"},         {"tenant", wanted.tenant},
                                      {"role", wanted.role},           {"test", wanted.partition == "test"},
                                      {"unlimited", wanted.unlimited}, {"name", wanted.name}};
    const auto& folder = config.text("data_folder");
    auto answer = ask_admin(folder, request);
    if (!answer) {
        // Nobody serves this folder: its lock keeps it so while we write.
        const DataFolder held(folder);
        const auto store = store::open(store_options(config));
        {
            const events::Log log(*store);  // that a key was made is an event like any other
            answer = create_key_by_admin(*store, request);
        }
        store->close();
    }
    return std::string(answer->at("key").as_string());
}

}  // namespace

void add_keys_verb(CLI::App& app) {
    auto* keys = app.add_subcommand("keys", "API keys");
    keys->require_subcommand(1);
    auto* verb = keys->add_subcommand("create", "make a key (and its tenant, if need be) and print it; it is shown this once");
    auto flags = std::make_shared<ConfigFlags>(*verb);
    auto wanted = std::make_shared<Wanted>();
    verb->add_option("--tenant", wanted->tenant, "tenant, for example acme")->required();
    verb->add_option("--role", wanted->role, "admin, ops, dispatcher, support or viewer");
    verb->add_option("--partition", wanted->partition, "live or test")->check(CLI::IsMember({"live", "test"}));
    verb->add_option("--name", wanted->name, "what the key is for");
    verb->add_flag("--unlimited", wanted->unlimited, "no rate limit for this key");
    verb->callback([flags, wanted] { std::cout << create(flags->config(), *wanted) << std::endl; });
}

}  // namespace lastmile::app
