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

void simulate(simulation::Plan plan, const std::string& speed, bool day) {
    if (!plan.key.starts_with("lm_test_")) throw std::runtime_error("simulate makes up couriers and parcels: give it a key of a test partition (keys create --partition test)");
    plan.real = !day && speed == "real";
    if (!plan.real && !day) {
        char* end = nullptr;
        plan.speed = std::strtod(speed.c_str(), &end);
        if (*end != '\0' || !(*plan.speed > 0)) throw std::runtime_error("--speed is \"real\" or how many simulated seconds a second has, not \"" + speed + "\"");
    }
    std::signal(SIGPIPE, SIG_IGN);
    for (const int signal : {SIGTERM, SIGINT}) std::signal(signal, [](int) { stop = true; });
    bool held = true;
    try {
        held = simulation::City(plan, stop).run();
    } catch (const std::exception&) {
        if (!stop) throw;
    }
    if (!held) throw std::runtime_error("an invariant broke (see BROKEN above)");
}

}  // namespace

void add_simulate_verb(CLI::App& app) {
    auto* verb = app.add_subcommand("simulate", "drive couriers and deliveries of a test partition through the public API of a running server");
    auto plan = std::make_shared<simulation::Plan>();
    auto speed = std::make_shared<std::string>("real");
    auto day = std::make_shared<bool>(false);
    verb->add_option("--url", plan->url, "the server, for example http://127.0.0.1:8080")->required();
    verb->add_option("--key", plan->key, "an admin key of a test partition")->required()->envname("LASTMILE_KEY");
    verb->add_option("--drivers", plan->drivers, "how many couriers (15)")->check(CLI::Range(1, 100));
    verb->add_option("--deliveries", plan->deliveries, "how many deliveries, in waves (250)")->check(CLI::Range(1, 100'000));
    auto* pace = verb->add_option("--speed", *speed, "real: the wall's clock (default); or simulated seconds a second, by moving the test partition's clock");
    verb->add_flag("--day", *day, "a day as fast as the server answers, by moving the test partition's clock")->excludes(pace);
    verb->add_option("--seed", plan->seed, "the same seed, the same parcels, people and mishaps (1)");
    verb->add_flag("--forever", plan->forever, "new deliveries go on coming until it is stopped");
    verb->add_flag("--by-hand", plan->by_hand, "a simple dispatcher's rule instead of the server's planning");
    verb->add_flag("--morning", plan->morning, "one plan of the server in the morning; later orders go by hand, nothing is replanned");
    verb->add_option("--urgent", plan->urgent, "how many orders of the day are promised within ninety minutes (0)")->check(CLI::Range(0, 1'000));
    verb->add_option("--breakdowns", plan->breakdowns, "how many vans break down (one every few hours)")->check(CLI::Range(0, 100));
    verb->add_option("--no-shows", plan->no_shows, "share of doors that nobody opens (0.07)")->check(CLI::Range(0.0, 1.0));
    verb->add_flag("--closure", plan->closure, "streets round the middle close at eleven");
    verb->add_option("--partners", plan->partners, "sandbox partners that carry a part (0); of three, one goes dark at noon")->check(CLI::Range(0, 3));
    verb->add_flag("--promises", plan->promises, "every delivery has a promised window");
    verb->add_flag("--json", plan->json, "the summary as JSON on stdout, the story on stderr");
    verb->callback([plan, speed, day] { simulate(*plan, *speed, *day); });
}

}  // namespace lastmile::app
