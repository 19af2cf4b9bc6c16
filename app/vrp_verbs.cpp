#include "app/vrp_verbs.hpp"

#include <CLI/CLI.hpp>

#include "app/vrp_run.hpp"

namespace lastmile::app {
namespace {

/// VROOM's flags, so that who comes from it changes one word.
void add_vroom_flags(CLI::App& verb, SolveFlags& flags) {
    auto* group = verb.add_option_group("VROOM", "as VROOM has them");
    group->add_option("-i,--input", flags.input_file, "read the problem from this file");
    group->add_option("-o,--output", flags.output, "write the answer to this file");
    group->add_flag("-c,--choose-eta", flags.choose_eta, "plan mode: times and violations of the routes that the vehicles' steps give");
    group->add_flag("-g,--geometry", flags.geometry, "lines and distances of the routes (needs --map)");
    group->add_option("-l,--limit", flags.limit, "at most so many seconds of search")->check(CLI::PositiveNumber);
    group->add_option("-x,--explore", flags.explore, "share of the usual time to search, 0 to 5")->check(CLI::Range(0, 5));
    for (const char* foreign : {"-a,--host", "-p,--port", "-r,--router"})
        group
            ->add_option_function<std::string>(
                foreign, [](const std::string&) { throw CLI::ValidationError("-a -p -r", "no routing engine is asked; name a map with --map FILE instead"); },
                "refused: roads come from --map")
            ->group("");
}

}  // namespace

void add_vrp_verbs(CLI::App& app) {
    auto flags = std::make_shared<SolveFlags>();
    auto* verb = app.add_subcommand("solve", "plan vehicles: our JSON, VROOM requests, Solomon, Li & Lim and VRPLIB texts");
    verb->add_option("file", flags->file, "the problem: a file, or VROOM's request itself; - or nothing reads standard input");
    verb->add_option("--kind", flags->kind, "what the input is; auto looks at its content")->check(CLI::IsMember({"auto", "json", "vroom", "solomon", "lilim", "vrplib"}));
    verb->add_option("--format", flags->format, "of the answer; auto follows the input")->check(CLI::IsMember({"auto", "json", "vroom", "solution", "geojson", "svg"}));
    verb->add_option("--map", flags->map, "map file or OSM extract for places without matrices");
    verb->add_option("--budget", flags->budget, "time to search, such as 5s, 500ms, 2m (default: by size, at most 10s; 5s for texts)");
    verb->add_option("--iterations", flags->iterations, "search so many rounds instead: the same seed gives the same plan")->check(CLI::NonNegativeNumber);
    verb->add_option("--seed", flags->seed, "of the random numbers")->capture_default_str();
    verb->add_option("-t,--threads", flags->threads, "searches that exchange their best plans (default: 1; up to 4 for VROOM's requests)")->check(CLI::Range(1, 256));
    verb->add_option("--rounding", flags->rounding, "of distances in texts of the literature; auto: as their best-known values are published")
        ->check(CLI::IsMember({"auto", "none", "dimacs", "nearest"}))
        ->capture_default_str();
    verb->add_option("--objective", flags->objective, "what counts first")->check(CLI::IsMember({"distance", "vehicles-first"}))->capture_default_str();
    verb->add_flag("--progress", flags->progress, "how it is going, on standard error");
    verb->add_option("--trace", flags->trace, "write seconds, cost, vehicles and left-out tasks of each better plan to this file");
    verb->add_flag("--check", flags->check, "walk every route again from the definitions; exit code 1 if anything is wrong");
    verb->add_flag("--schema", flags->schema, "print the JSON Schema of our own format and stop");
    add_vroom_flags(*verb, *flags);
    verb->callback([flags] {
        try {
            run_solve(*flags);
        } catch (const SolveExit& end) {
            throw CLI::RuntimeError(end.code);
        }
    });
}

}  // namespace lastmile::app
