// `lastmile simulate`: couriers of a test partition, driven through the public API.
#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <stdexcept>

#include "app/simulation/city.hpp"
#include "app/verbs.hpp"

namespace lastmile::app {
namespace {

std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void simulate(const simulation::Plan& plan) {
    if (!plan.key.starts_with("lm_test_")) throw std::runtime_error("simulate makes up couriers and parcels: give it a key of a test partition (keys create --partition test)");
    std::signal(SIGPIPE, SIG_IGN);
    for (const int signal : {SIGTERM, SIGINT}) std::signal(signal, [](int) { stop = true; });
    try {
        simulation::City(plan, stop).run();
    } catch (const std::exception&) {
        if (!stop) throw;
    }
}

}  // namespace

void add_simulate_verb(CLI::App& app) {
    auto* verb = app.add_subcommand("simulate", "drive couriers and deliveries of a test partition through the public API of a running server");
    auto plan = std::make_shared<simulation::Plan>();
    verb->add_option("--url", plan->url, "the server, for example http://127.0.0.1:8080")->required();
    verb->add_option("--key", plan->key, "an admin key of a test partition")->required()->envname("LASTMILE_KEY");
    verb->add_option("--drivers", plan->drivers, "how many couriers (15)")->check(CLI::Range(1, 100));
    verb->add_option("--deliveries", plan->deliveries, "how many deliveries, in waves (250)")->check(CLI::Range(1, 100'000));
    verb->add_option("--speed", plan->speed, "simulated seconds a real second (6); driving is never faster than 60 m/s")->check(CLI::Range(0.1, 100.0));
    verb->add_option("--seed", plan->seed, "the same seed, the same parcels and habits (1)");
    verb->add_flag("--forever", plan->forever, "new deliveries go on coming until it is stopped");
    verb->callback([plan] { simulate(*plan); });
}

}  // namespace lastmile::app
