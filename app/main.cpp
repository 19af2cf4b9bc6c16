// lastmile: one binary. Each verb adds itself; what it throws is one sentence on stderr and exit code 1.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "app/road_verbs.hpp"
#include "app/verbs.hpp"
#include "app/vrp_verbs.hpp"

int main(int argc, char** argv) {
    CLI::App app{"lastmile: deliveries from the job to the proof, on your own server"};
    app.name("lastmile");
    app.set_version_flag("--version", LASTMILE_VERSION);
    app.require_subcommand(1);
    lastmile::app::add_serve_verb(app);
    lastmile::app::add_keys_verb(app);
    lastmile::app::add_audit_verb(app);
    lastmile::app::add_config_verb(app);
    lastmile::app::add_doctor_verb(app);
    lastmile::app::add_reference_verbs(app);
    lastmile::app::add_simulate_verb(app);
    lastmile::app::add_fleet_kit_verb(app);
    lastmile::app::add_road_verbs(app);
    lastmile::app::add_vrp_verbs(app);
    try {
        std::vector<std::string> words(argv + 1, argv + argc);
        // the optimizer alone, under its own name
        if (argc > 0 && std::filesystem::path(argv[0]).filename() == "lastmile-vrp") words.insert(words.begin(), "solve");
        std::ranges::reverse(words);  // as CLI11 wants them
        app.parse(words);
    } catch (const CLI::RuntimeError& fault) {
        return fault.get_exit_code();  // told already
    } catch (const CLI::ParseError& fault) {
        return app.exit(fault) ? 2 : 0;
    } catch (const std::exception& fault) {
        std::cerr << "lastmile: " << fault.what() << '\n';
        return 1;
    }
    return 0;
}
