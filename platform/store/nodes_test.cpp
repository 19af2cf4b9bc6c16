// PostgreSQL with several nodes: two stores on one database.
#include <libpq-fe.h>

#include <atomic>
#include <future>

#include "platform/base/reasons.hpp"
#include "platform/store/failpoint.hpp"
#include "platform/store/testing/postgres.hpp"
#include "platform/store/testing/stores.hpp"

namespace lastmile::store {
namespace {

class NodesTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (!testing::postgres_available()) GTEST_SKIP() << "postgresql-15 is not installed";
        database = std::make_unique<testing::Database>("postgresql");
        options = database->options;
        options.log = [](std::string_view) {};
        options.connections = 2;
        a = open(options);
        b = open(options);
        live = ensure_partition(*a, {"acme", false});
        a->run({}, {}, [](Tx& tx) {
            tx.bookkeeping().write_any(SystemSql("create table things (partition bigint not null, id bigint not null, owner bigint not "
                                                 "null, primary key (partition, id))"),
                                       {});
        });
        for (int id : {1, 2})
            a->run(live, {},
                   [&](Tx& tx) { tx.bookkeeping().write(1, "insert into things (partition, id, owner) values ($1, $2, 1)", {id}); });
    }
    static std::future<Answer> send(Store& store, Command command) {
        auto promise = std::make_shared<std::promise<Answer>>();
        command.done = [promise](Answer answer) { promise->set_value(std::move(answer)); };
        command.render = [](const Error& error) { return Answer{error.reason->status, {}, std::string(error.reason->slug)}; };
        auto future = promise->get_future();
        store.command(std::move(command));
        return future;
    }
    std::unique_ptr<testing::Database> database;
    Options options;
    std::unique_ptr<Store> a, b;
    Partition live;
};

TEST_F(NodesTest, AKeyInFlightOnAnotherNodeIsRefusedAtOnce) {
    const Idempotency key{Bytes(16, 1), Bytes(32, 1)};
    std::promise<void> entered, release;
    auto first = send(*a, {.partition = live, .idempotency = key, .body = [&](Tx& tx) {
        tx.query("select 1 from things where partition = $1");
        entered.set_value();
        release.get_future().wait();
        return Answer{201, {}, "one"};
    }});
    entered.get_future().wait();
    for (int i = 0; i < 10; ++i)  // five times the connections: none of them waits
        EXPECT_EQ(send(*b, {.partition = live, .idempotency = key, .body = [](Tx&) { return Answer{}; }}).get().body, "request_in_flight");
    release.set_value();
    EXPECT_EQ(first.get().status, 201);
    const auto replayed = send(*b, {.partition = live, .idempotency = key, .body = [](Tx&) { return Answer{}; }}).get();
    EXPECT_TRUE(replayed.replayed);
    EXPECT_EQ(replayed.body, "one");
}

TEST_F(NodesTest, ARefusalByAConstraintKeepsItsKeyLocked) {
    // The refusal is remembered in the transaction that holds the key: no duplicate can slip in between and succeed.
    const Idempotency key{Bytes(16, 2), Bytes(32, 1)};
    const auto taken = [](Tx& tx) {
        tx.bookkeeping().on_violation("things_pkey", Error{&reasons::conflict, "", {}, {}});
        tx.bookkeeping().write(1, "insert into things (partition, id, owner) values ($1, 1, 1)", {});
        tx.query("select 1 from things where partition = $1");  // sends the write: the error comes in the middle of the body
        return Answer{201, {}, {}};
    };
    std::promise<void> refused, go_on;
    std::atomic<int> commits = 0;
    failpoints::Armed pause("store.before_commit", [&] {
        if (++commits > 1) return;
        refused.set_value();
        go_on.get_future().wait();
    });
    auto first = send(*a, {.partition = live, .idempotency = key, .body = taken});
    refused.get_future().wait();
    EXPECT_EQ(send(*b, {.partition = live,
                        .idempotency = key,
                        .body =
                            [](Tx&) {
                                return Answer{201, {}, {}};
                            }})
                  .get()
                  .body,
              "request_in_flight");
    go_on.set_value();
    EXPECT_EQ(first.get().status, 409);
    a->run(live, {}, [](Tx& tx) { tx.bookkeeping().write(1, "delete from things where partition = $1 and id = 1", {}); });
    const auto again = send(*b, {.partition = live, .idempotency = key, .body = taken}).get();
    EXPECT_EQ(again.status, 409);
    EXPECT_TRUE(again.replayed);
}

