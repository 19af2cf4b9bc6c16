#include "engines/geocode/connection.hpp"

#include "engines/geocode/words.hpp"

namespace lastmile::geocode {

struct Connection::Statements {
    Statement match, entity, houses, near, house, spot;
    explicit Statements(sqlite3* db)
        : match(db, "SELECT rowid FROM docs WHERE docs MATCH ? LIMIT ?"),
          entity(db,
                 "SELECT kind, name, street, number, postcode, city, category, lat, lon, importance, name_words, other_words FROM entity "
                 "WHERE id=?"),
          houses(db, "SELECT street, value, number, shown, name, postcode, lat, lon FROM house WHERE street=? ORDER BY value"),
          near(db, "SELECT id FROM near WHERE north>=? AND south<=? AND east>=? AND west<=? LIMIT ?"),
          house(db, "SELECT street, value, number, shown, name, postcode, lat, lon FROM house WHERE id=?"),
          spot(db, "SELECT entity, lat, lon FROM spot WHERE id=?") {}
};

namespace {

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < text.size();) {
        const auto end = std::min(text.find(' ', i), text.size());
        if (end > i) parts.push_back(text.substr(i, end - i));
        i = end + 1;
    }
    return parts;
}

House read_house(const Statement& row) {
    return {row.integer(0), static_cast<int>(row.integer(1)), row.text(2), row.text(3), row.text(4),
            row.text(5),    {row.real(6), row.real(7)}};
}

}  // namespace

Connection::Connection(std::span<const std::byte> index) {
    const auto fail = [&](const std::string& why) {
        sqlite3_close(db_);
        throw std::runtime_error("The map has no place index that can be used: " + why + ".");
    };
    if (index.empty()) fail("it was imported without addresses");
    if (sqlite3_open_v2(":memory:", &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) fail("no memory");
    // SQLite reads the pages where the map file is mapped; with READONLY and without FREEONCLOSE it neither changes nor frees them.
    auto* data = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(index.data()));
    const auto size = static_cast<sqlite3_int64>(index.size());
    if (sqlite3_deserialize(db_, "main", data, size, size, SQLITE_DESERIALIZE_READONLY) != SQLITE_OK) fail(sqlite3_errmsg(db_));
    try {
        statements_ = std::make_unique<Statements>(db_);
    } catch (const std::exception& error) { fail(error.what()); }
}

Connection::~Connection() {
    statements_.reset();
    sqlite3_close(db_);
}

std::vector<std::int64_t> Connection::match(const std::string& expression, std::size_t limit) {
    std::vector<std::int64_t> ids;
    Statement& s = statements_->match.bind(1, expression).bind(2, static_cast<std::int64_t>(limit));
    while (s.step()) ids.push_back(s.integer(0));
    return ids;
}

Entity Connection::entity(std::int64_t id) {
    Statement& s = statements_->entity.bind(1, id);
    if (!s.step()) throw std::runtime_error("The place index is damaged: a place is missing.");
    Entity e;
    e.id = id;
    e.record.kind = static_cast<Kind>(s.integer(0));
    e.record.name = s.text(1);
    e.record.street = s.text(2);
    e.record.number = s.text(3);
    e.record.postcode = s.text(4);
    e.record.city = s.text(5);
    e.record.category = s.text(6);
    e.record.point = {s.real(7), s.real(8)};
    e.record.importance = static_cast<std::uint32_t>(s.integer(9));
    e.name_words = split(s.text(10));
    e.other_words = split(s.text(11));
    s.reset();
    return e;
}

std::vector<House> Connection::houses(std::int64_t street) {
    std::vector<House> list;
    Statement& s = statements_->houses.bind(1, street);
    while (s.step()) list.push_back(read_house(s));
    return list;
}

House Connection::house(std::int64_t id) {
    Statement& s = statements_->house.bind(1, id);
    if (!s.step()) throw std::runtime_error("The place index is damaged: a house is missing.");
    House h = read_house(s);
    s.reset();
    return h;
}

std::vector<Connection::Near> Connection::near(const geo::Box& box, std::size_t limit) {
    std::vector<std::int64_t> ids;
    Statement& s = statements_->near.bind(1, box.south)
                       .bind(2, box.north)
                       .bind(3, box.west)
                       .bind(4, box.east)
                       .bind(5, static_cast<std::int64_t>(limit));
    while (s.step()) ids.push_back(s.integer(0));
    std::vector<Near> found;
    for (const std::int64_t id : ids) {
        if (id % 2 == 0) {
            const House h = house(id / 2);
            found.push_back({h.street, id / 2, h.point});
            continue;
        }
        Statement& spot = statements_->spot.bind(1, id / 2);
        if (spot.step()) found.push_back({spot.integer(0), 0, {spot.real(1), spot.real(2)}});
        spot.reset();
    }
    return found;
}

}  // namespace lastmile::geocode
