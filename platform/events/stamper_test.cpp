// The stamper's traps on PostgreSQL: interleaved commits, a paused old stamper, horizons, failing over.
#include "platform/events/stamper.hpp"

#include <future>

#include "platform/events/apply.hpp"
#include "platform/events/log.hpp"
#include "platform/store/failpoint.hpp"
#include "platform/store/testing/stores.hpp"

namespace lastmile::events {

struct Count {
    std::int64_t id = 0, version = 0;
};
void save(store::Writer& writer, const Count& after) {
    if (after.version == 1) writer.write(1, "insert into counts (partition, id, version) values ($1, $2, 1)", {after.id});
    else
        writer.write(1, "update counts set version = $3 where partition = $1 and id = $2 and version = $4",
                     {after.id, after.version, after.version - 1});
}
Refs event_refs(const Count& count) { return {"count", std::to_string(count.id), count.version, std::nullopt, std::nullopt, std::nullopt}; }

namespace {

/// A store whose appended events nobody stamps: the tests do it step by step.
struct NoStamper final : store::CommitHook {
    std::vector<std::int64_t> stamp(store::Tx&, const std::vector<store::Appended>&) override { return {}; }
    void appended() override {}
};

class StamperTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (!store::testing::postgres_available()) GTEST_SKIP() << "postgresql-15 is not installed";
        database = std::make_unique<store::testing::Database>("postgresql");
        options = database->options;
        options.log = [](std::string_view) {};
        store = store::open(options);
        store->attach(std::make_shared<NoStamper>());
        live = store::ensure_partition(*store, {"acme", false});
        store->run({}, {}, [](store::Tx& tx) {
            tx.bookkeeping().write_any(store::SystemSql("create table counts (partition bigint not null, id bigint not null, version "
                                                        "bigint not null, primary key (partition, id))"),
                                       {});
        });
    }
    static void change(store::Tx& tx, std::int64_t id, std::int64_t version) {
        apply(tx, Changed<Count>{{id, version}, {{"count.changed", {}}}});
    }
    static void send_now(store::Tx& tx) { tx.query("select 1 from counts where partition = $1 limit 1"); }  // what is queued goes with it
    void make(std::int64_t id, std::int64_t version = 1) {
        store->run(live, {}, [=](store::Tx& tx) { change(tx, id, version); });
    }
    /// A command that has written (and so holds its serial and transaction id) and waits to go on.
    struct Held {
        std::promise<void> reached, go;
        std::future<void> done;
    };
    std::unique_ptr<Held> hold(std::function<void(store::Tx&)> before, std::function<void(store::Tx&)> after = {}) {
        auto held = std::make_unique<Held>();
        held->done = std::async(std::launch::async, [this, before, after, h = held.get()] {
            store->run(live, {}, [&](store::Tx& tx) {
                before(tx);
                send_now(tx);
                h->reached.set_value();
                h->go.get_future().wait();
                if (after) after(tx);
            });
        });
        held->reached.get_future().wait();
        return held;
    }
    /// "id.version" in the order of the sequence.
    std::string order() {
        std::string all;
        store->look(live, [&](store::Read& read) {
            std::int64_t sequence = 0;
            for (const auto& event : read_log(read, 0)) {
                EXPECT_EQ(event.sequence, ++sequence);
                all += event.aggregate_id + "." + std::to_string(event.version) + " ";
            }
            EXPECT_FALSE(verify_chain(read).broken_at);
        });
        return all;
    }
    std::unique_ptr<store::testing::Database> database;
    store::Options options;
    std::unique_ptr<store::Store> store;
    Partition live;
};

TEST_F(StamperTest, AnEarlierSerialThatCommitsLaterIsNotLost) {
    auto late = hold([](store::Tx& tx) { change(tx, 1, 1); });  // takes serial 1
    make(2);                                                    // serial 2, committed first
    EXPECT_EQ(stamp_batch(*store, 100), 1);
    EXPECT_EQ(order(), "2.1 ");
    late->go.set_value();
    late->done.get();
    EXPECT_EQ(stamp_batch(*store, 100), 1) << "a reader that remembered serial 2 would have lost it";
    EXPECT_EQ(order(), "2.1 1.1 ");
}

