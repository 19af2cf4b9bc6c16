#include <gtest/gtest.h>

#include <random>

#include "engines/road_import/city_map.hpp"
#include "engines/road_import/plain_search.hpp"

namespace lastmile::road_import {
namespace {

using namespace road;

std::vector<Place> random_places(const Network& network, std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    const geo::Box box = network.box();
    std::uniform_real_distribution<double> lat(box.south, box.north), lon(box.west, box.east);
    std::uniform_int_distribution<std::size_t> node(0, network.nodes().size() - 1);
    std::vector<Place> places;
    for (std::size_t i = 0; i < count; ++i) {
        // Half of them anywhere, half near junctions, where ends of arcs and sides are tricky.
        if (i % 2) places.push_back({{lat(random), lon(random)}});
        else places.push_back({network.nodes()[node(random)].point()});
    }
    return places;
}

/// Every cost of a table, and every route, must be what the plain search finds.
void compare_with_plain(EmbeddedRouter& router, const std::string& profile, PlainSearch& plain, std::size_t sources, std::size_t targets,
                        unsigned seed) {
    const auto network = router.network();
    TableQuery query{profile, random_places(*network, sources, seed), random_places(*network, targets, seed + 1), 20'000};
    query.targets.insert(query.targets.end(), query.sources.begin(), query.sources.end());
    const auto table = router.table(query);
    ASSERT_TRUE(table) << table.error().sentence;
    std::vector<PlainPlace> to;
    for (const Place& p : query.targets) {
        const auto snap = router.nearest(profile, p.point, 1, 20'000);
        ASSERT_TRUE(snap);
        to.push_back({snap->at(0).road, snap->at(0).fraction});
    }
    std::size_t reached = 0;
    for (std::size_t s = 0; s < query.sources.size(); ++s) {
        const auto snap = router.nearest(profile, query.sources[s].point, 1, 20'000)->at(0);
        const auto expected = plain.run({snap.road, snap.fraction}, to);
        for (std::size_t t = 0; t < to.size(); ++t) {
            if (!expected[t]) {
                EXPECT_TRUE(std::isinf(table->duration(s, t)));
                continue;
            }
            ++reached;
            ASSERT_FLOAT_EQ(table->duration(s, t), static_cast<float>(static_cast<double>(expected[t]->time) / 100))
                << profile << ' ' << s << " to " << t;
            ASSERT_FLOAT_EQ(table->distance(s, t), static_cast<float>(static_cast<double>(expected[t]->length) / 10))
                << profile << ' ' << s << " to " << t;
            if ((s + t) % 7) continue;
            const auto route = router.route({profile, {query.sources[s], query.targets[t]}, true, 20'000});
            ASSERT_TRUE(route) << route.error().sentence;
            ASSERT_FLOAT_EQ(static_cast<float>(route->duration_s), table->duration(s, t));
            ASSERT_FLOAT_EQ(static_cast<float>(route->distance_m), table->distance(s, t));
            ASSERT_NEAR(geo::length_m(route->geometry()), route->distance_m, 0.01 * route->distance_m + 5);
            double steps_m = 0, steps_s = 0;
            for (const Step& step : route->legs[0].steps) steps_m += step.distance_m, steps_s += step.duration_s;
            ASSERT_NEAR(steps_m, route->distance_m, 0.2 * static_cast<double>(route->legs[0].geometry.size()) + 1);
            ASSERT_NEAR(steps_s, route->duration_s, 0.01);
        }
    }
    EXPECT_GT(reached, 0u);
}

TEST(City, HasAllProfiles) {
    EXPECT_EQ(city()->profiles(), (std::vector<std::string>{"car", "van", "truck", "bike", "cargo_bike", "foot"}));
    EXPECT_GT(city()->network()->edges().size(), 8'000u);
    EXPECT_EQ(city()->network()->meta().missing_nodes, 0u);
}

TEST(City, EveryProfileAgreesWithThePlainSearch) {
    for (const ProfileGraph& graph : city()->network()->profiles()) {
        PlainSearch plain(*city()->network(), graph);
        compare_with_plain(*city(), graph.name, plain, 12, 60, 7);
    }
}

TEST(City, AgreesAfterClosuresAndFactors) {
    const auto router = EmbeddedRouter::open(city_map());
    const auto network = router->network();
    std::mt19937 random(3);
    for (unsigned round = 0; round < 3; ++round) {
        const ProfileGraph& graph = network->profiles()[round];
        PlainSearch plain(*network, graph);
        Conditions conditions;
        Closure closure;
        for (int i = 0; i < 200; ++i) closure.roads.push_back(static_cast<std::uint32_t>(random() % network->edges().size()));
        plain.closed_edges = {closure.roads.begin(), closure.roads.end()};
        conditions.closures.push_back(closure);
        SpeedFactor slow;
        slow.factor = 0.37;
        for (int i = 0; i < 1000; ++i) slow.roads.push_back(static_cast<std::uint32_t>(random() % network->edges().size()));
        for (const auto e : slow.roads) plain.factors[e] = slow.factor;
        conditions.factors.push_back(slow);
        ASSERT_TRUE(router->set_conditions(conditions));
        compare_with_plain(*router, graph.name, plain, 8, 40, round + 20);
    }
}

}  // namespace
}  // namespace lastmile::road_import
