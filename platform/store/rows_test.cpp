#include <gtest/gtest.h>

#include "platform/store/rows.hpp"

namespace lastmile::store_rows_test {

enum class Colour { red, blue };
LASTMILE_ENUM(Colour, red, blue)
struct Part {
    std::int64_t a = 0;
    friend bool operator==(const Part&, const Part&) = default;
};
LASTMILE_VALUE(Part, (a))
struct Thing {
    static constexpr std::string_view id_prefix = "thg";
    Id<Thing> id;
    std::int64_t version = 1;
    Text<1, 9> name;
    Colour colour = Colour::red;
    std::optional<Instant> at;
    Nullable<Metres> size;
    bool good = false;
    Date day{};
    std::vector<Part> parts;
    Metadata metadata;
    friend bool operator==(const Thing&, const Thing&) = default;
};
LASTMILE_RESOURCE(Thing, (id, version, name, colour, at, size, good, day, parts, metadata))

const store::Table<Thing> things("things");

Thing example() {
    Thing thing;
    thing.id.bytes[15] = 7;
    thing.name = "Ä";
    thing.colour = Colour::blue;
    thing.size = Nullable<Metres>(Metres(2.5));
    thing.good = true;
    thing.day = Date{std::chrono::year{2025} / 9 / 1};
    thing.parts = {{1}, {2}};
    return thing;
}

TEST(Rows, StatementsNamePartitionKeysAndVersion) {
    EXPECT_EQ(things.sql.insert().text(),
              "insert into things (partition, id, version, name, colour, at, size, good, day, parts, metadata) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
    EXPECT_EQ(things.sql.update_versioned().text(),
              "update things set version = $3, name = $4, colour = $5, at = $6, size = $7, good = $8, day = $9, parts = $10, metadata = $11 "
              "where partition = $1 and id = $2 and version = $12");
    constexpr store::Where by_id("partition = $1 and id = $2");
    EXPECT_EQ(things.sql.select(by_id).text(), "select id, version, name, colour, at, size, good, day, parts, metadata from things where partition = $1 and id = $2");
    EXPECT_EQ(things.sql.select(by_id).text().data(), things.sql.select(by_id).text().data());
    EXPECT_EQ(things.sql.remove(by_id).text(), "delete from things where partition = $1 and id = $2");
    EXPECT_TRUE(things.sql.upsert().text().ends_with("on conflict (partition, id) do update set version = excluded.version, name = excluded.name, colour = excluded.colour, "
                                                     "at = excluded.at, size = excluded.size, good = excluded.good, day = excluded.day, parts = excluded.parts, "
                                                     "metadata = excluded.metadata"));
}

TEST(Rows, WhatIsWrittenIsReadBack) {
    const auto thing = example();
    const auto values = things.sql.values(&thing);
    EXPECT_EQ(values[0].bytes().size(), 16U);
    EXPECT_EQ(values[3].text(), "blue");
    EXPECT_TRUE(values[4].null());
    EXPECT_EQ(values[7].text(), "2025-09-01");
    EXPECT_EQ(values[8].text(), R"([{"a":1},{"a":2}])");
    EXPECT_EQ(store::rows<Thing>(store::Rows{values}), std::vector{thing});
}

TEST(Rows, AColumnThatDoesNotFitIsNamed) {
    auto values = things.sql.values([] { static const auto thing = example(); return &thing; }());
    values[3] = "green";
    try {
        store::rows<Thing>(store::Rows{values});
        FAIL();
    } catch (const std::logic_error& error) {
        EXPECT_STREQ(error.what(), "Thing.colour: a stored Colour is green");
    }
    EXPECT_THROW(store::rows<Thing>(store::Rows{{1, 2}}), std::logic_error);
}

}  // namespace lastmile::store_rows_test