TEST_F(StamperTest, VersionsStayInOrderWhenTransactionIdsDoNot) {
    make(1);
    stamp_batch(*store, 100);
    // The second writer of the aggregate began to write (elsewhere) before the first did; an old transaction is open besides. A horizon
    // of transaction ids would let version 3 pass and hold version 2 back.
    auto third = hold([](store::Tx& tx) { change(tx, 50, 1); }, [](store::Tx& tx) {
        tx.lock("select id from counts where partition = $1 and id = 1");
        change(tx, 1, 3);
    });
    auto open_transaction = hold([](store::Tx& tx) { change(tx, 99, 1); });
    make(1, 2);
    third->go.set_value();
    third->done.get();
    EXPECT_EQ(stamp_batch(*store, 100), 3) << "an open transaction holds nobody up";
    EXPECT_EQ(order(), "1.1 50.1 1.2 1.3 ");
    open_transaction->go.set_value();
    open_transaction->done.get();
    EXPECT_EQ(stamp_batch(*store, 100), 1);
}

TEST_F(StamperTest, APausedOldStamperDoesNoHarm) {
    make(1), make(2), make(3);
    std::promise<void> paused, resume;
    std::atomic<int> hits = 0;
    store::failpoints::Armed pause("log.before_stamp_commit", [&] {
        if (++hits > 1) return;
        paused.set_value();
        resume.get_future().wait();
    });
    auto old = std::async(std::launch::async, [&] { return stamp_batch(*store, 100); });
    paused.get_future().wait();
    EXPECT_EQ(stamp_batch(*store, 100), 3);
    make(4);
    EXPECT_EQ(stamp_batch(*store, 100), 1);
    make(5);
    resume.set_value();
    EXPECT_EQ(old.get(), 1) << "it starts again and finds what is new";
    EXPECT_EQ(order(), "1.1 2.1 3.1 4.1 5.1 ");
}

TEST_F(StamperTest, ManyStampersAtOnceStampEachEventOnce) {
    std::vector<std::future<void>> stampers;
    std::atomic<bool> over = false;
    for (int i = 0; i < 3; ++i)
        stampers.push_back(std::async(std::launch::async, [&] {
            while (!over) stamp_batch(*store, 7);
        }));
    for (int i = 0; i < 100; ++i) make(i);
    over = true;
    for (auto& stamper : stampers) stamper.get();
    while (stamp_batch(*store, 100) > 0) {
    }
    std::int64_t events = 0;
    store->look(live, [&](store::Read& read) {
        const auto verdict = verify_chain(read);
        EXPECT_FALSE(verdict.broken_at) << verdict.why;
        events = verdict.checked;
    });
    EXPECT_EQ(events, 100);
}

TEST_F(StamperTest, TheLeaseHasOneHolderAndItsFenceRises) {
    auto time = std::make_shared<std::atomic<std::int64_t>>(1'700'000'000'000);
    options.clock = [time] { return from_unix_ms(*time); };
    store = store::open(options);
    Lease a{"work", "node a"}, b{"work", "node b"};
    take_lease(*store, a, std::chrono::seconds(5));
    take_lease(*store, b, std::chrono::seconds(5));
    EXPECT_TRUE(a.held && !b.held);
    *time += 4000;
    take_lease(*store, a, std::chrono::seconds(5));
    *time += 4000;
    take_lease(*store, b, std::chrono::seconds(5));
    EXPECT_FALSE(b.held) << "it was prolonged";
    EXPECT_EQ(a.fence, 1);
    *time += 1000;
    take_lease(*store, b, std::chrono::seconds(5));
    EXPECT_TRUE(b.held);
    EXPECT_EQ(b.fence, 2);
    take_lease(*store, a, std::chrono::seconds(5));
    EXPECT_FALSE(a.held);
    drop_lease(*store, b);
    take_lease(*store, a, std::chrono::seconds(5));
    EXPECT_TRUE(a.held);
}

TEST_F(StamperTest, AnotherNodeStampsAndWakesUs) {
    store->attach(nullptr);
    auto other = store::open(options);
    Log theirs(*other);
    auto ours = std::make_unique<Log>(*store);
    const auto make_here = [&](int id) {
        std::promise<store::Answer> answered;
        store->command({.partition = live, .body = [id](store::Tx& tx) { change(tx, id, 1); return store::Answer{}; },
                        .done = [&](store::Answer answer) { answered.set_value(std::move(answer)); }});
        return answered.get_future().get().log_position;
    };
    EXPECT_EQ(ours->wait_for(live, make_here(1), std::chrono::seconds(60)), 1);
    EXPECT_EQ(theirs.wait_for(live, make_here(2), std::chrono::seconds(60)), 2);
}

}  // namespace
}  // namespace lastmile::events
