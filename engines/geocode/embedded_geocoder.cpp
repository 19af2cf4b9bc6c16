#include <algorithm>
#include <map>

#include "engines/geocode/matcher.hpp"
#include "engines/geocode/words.hpp"

namespace lastmile::geocode {

struct EmbeddedGeocoder::Index {
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;
    Connection first;
    Vocabulary vocabulary;
    std::size_t documents;
    std::mutex mutex;
    std::vector<std::unique_ptr<Connection>> idle;

    Index(std::span<const std::byte> b, std::shared_ptr<const void> o)
        : bytes(b), owner(std::move(o)), first(bytes), vocabulary(first.handle()), documents(count()) {}

    std::size_t count() {
        Statement all(first.handle(), "SELECT count(*) FROM entity");
        return all.step() ? static_cast<std::size_t>(all.integer(0)) : 0;
    }

    /// Lends a connection to one call; there are as many as calls ran at a time.
    class Loan {
    public:
        explicit Loan(Index& index) : index_(index) {
            {
                const std::scoped_lock lock(index_.mutex);
                if (!index_.idle.empty()) {
                    connection_ = std::move(index_.idle.back());
                    index_.idle.pop_back();
                }
            }
            if (!connection_) connection_ = std::make_unique<Connection>(index_.bytes);
        }
        ~Loan() {
            const std::scoped_lock lock(index_.mutex);
            index_.idle.push_back(std::move(connection_));
        }
        Loan(const Loan&) = delete;
        Loan& operator=(const Loan&) = delete;
        Connection& operator*() { return *connection_; }

    private:
        Index& index_;
        std::unique_ptr<Connection> connection_;
    };
};

namespace {

std::unexpected<Refusal> bad(std::string sentence) { return std::unexpected(Refusal{Refusal::Fault::bad_question, std::move(sentence)}); }

Answer<void> check(const Query& query) {
    if (words(query.text + " " + query.street + " " + query.number + " " + query.postcode + " " + query.city).empty())
        return bad("There is no word in the question.");
    if (query.limit < 1 || query.limit > 50) return bad("The limit must be within 1 and 50.");
    if (query.text.size() > 1'000) return bad("The text is longer than 1000 bytes.");
    if (query.near && !geo::is_valid(*query.near)) return bad("The place to be near to is none.");
    return {};
}

}  // namespace

EmbeddedGeocoder::EmbeddedGeocoder(std::span<const std::byte> index, std::shared_ptr<const void> owner)
    : index_(std::make_unique<Index>(index, std::move(owner))) {}
EmbeddedGeocoder::~EmbeddedGeocoder() = default;

Answer<std::vector<Candidate>> EmbeddedGeocoder::search(const Query& query) const {
    if (auto good = check(query); !good) return std::unexpected(good.error());
    Index::Loan connection(*index_);
    return Matcher(*connection, index_->vocabulary, index_->documents).run(query, false);
}

Answer<std::vector<Candidate>> EmbeddedGeocoder::complete(const Query& query) const {
    if (auto good = check(query); !good) return std::unexpected(good.error());
    const bool finished = query.text.ends_with(' ') || query.text.ends_with(',');
    Index::Loan connection(*index_);
    return Matcher(*connection, index_->vocabulary, index_->documents).run(query, !finished);
}

Answer<std::vector<Candidate>> EmbeddedGeocoder::reverse(geo::Point point, std::size_t limit, double max_m) const {
    if (!geo::is_valid(point)) return bad("The place is none: latitudes are within ±90, longitudes within ±180.");
    if (limit < 1 || limit > 50) return bad("The limit must be within 1 and 50.");
    if (!(max_m > 0) || max_m > 50'000) return bad("The distance must be within 0 and 50 km.");
    Index::Loan loan(*index_);
    Connection& connection = *loan;
    std::vector<Candidate> found;
    // Small circles first: in a city a kilometre holds thousands of houses.
    for (double radius = std::min(60.0, max_m);; radius = std::min(max_m, radius * 4)) {
        found.clear();
        std::map<std::int64_t, std::size_t> seen;  // an entity's nearest spot stands for it
        for (const auto& near : connection.near(geo::box_around(point, radius), 5'000)) {
            const double distance = geo::distance_m(point, near.point);
            if (distance > radius) continue;
            const std::int64_t key = near.house ? -near.house : near.entity;
            if (const auto at = seen.find(key); at != seen.end()) {
                if (distance < found[at->second].distance_m) {
                    found[at->second].distance_m = distance;
                    found[at->second].point = near.point;
                }
                continue;
            }
            const Entity entity = connection.entity(near.entity);
            Candidate c;
            c.kind = near.house ? Kind::address : entity.record.kind;
            c.name = entity.record.name;
            c.street = entity.record.kind == Kind::street ? entity.record.name : entity.record.street;
            c.number = entity.record.number;
            c.postcode = entity.record.postcode;
            c.city = entity.record.city;
            c.category = entity.record.category;
            c.point = near.point;
            c.distance_m = distance;
            if (near.house) {
                const House house = connection.house(near.house);
                c.name = house.name;
                c.number = house.shown;
                if (!house.postcode.empty()) c.postcode = house.postcode;
            }
            seen[key] = found.size();
            found.push_back(std::move(c));
        }
        if (found.size() >= limit || radius >= max_m) break;
    }
    // An address says most of a place as long as it is about as near as anything else is.
    const auto rank = [](const Candidate& c) {
        return c.distance_m + (c.kind == Kind::address ? 0 : c.kind == Kind::street ? 60 : c.kind == Kind::poi ? 100 : 500);
    };
    std::ranges::stable_sort(found, {}, rank);
    if (found.size() > limit) found.resize(limit);
    for (Candidate& c : found) {
        c.label = label_of(c);
        c.confidence = 1 / (1 + c.distance_m / 100);
    }
    return found;
}

std::vector<Candidate> EmbeddedGeocoder::places_in(const geo::Box& box, std::size_t limit) const {
    Index::Loan loan(*index_);
    Statement rows((*loan).handle(),
                   "SELECT name, city, category, lat, lon FROM entity WHERE kind=? AND lat BETWEEN ? AND ? AND lon BETWEEN ? AND ? ORDER BY id LIMIT ?");
    rows.bind(1, static_cast<std::int64_t>(Kind::place)).bind(2, box.south).bind(3, box.north).bind(4, box.west).bind(5, box.east);
    rows.bind(6, static_cast<std::int64_t>(limit));
    std::vector<Candidate> found;
    while (rows.step()) {
        Candidate& c = found.emplace_back();
        c.kind = Kind::place;
        c.name = rows.text(0);
        c.city = rows.text(1);
        c.category = rows.text(2);
        c.point = {rows.real(3), rows.real(4)};
        c.confidence = 1;
        c.label = label_of(c);
    }
    return found;
}

}  // namespace lastmile::geocode
