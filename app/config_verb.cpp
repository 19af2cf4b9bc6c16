#include <CLI/CLI.hpp>
#include <iostream>

#include "app/verbs.hpp"

extern char** environ;

namespace lastmile::app {

struct ConfigFlags::Held {
    std::string file;
    std::map<std::string, std::string> texts;  // every setting has a slot, filled by CLI11
    std::map<std::string, bool> switches;
    std::map<std::string, CLI::Option*> options;
};

ConfigFlags::ConfigFlags(CLI::App& verb) : held_(std::make_shared<Held>()) {
    verb.add_option("--config", held_->file, "TOML file with settings")->envname("LASTMILE_CONFIG");
    for (const auto& setting : settings()) {
        const std::string name(setting.name), description(setting.description);
        auto* option = setting.kind == Setting::Kind::flag ? verb.add_flag(flag_name(setting), held_->switches[name], description)
                                                            : verb.add_option(flag_name(setting), held_->texts[name], description);
        held_->options[name] = option->take_last();
    }
}

Config ConfigFlags::config() const {
    std::map<std::string, std::string> given;
    for (const auto& [name, option] : held_->options)
        if (option->count() > 0) given[name] = held_->switches.contains(name) ? (held_->switches[name] ? "true" : "false") : held_->texts[name];
    return Config::load(held_->file, given, environ);
}

void add_config_verb(CLI::App& app) {
    auto* verb = app.add_subcommand("config", "print the configuration in force, secrets masked, and where each value comes from");
    auto flags = std::make_shared<ConfigFlags>(*verb);
    auto table = std::make_shared<bool>(false);
    verb->add_flag("--table", *table, "print the Markdown table of all settings instead");
    verb->callback([flags, table] { std::cout << (*table ? settings_table() : flags->config().dump()); });
}

}  // namespace lastmile::app
