#pragma once
// Problems and answers as JSON: our own schema (the members of problem.hpp and solution.hpp by name, references by index). VROOM's: vroom.hpp.
#include "engines/vrp/solve.hpp"
#include "engines/vrp_formats/text.hpp"

namespace lastmile::vrp {

/// Unknown members are refused. `places` are `{lat, lon}`, `{x, y}`, or just their number; a profile has `durations` and `distances` tables,
/// `speed_kmh` (and `detour`) for travel as the crow flies, or `roads`, the name of a profile of a map (then Input::roads tells what to
/// look up). `strategy` names a set of weights that `weights` then changes.
std::expected<Input, InputFaults> read_json(std::string_view text);
/// The schema of what read_json() takes, as JSON Schema 2020-12. Made of the same list of members.
std::string problem_schema();

/// A request of VROOM's with ready matrices; vroom.hpp has the rest of it.
std::expected<Input, InputFaults> read_vroom(std::string_view text);

enum class TextKind { json, vroom, solomon, lilim, vrplib };
/// By content, never by file name.
TextKind kind_of(std::string_view text);

std::string write_json(const Input& input, const Solution& solution);
/// Straight lines between stops. Empty if the places have no coordinates.
std::string write_geojson(const Input& input, const Solution& solution);
std::string write_svg(const Input& input, const Solution& solution);

}  // namespace lastmile::vrp
