// Reads: whose partition is found in the snapshot, snapshots that are shared, revisions, statements asked together.
#include <future>

#include "platform/store/kept.hpp"
#include "platform/store/testing/stores.hpp"

namespace lastmile::store {
namespace {

using namespace std::chrono_literals;

constexpr SystemSql make_things("create table things (partition bigint not null, id bigint not null, primary key (partition, id))");
constexpr Sql count_things = "select count(*) from things where partition = $1";

class ReadTest : public testing::EachStore {
protected:
    void SetUp() override {
        EachStore::SetUp();
        if (store) store->run({}, {}, [](Tx& tx) { tx.bookkeeping().write_any(make_things, {}); });
    }
    static void add(Store& to, Partition partition, std::int64_t id) {
        to.run(partition, {}, [id](Tx& tx) { tx.bookkeeping().write(1, "insert into things (partition, id) values ($1, $2)", {id}); });
    }
    std::int64_t things() {
        std::int64_t count = -1;
        store->look(live, [&](Read& read) { count = read.query(count_things)[0][0].integer(); });
        return count;
    }
    std::uint64_t revision() {
        std::uint64_t found = 0;
        store->look(live, [&](Read& read) { found = revision_of(read); });
        return found;
    }
};

TEST_P(ReadTest, ThePartitionMayBeFoundInTheSnapshotItself) {
    const auto other = ensure_partition(*store, {"other", false});
    add(*store, other, 1);
    add(*store, other, 2);
    std::int64_t before = -1, count = -1;
    Now now{};
    store->look(live, [&](Read& read) {
        before = read.query(count_things)[0][0].integer();
        const Partition found{read.query(SystemSql("select number from partitions where tenant = $1"), {"other"})[0][0].integer()};
        dynamic_cast<Snapshot&>(read).enter(found);
        now = read.now();
        count = read.query(count_things)[0][0].integer();
        EXPECT_EQ(read.partition(), other);
        EXPECT_EQ(read.log_position(), 0);
    });
    EXPECT_EQ(before, 0);
    EXPECT_EQ(count, 2);
    EXPECT_GT(to_unix_ms(now.business), 0);
    EXPECT_THROW(store->look({}, [](Read& read) { dynamic_cast<Snapshot&>(read).enter(Partition{4711}); }), std::runtime_error);
    EXPECT_EQ(things(), 0) << "the next read is none the worse";
}

// Broken on purpose: with every read allowed into the open snapshot the last one sees no thing.
TEST_P(ReadTest, ReadsThatWaitTogetherShareASnapshotAndNoneIsOlderThanItsReader) {
    options.readers = 1;
    open();
    struct One {
        std::promise<void> goes_on{}, began{}, done{};
        std::int64_t count = -1;
        std::uint64_t revision = 0;
    };
    One gate, first, second, third;
    const auto send = [&](One& one, bool waits) {
        store->read({live,
                     [&one, waits](Read& read) {
                         one.revision = revision_of(read);
                         one.began.set_value();
                         if (waits) one.goes_on.get_future().wait();
                         one.count = read.query(count_things)[0][0].integer();
                     },
                     [&one](std::exception_ptr) { one.done.set_value(); }});
    };
    send(gate, true);
    gate.began.get_future().wait();
    send(first, true);
    send(second, false);
    gate.goes_on.set_value();
    first.began.get_future().wait();
    add(*store, live, 1);        // committed, and told
    send(third, false);
    first.goes_on.set_value();
    for (auto* one : {&gate, &first, &second, &third}) one->done.get_future().wait();
    EXPECT_EQ(third.count, 1) << "came after the commit was told";
    if (sqlite()) {
        EXPECT_EQ(first.count, 0);
        EXPECT_EQ(first.revision, gate.revision) << "nothing was committed in between";
        EXPECT_NE(third.revision, first.revision);
    }
}

TEST_P(ReadTest, ARevisionEndsWithEveryCommitOfWhomever) {
    if (!sqlite()) {
        EXPECT_EQ(revision(), 0U);
        return;
    }
    options.readers = 1;
    open();
    const auto before = revision();
    EXPECT_NE(before, 0U);
    EXPECT_EQ(revision(), before);
    add(*store, live, 1);
    const auto after = revision();
    EXPECT_NE(after, before);
    {
        const auto another = store::open(options);  // as `lastmile keys` on the same folder is
        add(*another, live, 2);
    }
    EXPECT_NE(revision(), after);
    EXPECT_EQ(things(), 2);
}

TEST_P(ReadTest, WhatIsKeptIsNeverOlderThanTheSnapshot) {
    options.readers = 1;
    open();
    Kept<int, std::int64_t> kept;
    int asked = 0;
    const auto count = [&] {
        std::int64_t found = -1;
        store->look(live, [&](Read& read) { found = kept.of(read, 7, [&] { return ++asked, read.query(count_things)[0][0].integer(); }); });
        return found;
    };
    EXPECT_EQ(count(), 0);
    EXPECT_EQ(count(), 0);
    EXPECT_EQ(asked, sqlite() ? 1 : 2);
    add(*store, live, 1);
    EXPECT_EQ(count(), 1);
}

TEST_P(ReadTest, StatementsAskedTogetherAreAnsweredFromWhatCame) {
    add(*store, live, 1);
    std::int64_t count = -1, others = -1;
    int gathered = 0;
    std::vector<double> chances;
    store->look(live, [&](Read& read) {
        constexpr Sql one = "select id from things where partition = $1 and id = $2", chance = "select random() from things where partition = $1";
        gather(read, [&] {
            ++gathered;
            EXPECT_TRUE(read.query(one, {1}).empty());
            read.query(chance);
            throw std::runtime_error("a room that misses what it must find");
        });
        for (int i = 0; i < 2; ++i) chances.push_back(read.query(chance)[0][0].real());
        count = static_cast<std::int64_t>(read.query(one, {1}).size());
        others = static_cast<std::int64_t>(read.query(one, {2}).size());
    });
    EXPECT_EQ(count, 1);
    EXPECT_EQ(others, 0) << "the same statement with another value is another question";
    EXPECT_EQ(gathered, sqlite() ? 0 : 1);
    EXPECT_TRUE(sqlite() || chances[0] == chances[1]) << "asked again instead";
}

LASTMILE_EACH_STORE(ReadTest);

}  // namespace
}  // namespace lastmile::store
