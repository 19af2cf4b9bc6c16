// Times of the road engine on the maps that are there: import, customisation, routes, tables.
#include <benchmark/benchmark.h>

#include <fstream>
#include <random>
#include <sstream>

#include "engines/road/metric.hpp"
#include "engines/road/search_tree.hpp"
#include "engines/road/table_sweep.hpp"
#define LASTMILE_SOURCE_DIR "."
#include "engines/road_import/city_map.hpp"
#include "engines/road_import/hierarchy.hpp"

namespace lastmile::road_import {
namespace {

/// LASTMILE_BENCH_MAP names one map of its own (see bench/road/run.py).
std::filesystem::path source_of(const std::string& name) {
    if (const char* map = std::getenv("LASTMILE_BENCH_MAP")) return map;
    return name == "neubrandenburg" ? city_file() : other_file(name + ".osm.pbf");
}

/// LASTMILE_BENCH_PROFILES names some, car among them ("car,bike"); else all.
std::vector<std::string> chosen_profiles() {
    std::vector<std::string> names;
    const char* text = std::getenv("LASTMILE_BENCH_PROFILES");
    std::stringstream words(text ? text : "");
    for (std::string name; std::getline(words, name, ',');) names.push_back(name);
    return names;
}

std::shared_ptr<road::EmbeddedRouter> router_of(const std::string& name) {
    static std::map<std::string, std::shared_ptr<road::EmbeddedRouter>> routers;
    auto& router = routers[name];
    if (!router) {
        const auto out = scratch() / (name + ".map");
        import_map(source_of(name), out, {chosen_profiles(), {}, false});
        router = road::EmbeddedRouter::open(out);
    }
    return router;
}

std::vector<road::Place> places(const road::Network& network, std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<std::size_t> node(0, network.nodes().size() - 1);
    std::vector<road::Place> list;
    for (std::size_t i = 0; i < count; ++i) list.push_back({network.nodes()[node(random)].point()});
    return list;
}

/// LASTMILE_BENCH_EXPORT names a folder that gets the car's graph as another engine takes it: turns are its arcs, a turn's weight is that of turning
/// and of driving the road that it leads into. And 1,000 places.
void export_graph(const std::string& name, const std::filesystem::path& folder) {
    const auto network = router_of(name)->network();
    const auto& graph = *network->profile("car");
    const auto weights = road::weigh(*network, graph, {});
    std::vector<float> lat, lon;
    std::vector<std::uint32_t> from, to, weight, chosen;
    for (std::uint32_t arc = 0; arc < graph.arcs.size(); ++arc) {
        const auto& edge = network->edges()[graph.arcs[arc].edge2 / 2];
        const auto a = network->nodes()[edge.from].point(), b = network->nodes()[edge.to].point();
        lat.push_back(static_cast<float>((a.lat + b.lat) / 2)), lon.push_back(static_cast<float>((a.lon + b.lon) / 2));
        for (const road::Turn& turn : graph.turns_of(arc))
            if (const auto cost = weights.step(turn); turn.to != arc && !turn.enters_restricted)
                from.push_back(arc), to.push_back(turn.to), weight.push_back(road::time_of(cost));
    }
    for (const auto& place : places(*network, 1000, 3))
        if (const auto phantom = road::find_phantom(*network, graph, weights, place, 1e6)) chosen.push_back(phantom->sources[0].arc);
    const auto write = [&](const char* file, const auto& values) {
        std::ofstream out(folder / file, std::ios::binary);
        out.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(values[0])));
    };
    write("node.lat", lat), write("node.lon", lon), write("arc.from", from), write("arc.to", to), write("arc.weight", weight), write("places", chosen);
}

void order(benchmark::State& state, const std::string& name) {
    auto profiles = built_in_profiles();
    std::erase_if(profiles, [](const Profile& p) { return p.name != "car"; });
    RawMap map = read_osm(source_of(name).string(), profiles, {});
    const RoadNet net = build_road_net(map);
    TurnGraph graph = build_turn_graph(net, map, profiles, 0);
    keep_largest_component(graph);
    for (auto _ : state) benchmark::DoNotOptimize(rank(net, graph));
}

void one_to_all(benchmark::State& state, const std::string& name) {
    const auto network = router_of(name)->network();
    const auto& graph = *network->profile("car");
    const auto weights = road::weigh(*network, graph, {});
    const auto list = places(*network, 50, 5);
    std::size_t i = 0;
    for (auto _ : state) {
        const auto from = road::find_phantom(*network, graph, weights, list[i++ % list.size()], 1e6);
        benchmark::DoNotOptimize(road::grow_forward(graph, weights, from->sources, road::unreachable - 1));
    }
}

