#pragma once
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "engines/geo/box.hpp"
#include "engines/geocode/record.hpp"
#include "engines/geocode/vocabulary.hpp"

namespace lastmile::geocode {

/// A row of `entity`.
struct Entity {
    std::int64_t id = 0;
    Record record;
    std::vector<std::string> name_words, other_words;
};

/// A row of `house`.
struct House {
    std::int64_t street = 0;
    int value = -1;
    std::string number, shown, name, postcode;
    geo::Point point;
};

/// One reader of the index: SQLite's connections are for one thread at a time.
class Connection {
public:
    explicit Connection(std::span<const std::byte> index);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    sqlite3* handle() const { return db_; }
    /// Entities whose words match an FTS5 expression, important ones first.
    std::vector<std::int64_t> match(const std::string& expression, std::size_t limit);
    Entity entity(std::int64_t id);
    std::vector<House> houses(std::int64_t street);

    struct Near {
        std::int64_t entity;  ///< of the house: its street
        std::int64_t house;   ///< 0: not a house
        geo::Point point;
    };
    std::vector<Near> near(const geo::Box& box, std::size_t limit);
    House house(std::int64_t id);

private:
    struct Statements;
    sqlite3* db_ = nullptr;
    std::unique_ptr<Statements> statements_;
};

}  // namespace lastmile::geocode
