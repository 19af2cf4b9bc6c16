#pragma once
// The texts of the literature: Solomon and Homberger (VRPTW), Li & Lim (PDPTW), VRPLIB (CVRP and its richer dialects).
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "engines/vrp/problem.hpp"

namespace lastmile::vrp {

/// How Euclidean distances become integers. A convention belongs to every published value; never compare across.
enum class Rounding {
    none,     ///< kept to a thousandth
    dimacs,   ///< truncated to one decimal
    nearest,  ///< rounded to integers, as CVRPLIB does
};

enum class Goal { distance, vehicles_first };

struct TextOptions {
    Rounding rounding = Rounding::none;
    Goal goal = Goal::distance;
};

struct Point {
    double x = 0;  ///< longitude where geographic
    double y = 0;
};

/// A problem with what it takes to draw it. Costs are in the text's own unit.
struct Input {
    Problem problem;
    std::vector<Point> points = {};  ///< by place; empty if unknown
    bool geographic = false;
    std::vector<int> depots = {};              ///< by place: number in the text's answers, for reload stops
    std::vector<long long> numbers = {};       ///< by task: what the text calls it
    std::vector<long long> drop_numbers = {};  ///< by task: the dropoff, for shipments
    std::vector<std::string> roads = {};       ///< by profile: the map's profile to look travel up in, where the matrix is still to come
};

/// Where the text or the document is wrong: a line (from 1), or a JSON pointer, or both empty.
struct InputFault {
    int line = 0;
    std::string pointer = {};
    std::string detail = {};
};
using InputFaults = std::vector<InputFault>;

/// The convention by which values of a VRPLIB text's kind are published: dimacs with time windows, prizes or trips; exact for heterogeneous,
/// site-dependent and multi-depot fleets; else nearest.
Rounding vrplib_convention(std::string_view text);

std::expected<Input, InputFaults> read_solomon(std::string_view text, const TextOptions& options);
std::expected<Input, InputFaults> read_lilim(std::string_view text, const TextOptions& options);
std::expected<Input, InputFaults> read_vrplib(std::string_view text, const TextOptions& options);

}  // namespace lastmile::vrp
