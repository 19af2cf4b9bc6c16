#include "engines/geocode/index_builder.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>
#include <unordered_map>

#include "engines/geo/point.hpp"
#include "engines/geocode/database.hpp"
#include "engines/geocode/words.hpp"

namespace lastmile::geocode {
namespace {

std::string joined(const std::vector<std::string>& list) {
    std::string out;
    for (const auto& word : list) out += (out.empty() ? "" : " ") + word;
    return out;
}

/// Roads of one name farther than this from any house of that name belong to another street of the same name.
constexpr double same_street_m = 1'500;

/// The settlement that a place belongs to: near, or large. Kept by latitude, so that a country does not need all pairs.
class Settlements {
public:
    explicit Settlements(const std::vector<Record>& records) {
        for (const Record& r : records)
            if (r.kind == Kind::place &&
                (r.category == "city" || r.category == "town" || r.category == "village" || r.category == "hamlet"))
                by_lat_.emplace(r.point.lat, &r);
    }
    const Record* of(geo::Point p) const {
        const Record* best = nullptr;
        double least = 0;
        for (auto at = by_lat_.lower_bound(p.lat - 0.3); at != by_lat_.end() && at->first < p.lat + 0.3; ++at) {
            const double pull =
                geo::distance_m(p, at->second->point) / std::sqrt(std::max(50.0, static_cast<double>(at->second->importance)));
            if (best && pull >= least) continue;
            best = at->second;
            least = pull;
        }
        return best;
    }

private:
    std::multimap<double, const Record*> by_lat_;
};

struct Street {
    std::string name, city;
    std::vector<const Record*> houses;
    std::vector<geo::Point> roads;
    std::uint32_t length_m = 0;

    geo::Point middle() const {
        // A member nearest to the mean: the mean of a bent street may lie in a lake.
        std::vector<geo::Point> points = roads;
        if (points.empty())
            for (const Record* h : houses) points.push_back(h->point);
        geo::Point mean;
        for (const auto p : points)
            mean.lat += p.lat / static_cast<double>(points.size()), mean.lon += p.lon / static_cast<double>(points.size());
        return *std::ranges::min_element(points, {}, [mean](geo::Point p) { return geo::distance_m(p, mean); });
    }
    std::map<std::string, std::size_t> postcodes() const {
        std::map<std::string, std::size_t> counts;
        for (const Record* h : houses)
            if (!h->postcode.empty()) ++counts[h->postcode];
        return counts;
    }
};

class Builder {
public:
    explicit Builder(std::vector<Record> records) : records_(std::move(records)) {
        if (sqlite3_open(":memory:", &db_) != SQLITE_OK) throw std::runtime_error("The place index cannot be made: no memory.");
    }
    ~Builder() { sqlite3_close(db_); }
    Builder(const Builder&) = delete;
    Builder& operator=(const Builder&) = delete;

    std::vector<std::byte> run() {
        infer_cities();
        collect_streets();
        for (const auto* sql : {"CREATE TABLE entity(id INTEGER PRIMARY KEY, kind INT, name TEXT, street TEXT, number TEXT, postcode TEXT, "
                                "city TEXT, category TEXT, "
                                "lat REAL, lon REAL, importance INT, name_words TEXT, other_words TEXT)",
                                "CREATE TABLE house(id INTEGER PRIMARY KEY, street INT, value INT, number TEXT, shown TEXT, name TEXT, "
                                "postcode TEXT, lat REAL, lon REAL)",
                                "CREATE TABLE spot(id INTEGER PRIMARY KEY, entity INT, lat REAL, lon REAL)",
                                "CREATE TABLE vocabulary(word TEXT PRIMARY KEY, documents INT) WITHOUT ROWID",
                                "CREATE VIRTUAL TABLE near USING rtree(id, south, north, west, east)",
                                "CREATE VIRTUAL TABLE docs USING fts5(words, content='', columnsize=0, detail=none, prefix='2 3', "
                                "tokenize=\"unicode61 remove_diacritics 0\")",
                                "BEGIN"})
            execute(sql);
        write_all();
        for (const auto* sql : {"COMMIT", "CREATE INDEX house_street ON house(street, value)", "INSERT INTO docs(docs) VALUES('optimize')",
                                "PRAGMA user_version=1", "VACUUM"})
            execute(sql);
        sqlite3_int64 size = 0;
        unsigned char* data = sqlite3_serialize(db_, "main", &size, 0);
        if (!data) throw std::runtime_error("The place index cannot be made: no memory.");
        std::vector<std::byte> bytes(reinterpret_cast<std::byte*>(data), reinterpret_cast<std::byte*>(data) + size);
        sqlite3_free(data);
        return bytes;
    }

private:
    void execute(const char* sql) {
        if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
            throw std::runtime_error(std::string("The place index cannot be made: ") + sqlite3_errmsg(db_) + ".");
    }

