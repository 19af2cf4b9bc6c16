#include "features/areas/area_rules.hpp"

#include <cmath>

#include "features/administered/changes.hpp"
#include "platform/base/reasons.hpp"

namespace lastmile::areas {
namespace {

using boost::json::array;
using boost::json::value;

/// Reads a geometry and notes all that is wrong with it.
class Reading {
public:
    std::vector<FieldError> errors;

    std::vector<geo::Polygon> geometry(const value& whole) {
        const auto& object = whole.as_object();
        for (const auto& member : object)
            if (member.key() != "type" && member.key() != "coordinates")
                bad("/" + std::string(member.key()), "unknown_field", "an area's geometry has type and coordinates only");
        const auto* type = object.if_contains("type");
        const auto* coordinates = object.if_contains("coordinates");
        if (!type || !type->is_string() || (type->as_string() != "Polygon" && type->as_string() != "MultiPolygon")) {
            bad("/type", type ? "not_one_of" : "required", "must be Polygon or MultiPolygon");
            return {};
        }
        const auto* list = coordinates ? coordinates->if_array() : nullptr;
        if (!list || list->empty()) {
            bad("/coordinates", coordinates ? "wrong_type" : "required", "must be a list of rings that is not empty");
            return {};
        }
        std::vector<geo::Polygon> polygons;
        if (type->as_string() == "Polygon") {
            polygons.push_back(polygon(*list, "/coordinates"));
        } else {
            for (std::size_t i = 0; i < list->size(); ++i) {
                const auto at = "/coordinates/" + std::to_string(i);
                if (const auto* rings = (*list)[i].if_array(); rings && !rings->empty()) polygons.push_back(polygon(*rings, at));
                else bad(at, "wrong_type", "must be a polygon: a list of rings");
            }
        }
        if (points_ > max_points)
            bad("/coordinates", "too_many_items", "has " + std::to_string(points_) + " points; " + std::to_string(max_points) + " are allowed: simplify it");
        return polygons;
    }

private:
    void bad(const std::string& pointer, std::string_view code, std::string detail) {
        if (errors.size() < 50) errors.push_back({"#/geometry" + pointer, std::string(code), std::move(detail)});
    }

    geo::Polygon polygon(const array& rings, const std::string& at) {
        geo::Polygon polygon;
        for (std::size_t i = 0; i < rings.size(); ++i) polygon.rings.push_back(ring(rings[i], at + "/" + std::to_string(i)));
        return polygon;
    }

    geo::Ring ring(const value& from, const std::string& at) {
        const auto* positions = from.if_array();
        if (!positions) return bad(at, "wrong_type", "must be a ring: a list of positions"), geo::Ring{};
        points_ += positions->size();
        if (positions->size() < 4) return bad(at, "too_few_items", "a ring has four positions or more, the last equal to the first"), geo::Ring{};
        geo::Ring ring;
        bool whole = true;
        for (std::size_t i = 0; i < positions->size(); ++i) {
            const auto point = position((*positions)[i], at + "/" + std::to_string(i));
            whole = whole && point;
            if (point) ring.push_back(*point);
        }
        if (!whole) return {};
        if (ring.front() != ring.back()) bad(at, "not_closed", "the ring's last position must equal its first");
        for (std::size_t i = 1; i < ring.size(); ++i)
            if (std::abs(ring[i].lon - ring[i - 1].lon) > 180)
                return bad(at + "/" + std::to_string(i), "crosses_antimeridian", "an edge spans more than 180 degrees; cut the area at 180 degrees"),
                    geo::Ring{};
        if (geo::area_m2({{ring}}) < 1) bad(at, "no_area", "the ring encloses less than a square metre");
        return ring;
    }

    std::optional<geo::Point> position(const value& from, const std::string& at) {
        const auto* pair = from.if_array();
        if (!pair || pair->size() != 2 || !(*pair)[0].is_number() || !(*pair)[1].is_number())
            return bad(at, "wrong_type", "must be [longitude, latitude]"), std::nullopt;
        const geo::Point point{(*pair)[1].to_number<double>(), (*pair)[0].to_number<double>()};
        if (!geo::is_valid(point)) return bad(at, "out_of_range", "longitude is -180 to 180, then latitude -90 to 90"), std::nullopt;
        return point;
    }

    std::size_t points_ = 0;
};

std::vector<FieldError> faults(const Area& area, const IsTimeZone& is_time_zone) {
    Reading reading;
    reading.geometry(area.geometry.value().value);
    if (!is_time_zone(area.time_zone))
        reading.errors.push_back({"#/time_zone", "unknown_time_zone",
            "is not a time zone of the IANA database that this server knows (for example Europe/Berlin)"});
    return std::move(reading.errors);
}

Result<void> sound(const Area& area, const IsTimeZone& is_time_zone) {
    auto errors = faults(area, is_time_zone);
    if (errors.empty()) return {};
    auto detail = errors.size() == 1 ? errors[0].detail : std::to_string(errors.size()) + " fields are wrong";
    return refuse(reasons::invalid, std::move(detail), std::move(errors));
}

}  // namespace

Result<std::vector<geo::Polygon>> parse_geometry(const Document& geometry) {
    Reading reading;
    auto polygons = reading.geometry(geometry.value);
    if (!reading.errors.empty()) return refuse(reasons::invalid, "The geometry is not an area.", std::move(reading.errors));
    return polygons;
}

Result<Changed<Area>> create(Id<Area> id, const CreateArea& request, const IsTimeZone& is_time_zone, const Now& now) {
    Area area;
    area.id = area.area_id = id;
    area.name = request.name;
    area.geometry = request.geometry;
    area.time_zone = request.time_zone;
    area.metadata = request.metadata;
    if (auto ok = sound(area, is_time_zone); !ok) return std::unexpected(std::move(ok.error()));
    return administered::created(std::move(area), "area", now);
}

Result<Changed<Area>> change(const Area& before, const ChangeArea& request, const IsTimeZone& is_time_zone, const Now& now) {
    auto after = before;
    if (request.name) after.name = *request.name;
    if (request.geometry) after.geometry = request.geometry;
    if (request.time_zone) after.time_zone = *request.time_zone;
    if (request.metadata) after.metadata = *request.metadata;
    if (auto ok = sound(after, is_time_zone); !ok) return std::unexpected(std::move(ok.error()));
    return administered::updated(before, std::move(after), "area", now);
}

Changed<Area> remove(Area area, const Now& now) { return administered::deleted(std::move(area), "area", now); }

}  // namespace lastmile::areas
