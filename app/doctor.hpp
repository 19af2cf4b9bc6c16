#pragma once
// `lastmile doctor`: looks at an installation from outside and says what is wrong with it. Changes nothing: no migration, no import, no key.
#include <string>
#include <vector>

#include "app/config.hpp"

namespace lastmile::app {

enum class Verdict { ok, warning, wrong };

struct Diagnosis {
    std::string name;
    Verdict verdict = Verdict::ok;
    std::string detail;
    std::string remedy{};  // what to do; empty where nothing is to be done
};

using Diagnoses = std::vector<Diagnosis>;

/// Folder, store, machine.
Diagnoses diagnose(const Config& config);

// The groups, by file: doctor_folder.cpp, doctor_store.cpp, doctor_machine.cpp.
void examine_folder(const Config& config, Diagnoses& found);
void examine_store(const Config& config, Diagnoses& found);
void examine_machine(const Config& config, Diagnoses& found);

}  // namespace lastmile::app