    void infer_cities() {
        const Settlements settlements(records_);
        std::unordered_map<std::string, std::vector<const Record*>> known;
        for (const Record& r : records_)
            if (r.kind == Kind::address && !r.city.empty() && !r.street.empty()) known[joined(words(r.street))].push_back(&r);
        for (Record& r : records_) {
            if (!r.city.empty() || r.kind == Kind::place || r.kind == Kind::street) continue;
            double nearest = same_street_m;
            if (const auto at = known.find(joined(words(r.street))); at != known.end())
                for (const Record* other : at->second)
                    if (const double d = geo::distance_m(r.point, other->point); d < nearest) {
                        nearest = d;
                        r.city = other->city;
                        if (r.postcode.empty() && d < 200) r.postcode = other->postcode;
                    }
            if (!r.city.empty()) continue;
            if (const Record* settlement = settlements.of(r.point)) r.city = settlement->name;
        }
        for (Record& r : records_) {
            if (r.kind != Kind::place || r.category == "city" || r.category == "town" || r.category == "village") continue;
            if (const Record* settlement = settlements.of(r.point); settlement && settlement != &r) r.city = settlement->name;
        }
    }

    Street& street(const std::string& name, const std::string& city) {
        Street& found = streets_[joined(words(name)) + "|" + joined(words(city))];
        if (found.name.empty()) {
            found.name = name;
            found.city = city;
            by_name_[joined(words(name))].push_back(&found);
        }
        return found;
    }

    void collect_streets() {
        const Settlements settlements(records_);
        std::set<std::tuple<std::string, std::string, int, int>> seen;
        for (const Record& r : records_) {
            if (r.kind != Kind::address || r.street.empty()) continue;
            // The same house drawn twice at one spot (a node in its building) is one house; 1e-4 degrees are some 10 m.
            if (!seen.emplace(r.street + "|" + r.city, r.number + "|" + r.name, std::lround(r.point.lat * 1e4),
                              std::lround(r.point.lon * 1e4))
                     .second)
                continue;
            street(r.street, r.city).houses.push_back(&r);
        }
        for (const Record& r : records_) {
            if (r.kind != Kind::street) continue;
            Street* owner = nullptr;
            double nearest = same_street_m;
            for (Street* candidate : by_name_[joined(words(r.name))])
                for (const Record* house : candidate->houses)
                    if (const double d = geo::distance_m(house->point, r.point); d < nearest) {
                        nearest = d;
                        owner = candidate;
                    }
            if (!owner) {
                const Record* settlement = settlements.of(r.point);
                owner = &street(r.name, settlement ? settlement->name : "");
            }
            owner->roads.push_back(r.point);
            owner->length_m += r.importance;
        }
    }

    struct Postcode {
        std::vector<double> lats, lons;
        std::map<std::string, std::size_t> cities;
    };

    void write_all() {
        // Important things get low numbers: a search that is cut off has seen them.
        std::vector<const Record*> places, pois;
        std::map<std::string, Postcode> postcodes;
        for (const Record& r : records_) {
            if (r.kind == Kind::place) places.push_back(&r);
            if (r.kind == Kind::poi) pois.push_back(&r);
            if (r.kind == Kind::address && r.street.empty() && !r.name.empty()) pois.push_back(&r);
            if (r.kind != Kind::address || r.postcode.empty()) continue;
            Postcode& code = postcodes[r.postcode];
            code.lats.push_back(r.point.lat);
            code.lons.push_back(r.point.lon);
            ++code.cities[r.city];
        }
        std::ranges::stable_sort(places, std::greater{}, &Record::importance);
        for (const Record* place : places) write_entity(*place, {place->point});
        for (auto& [code, p] : postcodes) {
            std::ranges::sort(p.lats);
            std::ranges::sort(p.lons);
            Record r;
            r.kind = Kind::postcode;
            r.name = r.postcode = code;
            r.city = std::ranges::max_element(p.cities, {}, [](const auto& c) { return c.second; })->first;
            r.point = {p.lats[p.lats.size() / 2], p.lons[p.lons.size() / 2]};
            r.importance = static_cast<std::uint32_t>(p.lats.size());
            write_entity(r, {});
        }
        std::vector<const Street*> streets;
        for (const auto& [key, s] : streets_) streets.push_back(&s);
        std::ranges::stable_sort(streets, std::greater{}, [](const Street* s) { return s->houses.size(); });
        for (const Street* s : streets) write_street(*s);
        for (const Record* poi : pois) write_entity(*poi, {poi->point});
        Statement word(db_, "INSERT INTO vocabulary VALUES(?,?)");
        for (const auto& [text, documents] : vocabulary_) word.bind(1, text).bind(2, static_cast<std::int64_t>(documents)).run();
    }

