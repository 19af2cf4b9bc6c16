// Retention on both stores: the log is cut at a signed checkpoint, and what is left is provable.
#include "platform/events/cut.hpp"

#include "platform/crypto/text_coding.hpp"
#include "platform/events/apply.hpp"
#include "platform/events/log.hpp"
#include "platform/store/testing/stores.hpp"

namespace lastmile::events {

struct Cuttable {
    std::int64_t id = 0;
};
void save(store::Writer& writer, const Cuttable& after) { writer.write(1, "insert into cuttables (partition, id) values ($1, $2)", {after.id}); }
Refs event_refs(const Cuttable& thing) { return {"thing", "thing_" + std::to_string(thing.id), 1, std::nullopt, std::nullopt, std::nullopt}; }

namespace {

const crypto::Keyring& keys() {
    static const auto ring = crypto::Keyring::parse("one:" + crypto::to_base64(std::string(32, 'a')));
    return ring;
}
constexpr auto ever = Instant::max();

class CutTest : public store::testing::EachStore {
protected:
    void SetUp() override {
        EachStore::SetUp();
        if (!store) return;
        store->run({}, {}, [](store::Tx& tx) {
            tx.bookkeeping().write_any(store::SystemSql("create table cuttables (partition bigint not null, id bigint not null, primary key (partition, id))"), {});
        });
        log = std::make_unique<Log>(*store);
    }
    void TearDown() override {
        log.reset();
        store.reset();
    }
    void make(std::int64_t from, std::int64_t to) {
        for (auto id = from; id <= to; ++id)
            store->run(live, {}, [&](store::Tx& tx) { apply(tx, Changed<Cuttable>{{id}, {{"thing.made", {{"id", id}}}}}); });
        log->drain(live);
    }
    std::int64_t cut(Instant before, int limit = 1000) {
        std::int64_t gone = 0;
        store->run(live, {}, [&](store::Tx& tx) { gone = cut_log(tx, keys(), before, limit); });
        return gone;
    }
    LogVerdict verdict(const crypto::Keyring& ring = keys()) {
        LogVerdict found;
        store->look(live, [&](store::Read& read) { found = verify_log(read, ring); });
        return found;
    }
    void run(store::Sql sql) {
        store->run(live, {}, [&](store::Tx& tx) { tx.bookkeeping().write_any(sql, {}); });
    }
    std::int64_t count(store::Sql sql) {
        std::int64_t n = 0;
        store->look(live, [&](store::Read& read) { n = read.query(sql).at(0)[0].integer(); });
        return n;
    }
    std::unique_ptr<Log> log;
};
LASTMILE_EACH_STORE(CutTest);

TEST_P(CutTest, CutsInBatchesAndWhatIsLeftIsProven) {
    make(1, 10);
    EXPECT_EQ(cut(Instant{}), 0) << "nothing is that old";
    EXPECT_EQ(cut(ever, 4), 4);
    EXPECT_EQ(cut(ever, 2), 2);
    auto found = verdict();
    EXPECT_FALSE(found.broken_at) << found.why;
    EXPECT_EQ(found.begins_after, 6);
    EXPECT_EQ(found.checked, 4);
    EXPECT_EQ(count("select count(*) from events where partition = $1"), 4);
    make(11, 12);
    EXPECT_EQ(verdict().checked, 6) << "the sequence goes on";
    EXPECT_EQ(cut(ever), 6);
    make(13, 13);
    found = verdict();
    EXPECT_FALSE(found.broken_at) << found.why;
    EXPECT_EQ(found.checked, 1);
}

TEST_P(CutTest, WhatWasTouchedShows) {
    make(1, 6);
    cut(ever, 3);
    run("update events set data = '{}' where partition = $1 and aggregate_id = 'thing_5'");
    EXPECT_EQ(verdict().broken_at, 5);
    run("update events set data = '{\"id\":5}' where partition = $1 and aggregate_id = 'thing_5'");
    EXPECT_FALSE(verdict().broken_at);
    EXPECT_EQ(verdict(crypto::Keyring::parse("one:" + crypto::to_base64(std::string(32, 'b')))).broken_at, 3) << "signed by somebody else";
    // Events cut off by hand, the checkpoint set after them: the signature was for another place.
    run("delete from stamped where partition = $1 and sequence <= 4");
    EXPECT_TRUE(verdict().broken_at);
    run("update log_checkpoints set sequence = 4 where partition = $1");
    EXPECT_EQ(verdict().broken_at, 4);
}

TEST_P(CutTest, NothingIsCutThatAReaderHasNotRead) {
    make(1, 6);
    run("insert into log_cursors (reader, partition, sequence) values ('slow', $1, 2)");
    EXPECT_EQ(cut(ever), 2);
    EXPECT_EQ(cut(ever), 0);
    run("update log_cursors set sequence = 6 where partition = $1 and reader = 'slow'");
    EXPECT_EQ(cut(ever), 4);
    EXPECT_EQ(verdict().checked, 0);
    EXPECT_FALSE(verdict().broken_at);
}

}  // namespace
}  // namespace lastmile::events
