#pragma once
// The command line's verbs: one function each, listed in main.cpp.
#include <map>
#include <memory>
#include <string>

#include "app/config.hpp"

namespace CLI {
class App;
}

namespace lastmile::app {

/// Gives `verb` every setting as a flag, and --config FILE. Call `config()` in the verb's callback.
class ConfigFlags {
public:
    explicit ConfigFlags(CLI::App& verb);
    Config config() const;

private:
    struct Held;
    std::shared_ptr<Held> held_;
};

void add_config_verb(CLI::App& app);
void add_serve_verb(CLI::App& app);
void add_keys_verb(CLI::App& app);
/// `openapi`, `reference`, `where`: what the endpoint tables say, without a server.
void add_reference_verbs(CLI::App& app);
void add_simulate_verb(CLI::App& app);
void add_audit_verb(CLI::App& app);
/// `fleet-kit check URL`.
void add_fleet_kit_verb(CLI::App& app);
void add_doctor_verb(CLI::App& app);

}  // namespace lastmile::app
