#include "app/vrp_run.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

#include "app/vrp_progress.hpp"
#include "app/vrp_roads.hpp"
#include "engines/vrp/checker.hpp"
#include "engines/vrp/solve.hpp"
#include "engines/vrp_formats/json.hpp"
#include "engines/vrp_formats/write.hpp"

namespace lastmile::app {
namespace {

std::atomic<bool> interrupted = false;  // Ctrl-C keeps the best plan found

constexpr int internal_error = 1, input_error = 2, routing_error = 3;  // VROOM's, for every format

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
    return used > 0 && value * factor > 0 && value * factor < 1e7 ? value * factor : 0;
}

class Run {
public:
    explicit Run(const SolveFlags& flags) : f_(flags) {}

    void go() {
        if (!f_.budget.empty() && seconds_of(f_.budget) == 0) stop(input_error, "--budget: a time such as 5s, 500ms or 2m");
        if (!f_.output.empty()) {
            out_file_.open(f_.output);
            if (!out_file_) stop(input_error, "cannot write " + f_.output);
        }
        text_ = content();
        kind_ = kind();
        format_ = f_.format != "auto" ? f_.format : kind_ == vrp::TextKind::vroom ? "vroom" : literature() ? "solution" : "json";
        if (format_ == "vroom" && kind_ != vrp::TextKind::vroom) stop(input_error, "--format vroom answers VROOM's requests only; leave it out");
        if (kind_ != vrp::TextKind::vroom && (f_.choose_eta || f_.geometry))
            stop(input_error, "-c and -g belong to VROOM's requests; leave them out");
        if (literature() && !f_.map.empty()) stop(input_error, "--map: this format brings its own distances; leave it out");
        kind_ == vrp::TextKind::vroom ? vroom() : own();
    }

private:
    using Clock = std::chrono::steady_clock;
    int milliseconds(Clock::time_point since) const {
        return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - since).count());
    }
    bool literature() const { return kind_ != vrp::TextKind::json && kind_ != vrp::TextKind::vroom; }
    std::ostream& out() { return out_file_.is_open() ? static_cast<std::ostream&>(out_file_) : std::cout; }
    std::string name() const { return f_.input_file.empty() ? f_.file : f_.input_file; }

    /// One sentence; as VROOM's error object where its format is spoken.
    [[noreturn]] void stop(int code, const std::string& sentence) {
        if (format_ == "vroom") out() << vrp::write_vroom_error(code, sentence);
        std::cerr << "lastmile: " << sentence << '\n';
        throw SolveExit(code);
    }
    /// One fault a line: `file:12: …` or `file: /tasks/0/kind: …`.
    [[noreturn]] void refuse(const vrp::InputFaults& faults, int code = input_error) {
        const auto& first = faults.front();
        if (format_ == "vroom") {
            const std::string where = !first.pointer.empty() ? first.pointer + ": " : first.line > 0 ? fmt::format("line {}: ", first.line) : "";
            out() << vrp::write_vroom_error(code, where + first.detail);
        }
        for (const auto& fault : faults) {
            std::cerr << (name().empty() || name() == "-" ? "input" : name().starts_with('{') ? "argument" : name()) << ':';
            if (fault.line > 0) std::cerr << fault.line << ':';
            std::cerr << ' ' << fault.pointer << (fault.pointer.empty() ? "" : ": ") << fault.detail << '\n';
        }
        throw SolveExit(code);
    }
    vrp::InputFaults told(const vrp::Faults& faults, const vrp::VroomRequest* request) {
        vrp::InputFaults made;
        for (const auto& fault : faults)
            made.push_back({0, request ? vrp::vroom_pointer(*request, fault.pointer) : fault.pointer, fault.code + ": " + fault.detail});
        return made;
    }

    std::string content() {
        if (f_.input_file.empty() && f_.file.starts_with('{')) return f_.file;  // VROOM takes its request as an argument as well
        if (name().empty() || name() == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
        std::ifstream in(name(), std::ios::binary);
        std::string text{std::istreambuf_iterator<char>(in), {}};
        if (!in.is_open() || in.bad()) stop(input_error, "cannot read " + name());
        return text;
    }
    vrp::TextKind kind() const {
        for (const auto& [word, kind] : {std::pair{"json", vrp::TextKind::json}, {"vroom", vrp::TextKind::vroom}, {"solomon", vrp::TextKind::solomon},
                                         {"lilim", vrp::TextKind::lilim}, {"vrplib", vrp::TextKind::vrplib}})
            if (f_.kind == word) return kind;
        return f_.choose_eta || f_.geometry || f_.explore ? vrp::TextKind::vroom : vrp::kind_of(text_);
    }

    /// Small requests need no five seconds; VROOM's exploration levels are shares of the time.
    vrp::SolveOptions options(const vrp::Problem& problem, SolveProgress& progress) const {
        vrp::SolveOptions options;
        options.seed = f_.seed;
        const int processors = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
        options.threads = f_.threads > 0 ? f_.threads : kind_ == vrp::TextKind::vroom ? std::min(4, processors) : 1;
        options.clock = [] { return std::chrono::duration<double>(Clock::now().time_since_epoch()).count(); };
        if (f_.iterations >= 0) {
            options.iterations = f_.iterations;
        } else if (!f_.budget.empty()) {
            options.budget_s = seconds_of(f_.budget);
        } else if (literature()) {
            options.budget_s = 5;
        } else {
            constexpr double share[] = {0.02, 0.05, 0.1, 0.25, 0.5, 1};
            options.budget_s = std::min(10.0, std::max(0.05, 0.02 * static_cast<double>(problem.tasks.size()))) * share[f_.explore.value_or(5)];
        }
        if (f_.limit && f_.iterations < 0) options.budget_s = std::min(options.budget_s, *f_.limit);
        options.stop = [] { return interrupted.load(); };
        if (progress.wanted()) options.progress = [&progress](const vrp::Progress& p) { progress.note(p); };
        return options;
    }

    vrp::Solution solve(const vrp::Problem& problem, const vrp::VroomRequest* request) {
        SolveProgress progress(f_.progress, f_.trace);
        std::signal(SIGINT, [](int) { interrupted = true; });
        auto solution = vrp::solve(problem, options(problem, progress));
        if (!solution) refuse(told(solution.error(), request));
        return std::move(*solution);
    }

    void own() {
        const bool exact = f_.rounding == "none", dimacs = f_.rounding == "dimacs", nearest = f_.rounding == "nearest";
        const auto goal = f_.objective == "vehicles-first" ? vrp::Goal::vehicles_first : vrp::Goal::distance;
        const auto rounding = [&](vrp::Rounding by_convention) {
            return exact ? vrp::Rounding::none : dimacs ? vrp::Rounding::dimacs : nearest ? vrp::Rounding::nearest : by_convention;
        };
        const auto solomon = goal == vrp::Goal::vehicles_first ? vrp::Rounding::none : vrp::Rounding::dimacs;
        auto input = kind_ == vrp::TextKind::json      ? vrp::read_json(text_)
                     : kind_ == vrp::TextKind::solomon ? vrp::read_solomon(text_, {rounding(solomon), goal})
                     : kind_ == vrp::TextKind::lilim   ? vrp::read_lilim(text_, {rounding(vrp::Rounding::none), goal})
                                                       : vrp::read_vrplib(text_, {rounding(vrp::vrplib_convention(text_)), goal});
        if (!input) refuse(input.error());
        if (kind_ == vrp::TextKind::json) {
            look_up(*input);
            if (goal == vrp::Goal::vehicles_first)
                for (auto& vehicle : input->problem.vehicles) vehicle.fixed += 1e6;  // above any day's work in the units of a request
        }
        const auto solution = solve(input->problem, nullptr);
        print(*input, solution);
        check(input->problem, solution);
    }
    void look_up(vrp::Input& input) {
        std::unique_ptr<VrpRoads> roads;
        for (std::size_t i = 0; i < input.roads.size(); ++i) {
            if (input.roads[i].empty()) continue;
            const std::string at = fmt::format("/profiles/{}/roads", i);
            if (f_.map.empty()) refuse({{0, at, "needs a map: name a map file or an OSM extract with --map FILE"}});
            try {
                if (!roads) roads = std::make_unique<VrpRoads>(f_.map);
                const auto tables = roads->tables(input.roads[i], input.points);
                input.problem.profiles[i].matrix = vrp::matrix_of(tables);
            } catch (const std::runtime_error& fault) {
                refuse({{0, at, fault.what()}}, routing_error);
            }
        }
    }

    void vroom() {
        const auto start = Clock::now();
        auto request = vrp::read_vroom_request(text_);
        if (!request) refuse(request.error());
        request->plan |= f_.choose_eta, request->geometry |= f_.geometry;
        for (const auto& note : request->notes) std::cerr << "note: " << note << " is none of VROOM's members\n";
        vrp::VroomAnswer times{.loading_ms = milliseconds(start)};
        std::unique_ptr<VrpRoads> roads;
        const auto asking = Clock::now();
        if (request->geometry && f_.map.empty())
            refuse({{0, "/options/g", "lines and distances need a map: name a map file or an OSM extract with --map FILE"}}, routing_error);
        try {
            if (!f_.map.empty()) roads = std::make_unique<VrpRoads>(f_.map);
            for (const auto& profile : request->missing_profiles())
                if (roads) request->tables[profile] = roads->tables(profile, request->input.points);
            if (request->geometry)
                for (auto& [profile, tables] : request->tables)
                    if (tables.distances.empty()) tables.distances = roads->tables(profile, request->input.points).distances;
        } catch (const std::runtime_error& fault) {
            stop(routing_error, fault.what());
        }
        times.routing_ms = milliseconds(asking);
        const bool roadless = !request->missing_profiles().empty();
        if (const auto faults = vrp::finish(*request); !faults.empty()) refuse(faults, roadless ? routing_error : input_error);
        const auto solving = Clock::now();
        auto answer = vrp::VroomAnswer{};
        vrp::Solution solution;
        if (request->plan) {
            if (const auto faults = vrp::validate(request->input.problem); !faults.empty()) refuse(told(faults, &*request));
            auto planned = vrp::vroom_plan(*request);
            if (!planned) refuse(planned.error());
            answer = std::move(*planned);
        } else {
            auto& problem = request->input.problem;
            if (problem.incumbent)
                if (const auto valid = vrp::evaluate(problem, *problem.incumbent); !valid) refuse(told(valid.error(), &*request));
            if (f_.objective == "vehicles-first")
                for (auto& vehicle : problem.vehicles) vehicle.fixed += 1e6;
            solution = solve(problem, &*request);
            answer = vrp::vroom_answer(*request, solution);
        }
        answer.loading_ms = times.loading_ms, answer.routing_ms = times.routing_ms, answer.solving_ms = milliseconds(solving);
        if (request->geometry) draw(*request, answer, *roads);
        if (format_ == "vroom")
            out() << vrp::write_vroom(*request, answer);
        else if (request->plan)
            stop(input_error, "-c answers in VROOM's format only; leave out --format");
        else
            print(request->input, solution);
        if (!request->plan) check(request->input.problem, solution);
    }
    void draw(const vrp::VroomRequest& request, vrp::VroomAnswer& answer, const VrpRoads& roads) {
        for (auto& route : answer.routes) {
            std::vector<vrp::Point> points;
            for (const auto& step : route.steps)
                if (step.place >= 0 && static_cast<std::size_t>(step.place) < request.input.points.size())
                    points.push_back(request.input.points[static_cast<std::size_t>(step.place)]);
            route.geometry = roads.line(request.cars[static_cast<std::size_t>(route.vehicle)].profile, points);
        }
    }

    void print(const vrp::Input& input, const vrp::Solution& solution) {
        if (format_ == "solution") {
            out() << vrp::write_text(input, solution);
        } else if (format_ == "geojson" || format_ == "svg") {
            if (input.points.empty()) stop(input_error, "the places have no coordinates to draw");
            out() << (format_ == "svg" ? vrp::write_svg(input, solution) : vrp::write_geojson(input, solution));
        } else {
            out() << vrp::write_json(input, solution);
        }
    }
    void check(const vrp::Problem& problem, const vrp::Solution& solution) {
        if (!f_.check) return;
        const auto violations = vrp::check(problem, solution);
        for (const auto& violation : violations) std::cerr << violation.pointer << ": " << violation.code << ' ' << violation.detail << '\n';
        if (!violations.empty()) throw SolveExit(internal_error);
        std::cerr << "checked: " << solution.routes.size() << " routes, " << solution.left_out.size() << " left out, nothing wrong\n";
    }

    const SolveFlags& f_;
    std::ofstream out_file_;
    std::string text_, format_;
    vrp::TextKind kind_ = vrp::TextKind::json;
};

}  // namespace

void run_solve(const SolveFlags& flags) {
    if (flags.schema) {
        std::cout << vrp::problem_schema();
        return;
    }
    Run(flags).go();
}

}  // namespace lastmile::app
