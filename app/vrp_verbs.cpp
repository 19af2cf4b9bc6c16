#include "app/vrp_verbs.hpp"

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>

#include "engines/vrp/checker.hpp"
#include "engines/vrp/solve.hpp"
#include "engines/vrp_formats/json.hpp"
#include "engines/vrp_formats/write.hpp"

namespace lastmile::app {
namespace {

std::atomic<bool> interrupted = false;  // Ctrl-C keeps the best plan found

struct Wanted {
    std::string file;
    std::string input = "auto", format = "auto", rounding = "none", objective = "distance", budget = "5s";
    std::uint64_t seed = 1;
    int threads = 1;
    std::int64_t iterations = -1;
    bool progress = false, check = false;
};

[[noreturn]] void give_up() { throw CLI::RuntimeError(2); }

double seconds_of(const std::string& text) {
    std::size_t used = 0;
    double value = 0;
    try {
        value = std::stod(text, &used);
    } catch (const std::exception&) {
        used = 0;
    }
    const std::string unit = text.substr(used);
    const double factor = unit.empty() || unit == "s" ? 1 : unit == "ms" ? 0.001 : unit == "m" || unit == "min" ? 60 : unit == "h" ? 3600 : 0;
    if (used == 0 || factor == 0 || !(value * factor > 0 && value * factor < 1e7)) throw CLI::ValidationError("--budget", "a time such as 5s, 500ms or 2m");
    return value * factor;
}

std::string content_of(const std::string& file) {
    if (file == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in.is_open() || in.bad()) {
        std::cerr << "lastmile: cannot read " << file << '\n';
        give_up();
    }
    return text;
}

vrp::TextKind kind_of(const Wanted& wanted, const std::string& text) {
    for (const auto& [name, kind] : {std::pair{"json", vrp::TextKind::json}, {"vroom", vrp::TextKind::vroom}, {"solomon", vrp::TextKind::solomon},
                                     {"lilim", vrp::TextKind::lilim}, {"vrplib", vrp::TextKind::vrplib}})
        if (wanted.input == name) return kind;
    return vrp::kind_of(text);
}

/// One fault a line: `file:12: …` or `file: /tasks/0/kind: …`; as VROOM's error object where its format is asked for.
[[noreturn]] void refuse(const Wanted& wanted, const std::string& format, const vrp::InputFaults& faults) {
    if (format == "vroom") std::cout << vrp::write_vroom_error(2, (faults[0].pointer.empty() ? "" : faults[0].pointer + ": ") + faults[0].detail);
    for (const auto& fault : faults) {
        std::cerr << wanted.file << ':';
        if (fault.line > 0) std::cerr << fault.line << ':';
        std::cerr << ' ' << fault.pointer << (fault.pointer.empty() ? "" : ": ") << fault.detail << '\n';
    }
    give_up();
}

vrp::SolveOptions options_of(const Wanted& wanted) {
    vrp::SolveOptions options;
    options.seed = wanted.seed;
    options.threads = wanted.threads;
    options.clock = [] { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); };
    if (wanted.iterations >= 0) options.iterations = wanted.iterations;
    else options.budget_s = seconds_of(wanted.budget);
    options.stop = [] { return interrupted.load(); };
    if (wanted.progress)
        options.progress = [start = options.clock(), clock = options.clock, last = -1.0](const vrp::Progress& p) mutable {
            const double now = clock() - start;
            if (now - last < 0.2) return;
            last = now;
            std::cerr << std::fixed << std::setprecision(1) << now << " s  cost " << p.cost << "  vehicles " << p.vehicles << "  left out " << p.left_out << "  iterations "
                      << p.iterations << '\n';
        };
    return options;
}

void print(const std::string& format, const vrp::Input& input, const vrp::Solution& solution) {
    if (format == "vroom") std::cout << vrp::write_vroom(input, solution);
    else if (format == "solution") std::cout << vrp::write_text(input, solution);
    else if (format == "geojson" || format == "svg") {
        if (input.points.empty()) {
            std::cerr << "lastmile: the places have no coordinates to draw\n";
            give_up();
        }
        std::cout << (format == "svg" ? vrp::write_svg(input, solution) : vrp::write_geojson(input, solution));
    } else std::cout << vrp::write_json(input, solution);
}

void run(const Wanted& wanted) {
    const std::string text = content_of(wanted.file);
    const auto kind = kind_of(wanted, text);
    const bool literature = kind != vrp::TextKind::json && kind != vrp::TextKind::vroom;
    const std::string format = wanted.format != "auto" ? wanted.format : kind == vrp::TextKind::vroom ? "vroom" : literature ? "solution" : "json";
    const vrp::TextOptions how{wanted.rounding == "dimacs"    ? vrp::Rounding::dimacs
                               : wanted.rounding == "nearest" ? vrp::Rounding::nearest
                                                              : vrp::Rounding::none,
                               wanted.objective == "vehicles-first" ? vrp::Goal::vehicles_first : vrp::Goal::distance};
    auto input = kind == vrp::TextKind::json      ? vrp::read_json(text)
                 : kind == vrp::TextKind::vroom   ? vrp::read_vroom(text)
                 : kind == vrp::TextKind::solomon ? vrp::read_solomon(text, how)
                 : kind == vrp::TextKind::lilim   ? vrp::read_lilim(text, how)
                                                  : vrp::read_vrplib(text, how);
    if (!input) refuse(wanted, format, input.error());
    if (!literature && how.goal == vrp::Goal::vehicles_first)
        for (auto& vehicle : input->problem.vehicles) vehicle.fixed += 1e6;  // above any day's work in the units of a request
    std::signal(SIGINT, [](int) { interrupted = true; });
    const auto solution = vrp::solve(input->problem, options_of(wanted));
    if (!solution) {
        vrp::InputFaults faults;
        for (const auto& fault : solution.error()) faults.push_back({0, fault.pointer, fault.code + ": " + fault.detail});
        refuse(wanted, format, faults);
    }
    print(format, *input, *solution);
    if (!wanted.check) return;
    const auto violations = vrp::check(input->problem, *solution);
    for (const auto& violation : violations) std::cerr << violation.pointer << ": " << violation.code << ' ' << violation.detail << '\n';
    if (!violations.empty()) give_up();
    std::cerr << "checked: " << solution->routes.size() << " routes, " << solution->left_out.size() << " left out, nothing wrong\n";
}

}  // namespace

