// RoutingKit's figures beside ours, on the same graph: built by run.py where it is told where RoutingKit lies, and by nothing else.
// usage: routingkit GRAPH_FOLDER | routingkit --import MAP.osm.pbf
// The folder is what road_benchmark writes with LASTMILE_BENCH_EXPORT: node.lat, node.lon (float), arc.from, arc.to, arc.weight, places (u32).
#include <routingkit/contraction_hierarchy.h>
#include <routingkit/customizable_contraction_hierarchy.h>
#include <routingkit/nested_dissection.h>
#include <routingkit/osm_simple.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

namespace {

template <class T>
std::vector<T> read(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    std::vector<T> values(static_cast<std::size_t>(file.tellg()) / sizeof(T));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
    return values;
}

/// Of the processor, all threads: the machine may have other work.
double seconds_of(const auto& work) {
    const auto began = std::clock();
    work();
    return static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
}

void print(const char* name, double value, const char* unit) { std::printf("%s\t%.4g %s\n", name, value, unit); }

template <class Query>
void ask(const char* name, Query query, const std::vector<unsigned>& places) {
    const std::size_t n = places.size();
    std::uint64_t sum = 0;
    const double p2p = seconds_of([&] {
        for (std::size_t i = 0; i < 10 * n; ++i)
            sum += query.reset().add_source(places[i % n]).add_target(places[(i * 7 + 501) % n]).run().get_distance();
    });
    print((std::string(name) + " p2p").c_str(), p2p / static_cast<double>(10 * n) * 1e6, "us");
    std::vector<unsigned> row(n);
    constexpr int tables = 5;
    const double table = seconds_of([&] {
        for (int i = 0; i < tables; ++i) {
            query.reset().pin_targets(places);
            for (const unsigned source : places) {
                query.reset_source().add_source(source).run_to_pinned_targets().get_distances_to_targets(row.data());
                sum += row[n / 2];
            }
        }
    });
    print((std::string(name) + " table " + std::to_string(n)).c_str(), table / tables * 1e3, "ms");
    std::fprintf(stderr, "%llu\n", static_cast<unsigned long long>(sum));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::string(argv[1]) == "--import") {
        const auto began = std::chrono::steady_clock::now();
        const double s = seconds_of([&] { (void)RoutingKit::simple_load_osm_car_routing_graph_from_pbf(argv[2]); });
        rusage use{};
        getrusage(RUSAGE_SELF, &use);
        print("import", std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), "s");
        print("import, processor", s, "s");
        print("import memory", static_cast<double>(use.ru_maxrss) / 1024, "MB");
        return 0;
    }
    const std::string folder = std::string(argv[1]) + "/";
    const auto lat = read<float>(folder + "node.lat"), lon = read<float>(folder + "node.lon");
    const auto from = read<unsigned>(folder + "arc.from"), to = read<unsigned>(folder + "arc.to");
    const auto weight = read<unsigned>(folder + "arc.weight"), places = read<unsigned>(folder + "places");
    const auto nodes = static_cast<unsigned>(lat.size());
    std::vector<unsigned> order;
    print("CCH order", seconds_of([&] { order = RoutingKit::compute_nested_node_dissection_order_using_inertial_flow(nodes, from, to, lat, lon); }), "s");
    const RoutingKit::CustomizableContractionHierarchy cch(order, from, to);
    RoutingKit::CustomizableContractionHierarchyMetric metric(cch, weight);
    metric.customize();
    constexpr int again = 20;  // their mean, as our benchmark has it
    const double customised = seconds_of([&] {
        for (int i = 0; i < again; ++i) metric.customize();
    });
    print("CCH customise", customised / again * 1e3, "ms");
    ask("CCH", RoutingKit::CustomizableContractionHierarchyQuery(metric), places);
    if (argc > 2) return 0;  // --no-ch: where its contraction takes too long
    RoutingKit::ContractionHierarchy ch;
    print("CH build", seconds_of([&] { ch = RoutingKit::ContractionHierarchy::build(nodes, from, to, weight); }), "s");
    ask("CH", RoutingKit::ContractionHierarchyQuery(ch), places);
    return 0;
}
