#include "engines/road/router_pool.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "engines/road_import/drawn_map.hpp"

namespace lastmile::road_import {
namespace {

using namespace road;

/// A short way over BC and a long one round it.
struct Roads {
    DrawnMap map{"A---B---C---D\n    |   |\n    E---F\n", {{"AB", {}}, {"BC", {}}, {"CD", {}}, {"BEFC", {}}}};
    RouterPool pool{std::make_shared<EmbeddedRouter>(map.router().network())};

    Closure closed() const {
        Closure closure;
        closure.osm_ways = {1001};  // BC
        return closure;
    }
    int metres(const std::string& party, const Moment& moment) const {
        const auto route = pool.at(party, moment)->route({"car", {{map.between("AB")}, {map.between("CD")}}});
        return route ? static_cast<int>(std::lround(route->distance_m / 10) * 10) : -1;
    }
};

TEST(RouterPool, OnePartysClosureLeadsNobodyElseRound) {
    Roads roads;
    EXPECT_EQ(roads.metres("a", {}), 200);
    ASSERT_TRUE(roads.pool.set("a", {{roads.closed()}, {}}));
    EXPECT_EQ(roads.metres("a", {}), 400);
    EXPECT_EQ(roads.metres("b", {}), 200);
    EXPECT_EQ(roads.pool.at("b", {}), roads.pool.usual());
    EXPECT_EQ(roads.pool.conditions("a").closures.size(), 1u);
    ASSERT_TRUE(roads.pool.set("a", {}));
    EXPECT_EQ(roads.metres("a", {}), 200);
}

TEST(RouterPool, ClosuresBeginAndEnd) {
    Roads roads;
    Closure closure = roads.closed();
    closure.from_s = 1'000;
    closure.until_s = 2'000;
    ASSERT_TRUE(roads.pool.set("a", {{closure}, {}}));
    EXPECT_EQ(roads.metres("a", {999, 0}), 200);
    EXPECT_EQ(roads.metres("a", {1'000, 0}), 400);
    EXPECT_EQ(roads.metres("a", {1'999, 0}), 400);
    EXPECT_EQ(roads.metres("a", {2'000, 0}), 200);
    closure.until_s = 1'000;
    EXPECT_EQ(roads.pool.set("a", {{closure}, {}}).error().fault, Fault::bad_question);
    EXPECT_EQ(roads.metres("a", {1'500, 0}), 400) << "what is refused changes nothing";
    EXPECT_EQ(roads.map.router().set_conditions(roads.pool.conditions("a")).error().fault, Fault::bad_question);
}

TEST(RouterPool, AreaFactorsHoldByTheHour) {
    Roads roads;
    SpeedFactor rush;
    rush.factor = 0.1;
    const auto b = roads.map.at('B'), c = roads.map.at('C');
    rush.areas.push_back({{{{b.lat - 1e-5, b.lon + 1e-4}, {b.lat - 1e-5, c.lon - 1e-4}, {b.lat + 1e-5, c.lon - 1e-4}, {b.lat + 1e-5, b.lon + 1e-4}}}});
    rush.hours.set(8).set(9);  // Monday from 8 to 10
    ASSERT_TRUE(roads.pool.set("a", {{}, {rush}}));
    EXPECT_EQ(roads.metres("a", {0, 7}), 200);
    EXPECT_EQ(roads.metres("a", {0, 8}), 400);
    EXPECT_EQ(roads.metres("a", {0, 32}), 200) << "on Tuesday";
    rush.factor = 11;
    EXPECT_EQ(roads.pool.set("a", {{}, {rush}}).error().fault, Fault::bad_question);
}

TEST(RouterPool, ReadersKeepTheRouterTheyHoldWhileConditionsAreSwapped) {
    Roads roads;
    std::atomic<bool> stop = false;
    std::atomic<int> wrong = 0, asked = 0;
    {
        std::vector<std::jthread> readers;
        for (const std::string party : {"a", "a", "b"})
            readers.emplace_back([&, party] {
                while (!stop) {
                    const int metres = roads.metres(party, {});
                    if (metres != 200 && (metres != 400 || party == "b")) ++wrong;
                    const auto held = roads.pool.at(party, {});
                    const RouteQuery query{"car", {{roads.map.between("AB")}, {roads.map.between("CD")}}};
                    if (held->route(query)->distance_m != held->route(query)->distance_m) ++wrong;
                    ++asked;
                }
            });
        for (int i = 0; i < 200; ++i) ASSERT_TRUE(roads.pool.set("a", i % 2 ? Conditions{} : Conditions{{roads.closed()}, {}}, Moment{}));
        while (asked < 50) std::this_thread::yield();
        stop = true;
    }
    EXPECT_EQ(wrong, 0);
}

// What ThreadSanitizer is shown (`./test --full`): every kind of question while conditions, learned speeds and the map itself are swapped.
TEST(RouterPool, QuestionsOfAllKindsRunWhileEverythingIsSwapped) {
    const auto osm = DrawnMap("A---B---C---D\n    |   |\n    E---F\n", {{"AB", {}}, {"BC", {}}, {"CD", {}}, {"BEFC", {}}}).write();
    auto path = osm;
    path.replace_extension(".map");
    import_map(osm, path);
    RouterPool pool(EmbeddedRouter::open(path));
    const Roads drawn;
    const auto a = drawn.map.between("AB"), d = drawn.map.between("CD");
    SpeedSamples slow;
    for (int i = 0; i < 30; ++i) slow.add(1.5);
    Conditions learned;
    learned.learned = std::make_shared<const LearnedSpeeds>(std::map<std::string, SpeedObservations>{{"car", {{{area_tile_of(a), RoadClass::residential, 8}, slow}}}});
    std::atomic<bool> stop = false;
    std::atomic<int> failed = 0, asked = 0;
    {
        std::vector<std::jthread> readers;
        for (int kind = 0; kind < 4; ++kind)
            readers.emplace_back([&, kind] {
                for (int i = 0; !stop; ++i, ++asked) {
                    const auto router = pool.at("a", {0, i % 24});
                    if (kind == 0) failed += !router->route({"car", {{a}, {d}}, true});
                    if (kind == 1) failed += !router->table({.profile = "bike", .sources = {{a}, {d}}, .targets = {{a}, {d}}});
                    if (kind == 2) failed += !router->match({"car", {{a, 0, 5}, {d, 30, 5}}});
                    if (kind == 3) failed += !router->nearest("foot", a) || !router->isochrone({"car", a, {120}});
                }
            });
        for (int i = 0; i < 60 || asked < 200; ++i) {
            if (i % 3 == 0) pool.replace_map(path);
            else ASSERT_TRUE(pool.set("a", i % 3 == 1 ? learned : Conditions{{drawn.closed()}, {}}, Moment{}));
        }
        stop = true;
    }
    EXPECT_EQ(failed, 0);
}

TEST(RouterPool, KeepsFewRoutersAndMakesOthersAnew) {
    Roads roads;
    RouterPool pool(roads.pool.usual(), 2);
    for (const std::string party : {"a", "b", "c"}) ASSERT_TRUE(pool.set(party, {{roads.closed()}, {}}));
    const auto a = pool.at("a", {});
    pool.at("b", {});
    EXPECT_EQ(pool.at("a", {}), a);
    pool.at("c", {});
    EXPECT_EQ(pool.at("a", {}), a) << "asked for lately";
    pool.at("b", {}), pool.at("c", {});
    EXPECT_NE(pool.at("a", {}), a);
    EXPECT_EQ(a->route({"car", {{roads.map.between("AB")}, {roads.map.between("CD")}}})->distance_m,
              pool.at("a", {})->route({"car", {{roads.map.between("AB")}, {roads.map.between("CD")}}})->distance_m);
}

}  // namespace
}  // namespace lastmile::road_import