void customise(benchmark::State& state, const std::string& name, const std::string& profile) {
    const auto network = router_of(name)->network();
    const auto& graph = *network->profile(profile);
    for (auto _ : state) benchmark::DoNotOptimize(road::Metric(graph, road::weigh(*network, graph, {})));
    state.counters["arcs"] = static_cast<double>(graph.arcs.size());
    state.counters["turns"] = static_cast<double>(graph.turns.size());
    state.counters["hierarchy"] = static_cast<double>(graph.up_heads.size());
}

void point_to_point(benchmark::State& state, const std::string& name, bool path) {
    const auto network = router_of(name)->network();
    const auto& graph = *network->profile("car");
    const road::Metric metric(graph, road::weigh(*network, graph, {}));
    std::vector<road::Phantom> phantoms;
    for (const auto& place : places(*network, 2000, 1))
        phantoms.push_back(*road::find_phantom(*network, graph, metric.weights(), place, 1e6));
    std::size_t i = 0;
    for (auto _ : state) {
        const auto &a = phantoms[i % 2000], &b = phantoms[(i * 7 + 1001) % 2000];
        if (path) benchmark::DoNotOptimize(metric.path(a, b));
        else benchmark::DoNotOptimize(metric.cost(a, b));
        ++i;
    }
}

void plain_dijkstra(benchmark::State& state, const std::string& name) {
    const auto network = router_of(name)->network();
    const auto& graph = *network->profile("car");
    const auto weights = road::weigh(*network, graph, {});
    std::vector<road::Phantom> phantoms;
    for (const auto& place : places(*network, 200, 1)) phantoms.push_back(*road::find_phantom(*network, graph, weights, place, 1e6));
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(road::search_plainly(graph, weights, phantoms[i % 200], phantoms[(i * 7 + 101) % 200], {}));
        ++i;
    }
}

void whole_route(benchmark::State& state, const std::string& name) {
    const auto router = router_of(name);
    const auto list = places(*router->network(), 500, 2);
    std::size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(router->route({"car", {list[i % 500], list[(i * 7 + 251) % 500]}, true, 1e6}));
        ++i;
    }
}

void table(benchmark::State& state, const std::string& name) {
    const auto router = router_of(name);
    const auto list = places(*router->network(), static_cast<std::size_t>(state.range(0)), 3);
    const road::TableQuery query{"car", list, list, 1e6};
    for (auto _ : state) benchmark::DoNotOptimize(router->table(query, [](auto, auto, auto) { return true; }));
}

void snap(benchmark::State& state, const std::string& name) {
    const auto router = router_of(name);
    const auto list = places(*router->network(), 500, 4);
    std::size_t i = 0;
    for (auto _ : state) benchmark::DoNotOptimize(router->nearest("car", list[i++ % 500].point));
}

}  // namespace
}  // namespace lastmile::road_import

int main(int argc, char** argv) {
    using namespace lastmile::road_import;
    std::vector<std::string> names{"neubrandenburg", "prague", "porto"};
    if (const char* map = std::getenv("LASTMILE_BENCH_MAP")) names = {std::filesystem::path(map).stem().stem().string()};
    for (const std::string& name : names) {
        if (source_of(name).empty()) continue;
        if (const char* folder = std::getenv("LASTMILE_BENCH_EXPORT")) export_graph(name, folder);
        const auto add = [&](const char* what, auto&&... arguments) {
            return benchmark::RegisterBenchmark((name + "/" + what).c_str(), arguments..., name);
        };
        add("order", order)->Unit(benchmark::kMillisecond)->Iterations(1);
        const auto chosen = chosen_profiles();
        for (const std::string& profile : chosen.empty() ? std::vector<std::string>{"car", "van", "truck", "bike", "cargo_bike", "foot"} : chosen)
            benchmark::RegisterBenchmark((name + "/customise/" + profile).c_str(), customise, name, profile)->Unit(benchmark::kMillisecond);
        add("one-to-all", one_to_all)->Unit(benchmark::kMillisecond);
        add("snap", snap)->Unit(benchmark::kMicrosecond);
        benchmark::RegisterBenchmark((name + "/cost").c_str(), point_to_point, name, false)->Unit(benchmark::kMicrosecond);
        benchmark::RegisterBenchmark((name + "/path").c_str(), point_to_point, name, true)->Unit(benchmark::kMicrosecond);
        add("route", whole_route)->Unit(benchmark::kMicrosecond);
        add("dijkstra", plain_dijkstra)->Unit(benchmark::kMicrosecond);
        add("table", table)->Arg(300)->Arg(1000)->Unit(benchmark::kMillisecond);
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
