// Pages by keyset, and the queue's turns.
#include "platform/store/list.hpp"

#include <set>

#include "platform/base/reasons.hpp"
#include "platform/store/fair_queue.hpp"
#include "platform/store/testing/stores.hpp"

namespace lastmile::store {
namespace {

constexpr Order by_time{"things.newest", "created_at", "id"};
constexpr Order oldest{"things.oldest", "created_at", "id", false};

class ListTest : public testing::EachStore {
protected:
    void SetUp() override {
        EachStore::SetUp();
        if (!store) return;
        store->run({}, {}, [](Tx& tx) {
            tx.bookkeeping().write_any(
                SystemSql("create table things (partition bigint not null, id bytea not null, created_at bigint not null, kind text)"), {});
        });
    }
    void add(std::uint8_t id, std::int64_t at, const char* kind = nullptr) {
        store->run(live, {}, [&](Tx& tx) {
            tx.bookkeeping().write(1, "insert into things (partition, id, created_at, kind) values ($1, $2, $3, $4)",
                                   {Bytes(16, id), at, kind ? Value(kind) : Value()});
        });
    }
    static SqlBuilder all() { return SqlBuilder("select created_at, id, kind from things where partition = $1"); }
    std::vector<int> walk(const Order& order, int limit, const std::function<void()>& between = {}) {
        std::vector<int> seen;
        std::optional<std::string> cursor;
        do {
            store->look(live, [&](Read& read) {
                auto next = page(read, all(), order, limit, cursor).value();
                for (const auto& row : next.rows) seen.push_back(row[1].bytes()[0]);
                cursor = next.next;
            });
            if (between) between();
        } while (cursor);
        return seen;
    }
};

TEST_P(ListTest, PagesNewestFirstAlsoAmongEqualTimes) {
    for (std::uint8_t i = 1; i <= 7; ++i) add(i, i / 3);
    EXPECT_EQ(walk(by_time, 2), (std::vector<int>{7, 6, 5, 4, 3, 2, 1}));
    EXPECT_EQ(walk(oldest, 3), (std::vector<int>{1, 2, 3, 4, 5, 6, 7}));
    EXPECT_EQ(walk(by_time, 7).size(), 7u) << "a full last page has no successor";
}

TEST_P(ListTest, NothingIsRepeatedOrSkippedWhileOthersAreInserted) {
    for (std::uint8_t i = 1; i <= 6; ++i) add(i, 10 * i);
    std::uint8_t newer = 100;
    EXPECT_EQ(walk(by_time, 2, [&] { add(newer, 10 * newer), ++newer; }), (std::vector<int>{6, 5, 4, 3, 2, 1}));
}

TEST_P(ListTest, ForeignCursorsAreRefused) {
    for (std::uint8_t i = 1; i <= 3; ++i) add(i, i);
    const auto other = ensure_partition(*store, {"other", false});
    std::string cursor;
    store->look(live, [&](Read& read) { cursor = *page(read, all(), by_time, 1, {}).value().next; });
    const auto refused = [&](Partition partition, const Order& order, const std::string& text) {
        bool bad = false;
        store->look(partition, [&](Read& read) {
            const auto result = page(read, all(), order, 1, text);
            bad = !result && result.error().reason == &reasons::bad_cursor;
        });
        return bad;
    };
    EXPECT_FALSE(refused(live, by_time, cursor));
    EXPECT_TRUE(refused(live, oldest, cursor));
    EXPECT_TRUE(refused(other, by_time, cursor));
    EXPECT_TRUE(refused(live, by_time, ""));
    for (std::size_t size = 0; size < cursor.size(); ++size) EXPECT_TRUE(refused(live, by_time, cursor.substr(0, size))) << size;
    EXPECT_TRUE(refused(live, by_time, cursor + "x"));
    EXPECT_TRUE(refused(live, by_time, cursor.substr(0, 4) + "i99:1" + cursor.substr(4)));
    EXPECT_TRUE(refused(live, by_time, cursor.substr(0, 4) + "i25:9999999999999999999999999" + "b1:x"));
}

TEST_P(ListTest, AbsentFiltersLeaveNoTrace) {
    add(1, 1, "a"), add(2, 2, "b"), add(3, 3, "a"), add(4, 4);
    const auto count = [&](std::optional<std::string> kind, const Args& kinds) {
        std::size_t rows = 0;
        store->look(live, [&](Read& read) { rows = all().where(" and kind = $?", kind).in(" and kind in", kinds).query(read).size(); });
        return rows;
    };
    EXPECT_EQ(count({}, {}), 4u);
    EXPECT_EQ(count("a", {}), 2u);
    EXPECT_EQ(count({}, {"a", "b"}), 3u);
    EXPECT_EQ(count("b", {"a", "b"}), 1u);
}

LASTMILE_EACH_STORE(ListTest);

TEST(FairQueue, APartitionsBurstDoesNotHoldTheOthers) {
    FairQueue<int> queue(100);
    for (int i = 0; i < 20; ++i) queue.push(Partition{1}, false, i);
    int other = 1000;
    queue.push(Partition{2}, false, other);
    queue.pop();
    EXPECT_EQ(queue.pop(), 1000) << "the second turn is the other's";
}

TEST(FairQueue, InteractiveComesFirstAndBulkNeverStandsStill) {
    FairQueue<std::string> queue(1000);
    for (int i = 0; i < 64; ++i) {
        std::string interactive = "interactive", bulk = "bulk";
        queue.push(Partition{1}, true, bulk);
        queue.push(Partition{1}, false, interactive);
    }
    int bulk = 0;
    for (int i = 0; i < 64; ++i) bulk += *queue.pop() == "bulk";
    EXPECT_EQ(bulk, 4);
}

TEST(FairQueue, IsBounded) {
    FairQueue<int> queue(8);
    int item = 1, pushed = 0, bulk = 0;
    for (int i = 0; i < 20; ++i) bulk += queue.push(Partition{1}, true, item);
    EXPECT_EQ(bulk, 4);
    for (int i = 0; i < 20; ++i) pushed += queue.push(Partition{1 + i % 4}, false, item);
    EXPECT_EQ(pushed, 4);
    queue.close();
    EXPECT_FALSE(queue.push(Partition{1}, false, item));
    for (int i = 0; i < 8; ++i) EXPECT_TRUE(queue.pop());
    EXPECT_FALSE(queue.pop()) << "closed and empty";
}

}  // namespace
}  // namespace lastmile::store