void add_vrp_verbs(CLI::App& app) {
    auto wanted = std::make_shared<Wanted>();
    auto* verb = app.add_subcommand("solve", "plan vehicles: our JSON, VROOM requests, Solomon, Li & Lim and VRPLIB texts");
    verb->add_option("file", wanted->file, "the problem; - reads standard input")->required();
    verb->add_option("--input", wanted->input, "what the file is; auto looks at its content")->check(CLI::IsMember({"auto", "json", "vroom", "solomon", "lilim", "vrplib"}));
    verb->add_option("--format", wanted->format, "of the answer; auto follows the input")->check(CLI::IsMember({"auto", "json", "vroom", "solution", "geojson", "svg"}));
    verb->add_option("--budget", wanted->budget, "time to search, such as 5s, 500ms, 2m")->capture_default_str();
    verb->add_option("--iterations", wanted->iterations, "search so many rounds instead: the same seed gives the same plan")->check(CLI::NonNegativeNumber);
    verb->add_option("--seed", wanted->seed, "of the random numbers")->capture_default_str();
    verb->add_option("--threads", wanted->threads, "searches that exchange their best plans")->check(CLI::Range(1, 256))->capture_default_str();
    verb->add_option("--rounding", wanted->rounding, "of distances in texts of the literature")->check(CLI::IsMember({"none", "dimacs", "nearest"}))->capture_default_str();
    verb->add_option("--objective", wanted->objective, "what counts first")->check(CLI::IsMember({"distance", "vehicles-first"}))->capture_default_str();
    verb->add_flag("--progress", wanted->progress, "best cost so far on standard error");
    verb->add_flag("--check", wanted->check, "walk every route again from the definitions; exit code 2 if anything is wrong");
    verb->callback([wanted] { run(*wanted); });
}

}  // namespace lastmile::app