    std::int64_t write_entity(const Record& r, const std::vector<geo::Point>& spots, std::string more = {}) {
        const std::int64_t id = ++entities_;
        std::string name = joined(words(r.name)),
                    other = joined(words(r.street + " " + r.city + " " + (r.kind == Kind::postcode ? "" : r.postcode)));
        if (!more.empty()) other += " " + joined(words(more));
        if (const auto equals = r.category.find('='); equals != r.category.npos)
            other += " " + joined(words(r.category.substr(equals + 1)));
        Statement insert(db_, "INSERT INTO entity VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)");
        insert.bind(1, id)
            .bind(2, static_cast<std::int64_t>(r.kind))
            .bind(3, r.name)
            .bind(4, r.street)
            .bind(5, r.number)
            .bind(6, r.postcode)
            .bind(7, r.city);
        insert.bind(8, r.category)
            .bind(9, r.point.lat)
            .bind(10, r.point.lon)
            .bind(11, std::int64_t{r.importance})
            .bind(12, name)
            .bind(13, other)
            .run();
        std::set<std::string> distinct;
        std::stringstream all(name + " " + other);
        for (std::string word; all >> word;) {
            std::erase_if(word, [](char c) { return c == '-' || c == '/'; });
            distinct.insert(word);
        }
        std::string text;
        for (const auto& word : distinct) {
            text += word + " ";
            ++vocabulary_[word];
        }
        Statement(db_, "INSERT INTO docs(rowid, words) VALUES(?,?)").bind(1, id).bind(2, text).run();
        for (const geo::Point p : spots) {
            Statement(db_, "INSERT INTO spot VALUES(?,?,?,?)").bind(1, ++spots_).bind(2, id).bind(3, p.lat).bind(4, p.lon).run();
            write_near(2 * spots_ + 1, p);
        }
        return id;
    }

    void write_street(const Street& s) {
        Record r;
        r.kind = Kind::street;
        r.name = s.name;
        r.city = s.city;
        r.point = s.middle();
        r.importance = s.length_m;
        std::string codes;
        std::size_t most = 0;
        for (const auto& [code, count] : s.postcodes()) {
            codes += code + " ";
            if (count > most) {
                most = count;
                r.postcode = code;
            }
        }
        const std::int64_t id = write_entity(r, s.roads, codes);
        for (const Record* house : s.houses) {
            const std::string number = normal_number(house->number);
            const std::int64_t house_id = ++houses_;
            Statement insert(db_, "INSERT INTO house VALUES(?,?,?,?,?,?,?,?,?)");
            insert.bind(1, house_id)
                .bind(2, id)
                .bind(3, std::int64_t{number_value(number).value_or(-1)})
                .bind(4, number)
                .bind(5, house->number);
            insert.bind(6, house->name).bind(7, house->postcode).bind(8, house->point.lat).bind(9, house->point.lon).run();
            write_near(2 * house_id, house->point);
        }
    }

    void write_near(std::int64_t id, geo::Point p) {
        Statement(db_, "INSERT INTO near VALUES(?,?,?,?,?)").bind(1, id).bind(2, p.lat).bind(3, p.lat).bind(4, p.lon).bind(5, p.lon).run();
    }

    std::vector<Record> records_;
    sqlite3* db_ = nullptr;
    std::map<std::string, Street> streets_;
    std::unordered_map<std::string, std::vector<Street*>> by_name_;
    std::map<std::string, std::size_t> vocabulary_;
    std::int64_t entities_ = 0, spots_ = 0, houses_ = 0;
};

}  // namespace

std::vector<std::byte> build_index(std::vector<Record> records) { return Builder(std::move(records)).run(); }

}  // namespace lastmile::geocode
