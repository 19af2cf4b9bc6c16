#pragma once
// Answers as text.
#include <string>

#include "engines/vrp/solution.hpp"
#include "engines/vrp_formats/text.hpp"

namespace lastmile::vrp {

/// `Route #1: 5 3 9` lines with the text's own numbers, and `Cost …` (the `.sol` files of the literature). Where vehicles differ every vehicle
/// has its line, idle ones an empty one.
std::string write_text(const Input& input, const Solution& solution);

}  // namespace lastmile::vrp