TEST_F(NodesTest, LocksInOppositeOrderAreResolved) {
    std::atomic<int> inside = 0;
    std::promise<void> both;
    auto met = both.get_future().share();
    const auto locks = [&](int first, int second) {
        return [&, first, second, runs = std::make_shared<int>(0)](Tx& tx) {
            tx.lock("select id from things where partition = $1 and id = $2", {first});
            if (++*runs == 1) {
                if (++inside == 2) both.set_value();
                met.wait();
            }
            tx.lock("select id from things where partition = $1 and id = $2", {second});
            tx.bookkeeping().write(2, "update things set owner = owner + 1 where partition = $1", {});
            return Answer{};
        };
    };
    auto one = send(*a, {.partition = live, .body = locks(1, 2)});
    auto two = send(*b, {.partition = live, .body = locks(2, 1)});
    EXPECT_EQ(one.get().status, 200);
    EXPECT_EQ(two.get().status, 200);
    a->look(live, [](Read& read) { EXPECT_EQ(read.query("select sum(owner) from things where partition = $1")[0][0].integer(), 6); });
}

TEST_F(NodesTest, MembershipThatChangesUnderTheWaitIsSeen) {
    // Find without a lock, lock, look again: what was found before the wait may be the past.
    std::promise<void> locked, waits;
    auto mover = send(*a, {.partition = live, .body = [&](Tx& tx) {
        tx.lock("select id from things where partition = $1 and id = 1");
        locked.set_value();
        waits.get_future().wait();
        tx.bookkeeping().write(1, "update things set owner = 7 where partition = $1 and id = 1", {});
        return Answer{};
    }});
    locked.get_future().wait();
    std::vector<std::int64_t> owners;
    auto finder = send(*b, {.partition = live, .body = [&](Tx& tx) {
        const auto found = tx.query("select owner from things where partition = $1 and id = 1")[0][0].integer();
        owners.push_back(found);
        if (owners.size() == 1) waits.set_value();
        tx.lock("select id from things where partition = $1 and id = 1");
        if (tx.query("select owner from things where partition = $1 and id = 1")[0][0].integer() != found) throw Moved{};
        return Answer{};
    }});
    EXPECT_EQ(mover.get().status, 200);
    EXPECT_EQ(finder.get().status, 200);
    EXPECT_EQ(owners, (std::vector<std::int64_t>{1, 7}));
}

TEST_F(NodesTest, LostConnectionsAreReplacedWithoutARefusal) {
    std::unique_ptr<PGconn, void (*)(PGconn*)> admin(PQconnectdb(options.url.c_str()), PQfinish);
    for (int round = 0; round < 3; ++round) {
        PQclear(PQexec(admin.get(),
                       "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = "
                       "current_database()"));
        for (int i = 0; i < 6; ++i)
            EXPECT_EQ(send(*a, {.partition = live, .body = [](Tx& tx) {
                tx.bookkeeping().write(1, "update things set owner = owner + 1 where partition = $1 and id = 1", {});
                return Answer{};
            }}).get().status, 200);
    }
    a->look(live,
            [](Read& read) { EXPECT_EQ(read.query("select owner from things where partition = $1 and id = 1")[0][0].integer(), 19); });
}

TEST_F(NodesTest, SignalsCrossFromNodeToNodeAlsoAfterALostConnection) {
    for (int round = 0; round < 2; ++round) {
        std::promise<void> heard;
        std::atomic<bool> once = false;
        const auto listener = b->on_signal("news", [&] { if (!once.exchange(true)) heard.set_value(); });
        a->signal("news");
        heard.get_future().wait();
        std::unique_ptr<PGconn, void (*)(PGconn*)> admin(PQconnectdb(options.url.c_str()), PQfinish);
        PQclear(PQexec(admin.get(),
                       "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = "
                       "current_database()"));
    }
}

TEST_F(NodesTest, NodesThatStartTogetherMigrateOnce) {
    auto& server = testing::Postgres::shared();
    const auto name = server.create_empty();
    auto fresh = options;
    fresh.url = server.url(name);
    std::vector<std::future<void>> starts;
    for (int i = 0; i < 4; ++i) starts.push_back(std::async(std::launch::async, [&] { open(fresh)->close(); }));
    for (auto& start : starts) EXPECT_NO_THROW(start.get());
    server.drop(name);
}

TEST_F(NodesTest, AnUnreachableServerIsOneSentence) {
    auto nowhere = options;
    nowhere.url = "postgresql:///x?host=/nowhere&user=lastmile";
    try {
        open(nowhere);
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_TRUE(std::string(error.what()).starts_with("PostgreSQL cannot be used: ")) << error.what();
    }
}

}  // namespace
}  // namespace lastmile::store
