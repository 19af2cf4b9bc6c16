#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "engines/geo/polygon.hpp"
#include "engines/geo/polyline.hpp"
#include "engines/geo/segment.hpp"

namespace lastmile::geo {
namespace {

constexpr Point neubrandenburg{53.5575, 13.2610};

Point any_point(double max_lat = 80) {
    return {*rc::gen::inRange(-800'000, 800'000) / 1e6 * max_lat / 0.8, *rc::gen::inRange(-1'790'000, 1'790'000) / 1e4};
}

/// A place within some kilometres of the city.
Point near_point() {
    return {neubrandenburg.lat + *rc::gen::inRange(-30'000, 30'000) / 1e6, neubrandenburg.lon + *rc::gen::inRange(-30'000, 30'000) / 1e6};
}

TEST(Distance, KnownPlaces) {
    EXPECT_NEAR(distance_m({52.5200, 13.4050}, {48.8566, 2.3522}), 877'464, 500);  // Berlin to Paris
    EXPECT_NEAR(distance_m({0, 179.9}, {0, -179.9}), distance_m({0, -0.1}, {0, 0.1}), 1e-6);
    EXPECT_DOUBLE_EQ(distance_m(neubrandenburg, neubrandenburg), 0);
    EXPECT_NEAR(distance_m({0, 0}, {0, 180}), std::numbers::pi * earth_radius_m, 1);
}

TEST(Distance, BearingAndDestinationAgree) {
    EXPECT_NEAR(bearing_deg({0, 0}, {1, 0}), 0, 1e-9);
    EXPECT_NEAR(bearing_deg({0, 0}, {0, 1}), 90, 1e-9);
    EXPECT_NEAR(bearing_deg({0, 0}, {-1, 0}), 180, 1e-9);
    EXPECT_NEAR(bearing_deg({0, 0}, {0, -1}), 270, 1e-9);
    EXPECT_TRUE(rc::check([] {
        const Point from = any_point();
        const double course = *rc::gen::inRange(0, 360);
        const double metres = *rc::gen::inRange(10, 100'000);
        const Point to = destination(from, course, metres);
        RC_ASSERT(std::abs(distance_m(from, to) - metres) < 0.01);
        RC_ASSERT(std::abs(std::remainder(bearing_deg(from, to) - course, 360)) < 0.01);
    }));
}

TEST(Distance, IsAMetric) {
    EXPECT_TRUE(rc::check([] {
        const Point a = any_point(), b = any_point(), c = any_point();
        RC_ASSERT(std::abs(distance_m(a, b) - distance_m(b, a)) < 1e-6);
        RC_ASSERT(distance_m(a, c) <= distance_m(a, b) + distance_m(b, c) + 1e-3);
    }));
}

TEST(Plane, FollowsTheGreatCircleInACity) {
    EXPECT_TRUE(rc::check([] {
        const Point a = near_point(), b = near_point();
        const Offset o = LocalPlane(a).to_plane(b);
        RC_ASSERT(std::abs(std::hypot(o.east_m, o.north_m) - distance_m(a, b)) <= 0.001 * distance_m(a, b) + 1e-6);
        RC_ASSERT(distance_m(LocalPlane(a).to_globe(o), b) < 1e-3);
    }));
}

TEST(Plane, CrossesTheDateLine) {
    const LocalPlane plane({-17, 179.999});
    EXPECT_NEAR(plane.to_plane({-17, -179.999}).east_m, distance_m({-17, 179.999}, {-17, -179.999}), 0.5);
    EXPECT_NEAR(plane.to_globe({1000, 0}).lon, -179.9916, 1e-3);
}

TEST(Plane, MercatorThereAndBack) {
    EXPECT_NEAR(to_mercator({0, 0}).x, 0.5, 1e-12);
    EXPECT_NEAR(to_mercator({85.05112877980659, -180}).y, 0, 1e-9);
    EXPECT_TRUE(rc::check([] {
        const Point p = any_point();
        RC_ASSERT(distance_m(from_mercator(to_mercator(p)), p) < 0.01);
    }));
}

TEST(BoxTest, AroundHoldsTheCircle) {
    EXPECT_TRUE(Box{}.empty());
    EXPECT_TRUE(rc::check([] {
        const Point c = any_point();
        const double r = *rc::gen::inRange(1, 50'000);
        const Point rim = destination(c, *rc::gen::inRange(0, 360), r);
        RC_PRE(std::abs(c.lon) < 175);
        RC_ASSERT(box_around(c, r).contains(rim));
    }));
}

TEST(Polyline, GooglesExample) {
    const std::vector<Point> line{{38.5, -120.2}, {40.7, -120.95}, {43.252, -126.453}};
    EXPECT_EQ(encode_polyline(line), "_p~iF~ps|U_ulLnnqC_mqNvxq`@");
    EXPECT_EQ(decode_polyline("_p~iF~ps|U_ulLnnqC_mqNvxq`@"), line);
    EXPECT_EQ(encode_polyline({}), "");
    EXPECT_EQ(decode_polyline("")->size(), 0u);
}

TEST(Polyline, ThereAndBackWithinHalfAUnit) {
    EXPECT_TRUE(rc::check([] {
        const int precision = *rc::gen::element(5, 6);
        std::vector<Point> line;
        for (int i = *rc::gen::inRange(0, 20); i > 0; --i) line.push_back(any_point());
        const auto back = decode_polyline(encode_polyline(line, precision), precision);
        RC_ASSERT(back.has_value());
        RC_ASSERT(back->size() == line.size());
        const double unit = precision == 5 ? 0.5e-5 : 0.5e-6;
        for (std::size_t i = 0; i < line.size(); ++i) {
            RC_ASSERT(std::abs((*back)[i].lat - line[i].lat) <= unit * 1.001);
            RC_ASSERT(std::abs((*back)[i].lon - line[i].lon) <= unit * 1.001);
        }
    }));
}

TEST(Polyline, RefusesWhatIsNotOne) {
    EXPECT_FALSE(decode_polyline("_p~iF"));                  // latitude alone
    EXPECT_FALSE(decode_polyline("_p~iF~ps|"));              // cut off
    EXPECT_FALSE(decode_polyline("hello world"));            // a blank is outside the alphabet
    EXPECT_FALSE(decode_polyline("~~~~~~~~~~~~~~~~~~~~~"));  // a number without an end
    EXPECT_TRUE(rc::check([](const std::string& text) { (void)decode_polyline(text); }));
}

TEST(Polyline, SimplifyStaysNear) {
    EXPECT_TRUE(rc::check([] {
        std::vector<Point> line;
        for (int i = *rc::gen::inRange(0, 40); i > 0; --i) line.push_back(near_point());
        const auto thin = simplify(line, 50);
        RC_ASSERT(thin.size() <= line.size());
        if (line.empty()) return;
        RC_ASSERT(thin.front() == line.front() && thin.back() == line.back());
        for (const Point p : line) RC_ASSERT(project(p, thin).distance_m < 51);
    }));
    const std::vector<Point> straight{{53, 13}, {53.001, 13}, {53.002, 13}};
    EXPECT_EQ(simplify(straight, 1).size(), 2u);
}

TEST(Segment, FootIsTheNearestPlace) {
    EXPECT_TRUE(rc::check([] {
        const Point p = near_point(), a = near_point(), b = near_point();
        const OnSegment hit = project(p, a, b);
        RC_ASSERT(hit.fraction >= 0 && hit.fraction <= 1);
        for (const double t : {0.0, 0.1, 0.35, 0.5, 0.77, 1.0}) {
            const Point on{a.lat + t * (b.lat - a.lat), a.lon + t * (b.lon - a.lon)};
            RC_ASSERT(hit.distance_m <= distance_m(p, on) * 1.002 + 0.01);
        }
    }));
}

TEST(Segment, KnowsItsSides) {
    const Point a{53.0, 13.0}, b{53.1, 13.0};          // northwards
    EXPECT_GT(project({53.05, 12.99}, a, b).side, 0);  // west is left
    EXPECT_LT(project({53.05, 13.01}, a, b).side, 0);
    EXPECT_EQ(project({53.05, 13.0}, a, b).side, 0);
    EXPECT_EQ(project({53.05, 13.01}, a, a).fraction, 0);
}

TEST(Segment, LineAddsUp) {
    const std::vector<Point> line{{53.0, 13.0}, {53.1, 13.0}, {53.1, 13.2}};
    const OnLine hit = project({53.11, 13.1}, line);
    EXPECT_EQ(hit.segment, 1u);
    EXPECT_NEAR(hit.along_m, distance_m(line[0], line[1]) + distance_m(line[1], {53.1, 13.1}), 5);
    EXPECT_NEAR(hit.length_m, length_m(line), 1e-9);
    EXPECT_EQ(project({53, 13}, std::span<const Point>{}).distance_m, std::numeric_limits<double>::infinity());
    EXPECT_EQ(project({53, 13}, std::vector<Point>{{53, 13}}).distance_m, 0);
}

const Polygon frame{{{{53, 13}, {53, 14}, {54, 14}, {54, 13}, {53, 13}}, {{53.4, 13.4}, {53.6, 13.4}, {53.6, 13.6}, {53.4, 13.6}}}};

TEST(PolygonTest, HolesAreOutside) {
    EXPECT_TRUE(contains(frame, {53.1, 13.1}));
    EXPECT_FALSE(contains(frame, {53.5, 13.5}));
    EXPECT_FALSE(contains(frame, {52.9, 13.1}));
    EXPECT_FALSE(contains(Polygon{}, {0, 0}));
    EXPECT_FALSE(contains(Polygon{{{}}}, {0, 0}));
}

TEST(PolygonTest, AgreesWithARotationCount) {
    EXPECT_TRUE(rc::check([] {
        Ring ring;
        for (int i = *rc::gen::inRange(3, 9); i > 0; --i) ring.push_back(near_point());
        const Point p = near_point();
        // Winding angle around p: an odd number of turns is inside for the even-odd rule.
        double angle = 0;
        for (std::size_t i = 0; i < ring.size(); ++i) {
            const Point a = ring[i], b = ring[(i + 1) % ring.size()];
            RC_PRE(!(a == p));
            angle +=
                std::remainder(std::atan2(b.lat - p.lat, b.lon - p.lon) - std::atan2(a.lat - p.lat, a.lon - p.lon), 2 * std::numbers::pi);
        }
        RC_ASSERT(contains(Polygon{{ring}}, p) == (std::llround(angle / (2 * std::numbers::pi)) % 2 != 0));
    }));
}

TEST(PolygonTest, LinesTouch) {
    EXPECT_TRUE(touches(frame, std::vector<Point>{{52.5, 13.2}, {54.5, 13.2}}));       // through it, no point within
    EXPECT_TRUE(touches(frame, std::vector<Point>{{53.1, 13.1}, {53.2, 13.1}}));       // within
    EXPECT_FALSE(touches(frame, std::vector<Point>{{53.45, 13.45}, {53.55, 13.55}}));  // in the hole
    EXPECT_FALSE(touches(frame, std::vector<Point>{{52.9, 13.1}, {52.8, 13.9}}));
}

TEST(PolygonTest, AreaAndCentre) {
    const Polygon square{{{{53, 13}, {53, 13.01}, {53.01, 13.01}, {53.01, 13}}}};
    const double side_ns = distance_m({53, 13}, {53.01, 13}), side_ew = distance_m({53.005, 13}, {53.005, 13.01});
    EXPECT_NEAR(area_m2(square), side_ns * side_ew, side_ns * side_ew * 0.001);
    EXPECT_LT(distance_m(centroid(square), {53.005, 13.005}), 1);
    EXPECT_LT(area_m2(frame), area_m2(Polygon{{frame.rings[0]}}));
    EXPECT_EQ(centroid(Polygon{{{{53, 13}}}}), (Point{53, 13}));
}

}  // namespace
}  // namespace lastmile::geo
