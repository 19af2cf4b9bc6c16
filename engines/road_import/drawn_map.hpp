#pragma once
// Maps for tests, drawn with letters: one column is 25 m, one row 50 m, so that A---B and a letter two rows below are 100 m apart.
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "engines/road_import/city_map.hpp"

namespace lastmile::road_import {

using TagList = std::map<std::string, std::string>;

struct DrawnWay {
    std::string nodes;  ///< letters in their order
    TagList tags;
};

struct DrawnRelation {
    std::vector<std::pair<std::string, std::string>> members;  ///< role, and a letter (node) or the letters of a way
    TagList tags;
};

class DrawnMap {
public:
    DrawnMap(const std::string& picture, std::vector<DrawnWay> ways, std::map<char, TagList> nodes = {},
             std::vector<DrawnRelation> relations = {})
        : ways_(std::move(ways)), node_tags_(std::move(nodes)), relations_(std::move(relations)) {
        std::stringstream lines(picture);
        std::string line;
        for (int row = 0; std::getline(lines, line); ++row)
            for (std::size_t column = 0; column < line.size(); ++column)
                if (std::isalnum(static_cast<unsigned char>(line[column]))) {
                    const auto plane = geo::LocalPlane({53.5, 13.2});
                    places_[line[column]] = plane.to_globe({25.0 * static_cast<double>(column), -50.0 * row});
                }
    }

    std::set<char> missing;  ///< nodes left out of the file
    bool backwards = false;  ///< relations, ways, nodes in descending order instead of the usual one

    geo::Point at(char letter) const { return places_.at(letter); }
    /// The middle of two letters.
    geo::Point between(const std::string& two) const {
        const auto a = at(two[0]), b = at(two[1]);
        return {(a.lat + b.lat) / 2, (a.lon + b.lon) / 2};
    }

    std::filesystem::path write() const {
        static int counter = 0;
        const auto path = scratch() / ("drawn" + std::to_string(++counter) + ".osm");
        std::vector<std::string> items;
        for (const auto& [letter, p] : places_) {
            if (missing.contains(letter)) continue;
            std::ostringstream text;
            text.precision(12);
            text << "<node id=\"" << int{letter} << "\" version=\"1\" lat=\"" << p.lat << "\" lon=\"" << p.lon << "\">";
            const auto tags = node_tags_.find(letter);
            items.push_back(text.str() + (tags == node_tags_.end() ? "" : tags_of(tags->second)) + "</node>\n");
        }
        for (std::size_t i = 0; i < ways_.size(); ++i) {
            std::string text = "<way id=\"" + std::to_string(1000 + i) + "\" version=\"1\">";
            for (const char letter : ways_[i].nodes) text += "<nd ref=\"" + std::to_string(int{letter}) + "\"/>";
            auto tags = ways_[i].tags;
            tags.try_emplace("name", ways_[i].nodes);
            if (!tags.contains("route")) tags.try_emplace("highway", "residential");
            items.push_back(text + tags_of(tags) + "</way>\n");
        }
        for (std::size_t i = 0; i < relations_.size(); ++i) {
            std::string text = "<relation id=\"" + std::to_string(2000 + i) + "\" version=\"1\">";
            for (const auto& [role, member] : relations_[i].members)
                text += "<member role=\"" + role +
                        (member.size() == 1 ? "\" type=\"node\" ref=\"" + std::to_string(int{member[0]})
                                            : "\" type=\"way\" ref=\"" + way_id(member)) +
                        "\"/>";
            items.push_back(text + tags_of(relations_[i].tags) + "</relation>\n");
        }
        if (backwards) std::ranges::reverse(items);
        std::ofstream out(path);
        out << "<osm version=\"0.6\">\n";
        for (const auto& item : items) out << item;
        out << "</osm>\n";
        return path;
    }

    std::optional<int> at_hour;  ///< of the week, at which routes are driven; none: the map's usual state

    /// The router under the map's own rules by hour.
    std::shared_ptr<road::EmbeddedRouter> hour_router() {
        road::Conditions conditions;
        conditions.hour_of_week = at_hour;
        return std::make_shared<road::EmbeddedRouter>(router().network(), conditions);
    }

    ImportReport report;

    road::EmbeddedRouter& router() {
        if (!router_) {
            const auto osm = write();
            auto map = osm;
            map.replace_extension(".map");
            report = import_map(osm, map);
            router_ = road::EmbeddedRouter::open(map);
        }
        return *router_;
    }

    road::Answer<road::Route> route(const std::string& profile, const std::string& from, const std::string& to,
                                    road::Approach approach = road::Approach::any) {
        return (at_hour ? *hour_router() : router()).route({profile, {{between(from), approach}, {between(to), approach}}, true, 40});
    }

    /// The length of the fastest route in tens of metres (so that rounding does not matter); −1 where there is none.
    int metres(const std::string& profile, const std::string& from, const std::string& to) {
        const auto found = route(profile, from, to);
        return found ? static_cast<int>(std::lround(found->distance_m / 10) * 10) : -1;
    }

    /// Its streets, as "AB BC".
    std::string streets(const std::string& profile, const std::string& from, const std::string& to) {
        const auto found = route(profile, from, to);
        if (!found) return found.error().sentence;
        std::string text;
        for (const auto& step : found->legs[0].steps)
            if (step.maneuver != road::Maneuver::arrive) text += (text.empty() ? "" : " ") + step.name;
        return text;
    }

private:
    static std::string tags_of(const TagList& tags) {
        std::string text;
        for (const auto& [key, value] : tags) text += "<tag k=\"" + key + "\" v=\"" + value + "\"/>";
        return text;
    }
    std::string way_id(const std::string& nodes) const {
        for (std::size_t i = 0; i < ways_.size(); ++i)
            if (ways_[i].nodes == nodes) return std::to_string(1000 + i);
        return "999999";  // a way that the extract lacks
    }

    std::vector<DrawnWay> ways_;
    std::map<char, TagList> node_tags_;
    std::vector<DrawnRelation> relations_;
    std::map<char, geo::Point> places_;
    std::shared_ptr<road::EmbeddedRouter> router_;
};

}  // namespace lastmile::road_import
