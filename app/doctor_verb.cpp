// `lastmile doctor [--json]`: one line a finding, with its remedy; exit code 1 when something is wrong.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "app/doctor.hpp"
#include "app/verbs.hpp"

namespace lastmile::app {
namespace {

std::string_view word(Verdict verdict) { return verdict == Verdict::ok ? "ok" : verdict == Verdict::warning ? "warning" : "wrong"; }

void print(const Diagnoses& found, bool as_json) {
    if (!as_json) {
        for (const auto& one : found)
            std::cout << fmt::format("{:<8} {}: {}{}{}\n", word(one.verdict), one.name, one.detail, one.remedy.empty() ? "" : " → ", one.remedy);
        return;
    }
    boost::json::array checks;
    for (const auto& one : found) {
        boost::json::object line{{"name", one.name}, {"verdict", word(one.verdict)}, {"detail", one.detail}};
        if (!one.remedy.empty()) line["remedy"] = one.remedy;
        checks.push_back(std::move(line));
    }
    const bool well = std::ranges::none_of(found, [](const auto& one) { return one.verdict == Verdict::wrong; });
    std::cout << boost::json::serialize(boost::json::object{{"ok", well}, {"checks", std::move(checks)}}) << '\n';
}

void doctor(const ConfigFlags& flags, bool as_json) {
    Diagnoses found;
    std::optional<Config> config;
    try {
        config = flags.config();
        found.push_back({"settings", Verdict::ok, "every key is known"});
    } catch (const std::exception& fault) {
        found.push_back({"settings", Verdict::wrong, fault.what(), "correct it; `lastmile config --table` lists all settings"});
    }
    if (config)
        for (auto& one : diagnose(*config)) found.push_back(std::move(one));
    print(found, as_json);
    const auto wrong = std::ranges::count(found, Verdict::wrong, &Diagnosis::verdict);
    if (wrong > 0) throw std::runtime_error(fmt::format("{} {} wrong", wrong, wrong == 1 ? "thing is" : "things are"));
}

}  // namespace

Diagnoses diagnose(const Config& config) {
    Diagnoses found;
    for (auto* examine : {examine_folder, examine_store, examine_machine}) examine(config, found);
    return found;
}

void add_doctor_verb(CLI::App& app) {
    auto* verb = app.add_subcommand("doctor", "say what is wrong with an installation, and what to do; changes nothing");
    auto flags = std::make_shared<ConfigFlags>(*verb);
    auto as_json = std::make_shared<bool>(false);
    verb->add_flag("--json", *as_json, "print one JSON object");
    verb->callback([flags, as_json] { doctor(*flags, *as_json); });
}

}  // namespace lastmile::app
