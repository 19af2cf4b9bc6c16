// Routes as pictures: GeoJSON lines and points, and a small SVG.
#include <algorithm>
#include <cstdio>

#include "engines/vrp_formats/json.hpp"
#include "engines/vrp_formats/json_members.hpp"

namespace lastmile::vrp {
namespace {

std::vector<int> places_of(const Input& input, const SolutionRoute& route) {
    std::vector<int> places;
    for (const auto& step : route.steps)
        if (step.place >= 0 && static_cast<std::size_t>(step.place) < input.points.size() && (places.empty() || places.back() != step.place))
            places.push_back(step.place);
    return places;
}

}  // namespace

std::string write_geojson(const Input& input, const Solution& solution) {
    json::array features;
    const auto position = [&](int place) {
        const auto& point = input.points[static_cast<std::size_t>(place)];
        return json::array{point.x, point.y};
    };
    for (const auto& route : solution.routes) {
        json::array line;
        for (int place : places_of(input, route)) line.push_back(position(place));
        const auto& id = input.problem.vehicles[static_cast<std::size_t>(route.vehicle)].id;
        if (line.size() > 1)
            features.push_back(json::object{{"type", "Feature"},
                                            {"properties", json::object{{"vehicle", id}, {"cost", route.cost.total()}, {"distance", route.distance}}},
                                            {"geometry", json::object{{"type", "LineString"}, {"coordinates", std::move(line)}}}});
        int sequence = 0;
        for (const auto& step : route.steps)
            if (step.kind == StepKind::visit && static_cast<std::size_t>(step.place) < input.points.size())
                features.push_back(json::object{{"type", "Feature"},
                                                {"properties", json::object{{"vehicle", id},
                                                                            {"sequence", ++sequence},
                                                                            {"begin", step.begin},
                                                                            {"task", input.problem.tasks[static_cast<std::size_t>(step.task)].id}}},
                                                {"geometry", json::object{{"type", "Point"}, {"coordinates", position(step.place)}}}});
    }
    return json_text(json::object{{"type", "FeatureCollection"}, {"features", std::move(features)}}) + "\n";
}

std::string write_svg(const Input& input, const Solution& solution) {
    if (input.points.empty()) return {};
    double left = input.points[0].x, right = left, low = input.points[0].y, high = low;
    for (const auto& p : input.points) left = std::min(left, p.x), right = std::max(right, p.x), low = std::min(low, p.y), high = std::max(high, p.y);
    const double squeeze =
        input.geographic ? std::cos((low + high) / 2 * 0.017453292519943295) : 1;  // a degree of longitude is shorter than one of latitude
    const double size = 900 / std::max(1e-9, std::max((right - left) * squeeze, high - low));
    char piece[160];
    std::string text = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-20 -20 940 940\">\n";
    const auto x = [&](int place) { return (input.points[static_cast<std::size_t>(place)].x - left) * squeeze * size; };
    const auto y = [&](int place) { return (high - input.points[static_cast<std::size_t>(place)].y) * size; };
    int number = 0;
    for (const auto& route : solution.routes) {
        text += "<polyline fill=\"none\" stroke-width=\"2\" points=\"";
        for (int place : places_of(input, route)) {
            std::snprintf(piece, sizeof piece, "%.1f,%.1f ", x(place), y(place));
            text += piece;
        }
        std::snprintf(piece, sizeof piece, "\" stroke=\"hsl(%d 70%% 45%%)\"/>\n", number++ * 137 % 360);  // the golden angle keeps neighbours apart
        text += piece;
    }
    for (int place = 0; place < static_cast<int>(input.points.size()); ++place) {
        std::snprintf(piece, sizeof piece, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n", x(place), y(place));
        text += piece;
    }
    return text + "</svg>\n";
}

}  // namespace lastmile::vrp
