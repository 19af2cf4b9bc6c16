#pragma once
// Problems and answers as JSON: our own schema (the members of problem.hpp and solution.hpp by name, references by index), and VROOM's.
#include "engines/vrp/solve.hpp"
#include "engines/vrp_formats/text.hpp"

namespace lastmile::vrp {

/// Unknown members are refused. `places` are `{lat, lon}`, `{x, y}`, or just their number; a profile has `durations` and `distances` tables, or
/// `speed_kmh` (and `detour`) for travel as the crow flies. `strategy` names a set of weights that `weights` then changes.
std::expected<Input, InputFaults> read_json(std::string_view text);
/// The request of VROOM 1.14 with ready matrices. Refused with their pointers: custom cost matrices, `steps`, `max_load` of breaks,
/// jobs with both delivery and pickup.
std::expected<Input, InputFaults> read_vroom(std::string_view text);

enum class TextKind { json, vroom, solomon, lilim, vrplib };
/// By content, never by file name.
TextKind kind_of(std::string_view text);

std::string write_json(const Input& input, const Solution& solution);
std::string write_vroom(const Input& input, const Solution& solution);
/// What VROOM prints for bad input: code 2 (input) or 3 (routing).
std::string write_vroom_error(int code, const std::string& message);
/// Straight lines between stops. Empty if the places have no coordinates.
std::string write_geojson(const Input& input, const Solution& solution);
std::string write_svg(const Input& input, const Solution& solution);

}  // namespace lastmile::vrp
