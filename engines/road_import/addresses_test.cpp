// Every address of a map, sent through its geocoder as people write it. The figures are printed for each map that is there.
#include <gtest/gtest.h>

#include <iostream>
#include <set>

#include "engines/geocode/geocoder.hpp"
#include "engines/road_import/city_map.hpp"

namespace lastmile::road_import {
namespace {

/// Letters of Latin-1 and Latin Extended-A without their accents, in lower case: a table of the test's own.
std::string plain(const std::string& text) {
    static const std::map<std::string, std::string> letters = [] {
        std::map<std::string, std::string> table;
        const std::vector<std::pair<std::string, std::string>> groups{
            {"áàâãåăąÁÀÂÃÅĂĄ", "a"}, {"éèêëěęÉÈÊËĚĘ", "e"}, {"íìîïÍÌÎÏ", "i"}, {"óòôõőÓÒÔÕŐ", "o"}, {"úùûůűÚÙÛŮŰ", "u"},
            {"ýÝ", "y"}, {"çčćÇČĆ", "c"}, {"ďĎ", "d"}, {"ñňńÑŇŃ", "n"}, {"řŘ", "r"}, {"šśŠŚ", "s"}, {"ťŤ", "t"}, {"žźżŽŹŻ", "z"}, {"łŁ", "l"},
            {"äÄ", "a"}, {"öÖ", "o"}, {"üÜ", "u"}, {"ß", "ss"}};
        for (const auto& [from, to] : groups)
            for (std::size_t i = 0; i < from.size(); i += 2) table[from.substr(i, 2)] = to;
        return table;
    }();
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const auto known = letters.find(text.substr(i, 2));
        if (known != letters.end()) out += known->second, i += 2;
        else out += static_cast<char>(std::tolower(static_cast<unsigned char>(text[i++])));
    }
    return out;
}

/// One letter of the longest word is another, is missing, or changes places with the next. Nothing for names without a word of five ASCII letters.
std::optional<std::string> mistyped(const std::string& street, std::size_t kind) {
    std::size_t best = 0, length = 0;
    for (std::size_t i = 0; i < street.size();) {
        std::size_t end = i;
        while (end < street.size() && std::isalpha(static_cast<unsigned char>(street[end]))) ++end;
        if (end - i > length) best = i, length = end - i;
        i = end + 1;
    }
    if (length < 5) return std::nullopt;
    std::string text = street;
    const std::size_t at = best + length / 2;
    if (kind % 3 == 0) text[at] = text[at] == 'x' ? 'q' : 'x';
    else if (kind % 3 == 1) text.erase(at, 1);
    else if (text[at] != text[at + 1]) std::swap(text[at], text[at + 1]);
    else text.erase(at, 1);
    return text;
}

struct Way {
    const char* name;
    std::function<std::optional<std::string>(const geocode::Record&, std::size_t)> text;
    double least;  ///< share whose first answer is right
};

std::string tail_of(const geocode::Record& r) { return r.postcode.empty() && r.city.empty() ? "" : ", " + r.postcode + (r.postcode.empty() ? "" : " ") + r.city; }

const std::vector<Way>& ways() {
    static const std::vector<Way> all{
        {"as written", [](const geocode::Record& r, std::size_t) { return r.street + " " + r.number + tail_of(r); }, 0.99},
        {"one typo in the street",
         [](const geocode::Record& r, std::size_t i) -> std::optional<std::string> {
             const auto street = mistyped(r.street, i);
             return street ? std::optional(*street + " " + r.number + tail_of(r)) : std::nullopt;
         },
         0.95},
        {"lower case, no accents", [](const geocode::Record& r, std::size_t) { return plain(r.street + " " + r.number + tail_of(r)); }, 0.98},
        {"another order", [](const geocode::Record& r, std::size_t) { return r.city + " " + r.postcode + " " + r.number + " " + r.street; }, 0.95},
    };
    return all;
}

/// Of two objects with the same text either may be found.
std::string text_key(const geocode::Record& r) { return r.street + '|' + r.number + '|' + r.postcode + '|' + r.city; }

void check(const std::string& map, const std::filesystem::path& osm, const geocode::Geocoder& geocoder, std::size_t stride) {
    const RawMap raw = read_osm(osm.string(), {}, {});
    std::map<std::string, std::vector<geo::Point>> places;
    std::vector<const geocode::Record*> addresses;
    for (const auto& r : raw.records) {
        if (r.kind != geocode::Kind::address || r.street.empty() || r.number.empty()) continue;
        if (places[text_key(r)].empty()) addresses.push_back(&r);
        places[text_key(r)].push_back(r.point);
    }
    for (const Way& way : ways()) {
        std::size_t asked = 0, first = 0, any = 0;
        for (std::size_t i = 0; i < addresses.size(); i += stride) {
            const auto text = way.text(*addresses[i], i / stride);
            if (!text) continue;
            ++asked;
            geocode::Query query;
            query.text = *text;
            const auto answer = geocoder.search(query);
            const auto right = [&](const geocode::Candidate& c) {
                return std::ranges::any_of(places[text_key(*addresses[i])], [&](geo::Point p) { return geo::distance_m(c.point, p) <= 30; });
            };
            if (!answer || answer->empty()) continue;
            first += right(answer->front());
            any += std::ranges::any_of(*answer, right);
        }
        const auto share = [&](std::size_t n) { return static_cast<double>(n) / static_cast<double>(std::max<std::size_t>(1, asked)); };
        std::cout << "  " << map << ", " << way.name << ": " << asked << " addresses, first answer within 30 m " << 100 * share(first) << " %, one of five "
                  << 100 * share(any) << " %\n";
        EXPECT_GE(share(first), way.least) << map << ", " << way.name;
    }
}

TEST(Addresses, OfTheCityComeBack) {
    const auto map = road::MapFile::open(city_map());
    check("neubrandenburg", city_file(), geocode::EmbeddedGeocoder(map->section<std::byte>(road::Section::places), map), 5);
}

TEST(Addresses, OfOtherMapsComeBack) {
    for (const std::string name : {"prague", "lauf", "porto"}) {
        const auto osm = other_file(name + ".osm.pbf");
        if (osm.empty()) GTEST_SKIP() << name << " is not there";
        const auto out = scratch() / "addresses.map";
        import_map(osm, out, {{"foot"}, {}, true});
        const auto map = road::MapFile::open(out);
        check(name, osm, geocode::EmbeddedGeocoder(map->section<std::byte>(road::Section::places), map), 7);
    }
}

}  // namespace
}  // namespace lastmile::road_import
