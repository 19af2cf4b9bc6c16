// Both stores behave the same: commands, refusals, idempotency, snapshots, clocks.
#include <atomic>
#include <future>

#include "platform/base/reasons.hpp"
#include "platform/store/testing/stores.hpp"
#include "platform/store/unready.hpp"

namespace lastmile::store {
namespace {

constexpr SystemSql make_things(
    "create table things (partition bigint not null, id bigint not null, name text not null, version bigint not null, "
    "primary key (partition, id))");
constexpr SystemSql make_names("create unique index things_name on things (partition, name)");
constexpr Sql add_thing = "insert into things (partition, id, name, version) values ($1, $2, $3, 1)";
constexpr Sql count_things = "select count(*) from things where partition = $1";

class StoreTest : public testing::EachStore {
protected:
    void SetUp() override {
        EachStore::SetUp();
        if (!store) return;
        store->run({}, {}, [](Tx& tx) {
            tx.bookkeeping().write_any(make_things, {});
            tx.bookkeeping().write_any(make_names, {});
        });
    }
    std::int64_t things() {
        std::int64_t count = 0;
        store->look(live, [&](Read& read) { count = read.query(count_things)[0][0].integer(); });
        return count;
    }
    static std::function<Answer(Tx&)> adds(std::int64_t id, std::string name) {
        return [=](Tx& tx) {
            tx.bookkeeping().on_violation("things_name", Error{&reasons::conflict, "the name is taken", {}, {}});
            tx.bookkeeping().write(1, add_thing, {id, name});
            return Answer{201, {{"Location", "/things"}}, "made " + name};
        };
    }
    static Idempotency key(std::uint8_t k, std::uint8_t fingerprint = 1) { return {Bytes(16, k), Bytes(32, fingerprint)}; }
};

TEST_P(StoreTest, KeepsWhatItAnswered) {
    EXPECT_EQ(answer({.partition = live, .body = adds(1, "one")}).status, 201);
    EXPECT_EQ(things(), 1);
    open();
    EXPECT_EQ(things(), 1);
}

TEST_P(StoreTest, ReturnsEveryKindOfValue) {
    store->run(live, {}, [&](Tx& tx) {
        tx.bookkeeping().write_any(SystemSql("create table kinds (i bigint, r double precision, t text, b bytea, n text)"), {});
        tx.bookkeeping().write_any(SystemSql("insert into kinds values ($1, $2, $3, $4, $5)"),
                                   {std::int64_t{-9'000'000'000'000'000'000}, 0.1, "grüße\n", Bytes{0, 255, 39, 92}, nullptr});
        const auto row = tx.query(SystemSql("select i, r, t, b, n, i < 0, sum(i) over () from kinds"))[0];
        EXPECT_EQ(row[0].integer(), -9'000'000'000'000'000'000);
        EXPECT_EQ(row[1].real(), 0.1);
        EXPECT_EQ(row[2].text(), "grüße\n");
        EXPECT_EQ(row[3].bytes(), (Bytes{0, 255, 39, 92}));
        EXPECT_TRUE(row[4].null());
        EXPECT_EQ(row[5].integer(), 1);
        EXPECT_EQ(row[6].integer(), -9'000'000'000'000'000'000);
    });
}

TEST_P(StoreTest, ARefusalLeavesNothing) {
    const auto refused = answer({.partition = live, .body = [&](Tx& tx) -> Answer {
        adds(1, "one")(tx);
        throw Refusal(Error{&reasons::conflict, "no", {}, {}});
    }});
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(things(), 0);
}

TEST_P(StoreTest, AFaultIs500AndLeavesNothing) {
    options.log = [](std::string_view) {};
    open();
    EXPECT_EQ(answer({.partition = live, .body = [&](Tx& tx) -> Answer {
        adds(1, "one")(tx);
        tx.query(Sql("select no_such_column from things where partition = $1"));
        return {};
    }}).status, 500);
    EXPECT_EQ(things(), 0);
    EXPECT_EQ(answer({.partition = live, .body = adds(1, "one")}).status, 201);
}

TEST_P(StoreTest, AConstraintsRefusalIsTheOneThatTheRoomNamed) {
    answer({.partition = live, .body = adds(1, "one")});
    EXPECT_EQ(answer({.partition = live, .body = adds(2, "one")}).body, "conflict");
    EXPECT_EQ(things(), 1);
}

TEST_P(StoreTest, AConstraintWithoutANameIsAFault) {
    options.log = [](std::string_view) {};
    open();
    answer({.partition = live, .body = adds(1, "one")});
    EXPECT_EQ(answer({.partition = live, .body = adds(1, "two")}).status, 500);
}

TEST_P(StoreTest, APrimaryKeyCanBeNamed) {
    answer({.partition = live, .body = adds(1, "one")});
    EXPECT_EQ(answer({.partition = live, .body = [](Tx& tx) {
        tx.bookkeeping().on_violation("things_pkey", Error{&reasons::stale, "", {}, {}});
        return adds(1, "two")(tx);
    }}).body, "stale_version");
}

TEST_P(StoreTest, AWriteThatMissesItsRowsStartsAgainThreeTimesThen409) {
    int runs = 0;
    const auto missed = answer({.partition = live, .body = [&](Tx& tx) {
        ++runs;
        tx.bookkeeping().write(1, add_thing, {runs, std::to_string(runs)});
        tx.bookkeeping().write(1, Sql("update things set version = 5 where partition = $1 and id = $2 and version = $3"), {runs, 4});
        return Answer{201, {}, {}};
    }});
    EXPECT_EQ(missed.status, 409);
    EXPECT_EQ(runs, 3);
    EXPECT_EQ(things(), 0);
}

TEST_P(StoreTest, MembershipThatMovedOnceSucceedsTheSecondTime) {
    int runs = 0;
    EXPECT_EQ(answer({.partition = live, .body = [&](Tx& tx) {
        adds(1, "one")(tx);
        if (++runs == 1) throw Moved{};
        return Answer{200, {}, {}};
    }}).status, 200);
    EXPECT_EQ(things(), 1);
}

TEST_P(StoreTest, OthersCommitWhileWhatACommandNeedsIsPrepared) {
    std::promise<void> began, others_done;
    auto may_end = others_done.get_future().share();
    std::atomic<bool> ready = false;
    int runs = 0;
    auto slow = std::async(std::launch::async, [&] {
        return answer({.partition = live, .idempotency = key(9), .body = [&](Tx& tx) {
            ++runs;
            adds(1, "slow")(tx);  // undone each time that the body throws
            if (!ready) throw Unready{[&] {
                began.set_value();
                EXPECT_EQ(may_end.wait_for(std::chrono::seconds(20)), std::future_status::ready);
                ready = true;
            }};
            return Answer{201, {}, "made slow"};
        }});
    });
    began.get_future().wait();
    EXPECT_EQ(answer({.partition = live, .body = adds(2, "quick")}).status, 201);
    others_done.set_value();
    EXPECT_EQ(slow.get().body, "made slow");
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(things(), 2);
}

TEST_P(StoreTest, WhatIsNeverReadyGets503) {
    int prepared = 0;
    const auto never = answer({.partition = live, .body = [&](Tx& tx) -> Answer {
        adds(1, "one")(tx);
        throw Unready{[&] { ++prepared; }};
    }});
    EXPECT_EQ(never.status, 503);
    EXPECT_EQ(prepared, most_preparations);
    EXPECT_EQ(answer({.partition = live, .body = [](Tx&) -> Answer { throw Unready{[] { throw std::runtime_error("no memory"); }}; }}).status / 100, 5);
    EXPECT_EQ(things(), 0);
}

TEST_P(StoreTest, ReadsItsOwnWrites) {
    store->run(live, {}, [&](Tx& tx) {
        adds(1, "one")(tx);
        EXPECT_EQ(tx.query(count_things)[0][0].integer(), 1);
        EXPECT_EQ(tx.lock(Sql("select id from things where partition = $1 order by id")).size(), 1u);
    });
}

TEST_P(StoreTest, TheSameKeyGetsTheSameAnswer) {
    const auto first = answer({.partition = live, .idempotency = key(1), .body = adds(1, "one")});
    EXPECT_FALSE(first.replayed);
    const auto second = answer({.partition = live, .idempotency = key(1), .body = adds(2, "two")});
    EXPECT_TRUE(second.replayed);
    EXPECT_EQ(second.status, 201);
    EXPECT_EQ(second.body, "made one");
    EXPECT_EQ(second.headers, first.headers);
    EXPECT_EQ(things(), 1);
    open();
    EXPECT_TRUE(answer({.partition = live, .idempotency = key(1), .body = adds(2, "two")}).replayed) << "survives a restart";
}

TEST_P(StoreTest, TheSameKeyForAnotherRequestIsRefused) {
    answer({.partition = live, .idempotency = key(1), .body = adds(1, "one")});
    EXPECT_EQ(answer({.partition = live, .idempotency = key(1, 2), .body = adds(2, "two")}).status, 422);
}

TEST_P(StoreTest, KeysBelongToTheirPartition) {
    const auto other = ensure_partition(*store, {"acme", true});
    answer({.partition = live, .idempotency = key(1), .body = adds(1, "one")});
    EXPECT_FALSE(answer({.partition = other, .idempotency = key(1), .body = adds(1, "one")}).replayed);
}

TEST_P(StoreTest, RefusalsAreRememberedToo) {
    answer({.partition = live, .body = adds(1, "one")});
    EXPECT_EQ(answer({.partition = live, .idempotency = key(1), .body = adds(2, "one")}).status, 409);
    store->run(live, {}, [](Tx& tx) { tx.bookkeeping().write(1, Sql("delete from things where partition = $1"), {}); });
    const auto again = answer({.partition = live, .idempotency = key(1), .body = adds(2, "one")});
    EXPECT_EQ(again.status, 409) << "one key never has two answers";
    EXPECT_TRUE(again.replayed);
    EXPECT_EQ(things(), 0);
}

TEST_P(StoreTest, OverloadIsNotRemembered) {
    answer({.partition = live, .idempotency = key(1), .body = [](Tx&) -> Answer {
                throw Refusal(Error{&reasons::overloaded, "", {}, {}});
            }});
    EXPECT_EQ(answer({.partition = live, .idempotency = key(1), .body = adds(1, "one")}).status, 201);
}

TEST_P(StoreTest, LargeSecretAndPersonalBodiesAreNotKept) {
    const auto with = [&](std::uint8_t k, Answer made) {
        answer({.partition = live, .idempotency = key(k), .body = [=](Tx&) { return made; }});
        return answer({.partition = live, .idempotency = key(k), .body = [=](Tx&) { return made; }});
    };
    EXPECT_EQ(with(1, {.body = std::string(64 * 1024, 'x')}).body.size(), 64u * 1024);
    const auto large = with(2, {.body = std::string(64 * 1024 + 1, 'x')});
    EXPECT_TRUE(large.current && large.body.empty());
    const auto secret = with(3, {.body = "sk_1", .secret = true});
    EXPECT_TRUE(secret.secret && secret.body.empty() && secret.replayed);
    const auto personal = with(4, {.body = "Frau Schmidt", .personal = true});
    EXPECT_TRUE(personal.current && personal.body.empty());
}

TEST_P(StoreTest, AKeyIsForgottenAfterItsTime) {
    auto time = std::make_shared<std::atomic<std::int64_t>>(1'700'000'000'000);
    options.clock = [time] { return from_unix_ms(*time); };
    open();
    answer({.partition = live, .idempotency = key(1), .body = adds(1, "one")});
    *time += 48 * 3600'000;
    store->run({}, {}, [](Tx& tx) { EXPECT_EQ(forget_answers(tx), 1); });
    EXPECT_FALSE(answer({.partition = live, .idempotency = key(1), .body = adds(2, "two")}).replayed);
    EXPECT_TRUE(answer({.partition = live, .idempotency = key(1), .body = adds(2, "two")}).replayed);
}

TEST_P(StoreTest, AKeyInFlightIsRefusedAtOnceAndHoldsNoConnection) {
    std::promise<void> release, entered;
    std::promise<Answer> first;
    Command slow{.partition = live, .idempotency = key(1)};
    slow.body = [&](Tx& tx) {
        entered.set_value();
        release.get_future().wait();
        return adds(1, "one")(tx);
    };
    slow.done = [&](Answer answer) { first.set_value(std::move(answer)); };
    store->command(std::move(slow));
    entered.get_future().wait();
    for (int i = 0; i < 50; ++i)  // more than there are connections
        EXPECT_EQ(answer({.partition = live, .idempotency = key(1), .body = adds(1, "one")}).body, "request_in_flight");
    release.set_value();
    EXPECT_EQ(first.get_future().get().status, 201);
    EXPECT_TRUE(answer({.partition = live, .idempotency = key(1), .body = adds(1, "one")}).replayed);
}

TEST_P(StoreTest, AfterCommitRunsOnceAndOnlyThen) {
    std::atomic<int> ran = 0;
    answer({.partition = live, .body = [&](Tx& tx) { tx.after_commit([&] { ++ran; }); return Answer{}; }});
    EXPECT_EQ(ran, 1);
    answer({.partition = live, .body = [&](Tx& tx) -> Answer {
        tx.after_commit([&] { ++ran; });
        throw Refusal(Error{&reasons::conflict, "", {}, {}});
    }});
    EXPECT_EQ(ran, 1);
}

TEST_P(StoreTest, APartitionsClockStandsOrTicksAndMovesForwardOnly) {
    auto time = std::make_shared<std::atomic<std::int64_t>>(1'700'000'000'000);
    options.clock = [time] { return from_unix_ms(*time); };
    open();
    const auto test = ensure_partition(*store, {"acme", true});
    const auto business = [&] {
        Instant now;
        store->look(test, [&](Read& read) { now = read.now().business; });
        return to_unix_ms(now);
    };
    store->run(test, {}, [&](Tx& tx) { move_clock(tx, from_unix_ms(1'700'000'500'000)); });
    *time += 1000;
    EXPECT_EQ(business(), 1'700'000'501'000) << "ticks on";
    store->run(test, {}, [&](Tx& tx) { set_clock(tx, from_unix_ms(1'800'000'000'000), true); });
    *time += 1000;
    EXPECT_EQ(business(), 1'800'000'000'000) << "stands";
    store->run(test, {}, [&](Tx& tx) { move_clock(tx, from_unix_ms(1'600'000'000'000)); });
    EXPECT_EQ(business(), 1'800'000'000'000) << "never back";
    store->run(test, {}, [&](Tx& tx) { move_clock(tx, from_unix_ms(1'800'000'000'007)); });
    EXPECT_EQ(business(), 1'800'000'000'007);
}

TEST_P(StoreTest, ATestPartitionCanBeClearedALiveOneNever) {
    options.log = [](std::string_view) {};
    open();
    const auto test = ensure_partition(*store, {"acme", true});
    for (const auto partition : {live, test}) answer({.partition = partition, .idempotency = key(1), .body = adds(1, "one")});
    clear_partition(*store, test);
    EXPECT_EQ(things(), 1);
    store->look(test, [](Read& read) { EXPECT_EQ(read.query(count_things)[0][0].integer(), 0); });
    EXPECT_FALSE(answer({.partition = test, .idempotency = key(1), .body = adds(1, "one")}).replayed);
    EXPECT_THROW(clear_partition(*store, live), std::logic_error);
    EXPECT_EQ(things(), 1);
}

TEST_P(StoreTest, EightConcurrentConnectionsLoseNothing) {
    store->run(live, {}, [](Tx& tx) { tx.bookkeeping().write(1, add_thing, {0, "counter"}); });
    constexpr int commands = 400;
    std::atomic<int> ok = 0, open_commands = commands;
    std::promise<void> all;
    for (int i = 0; i < commands; ++i) {
        Command command{.partition = live};
        command.body = [](Tx& tx) {
            const auto version = tx.lock(Sql("select version from things where partition = $1 and id = 0"))[0][0].integer();
            tx.bookkeeping().write(1, Sql("update things set version = $2 where partition = $1 and id = 0 and version = $3"),
                                   {version + 1, version});
            return Answer{};
        };
        command.done = [&](Answer answer) {
            ok += answer.status == 200;
            if (--open_commands == 0) all.set_value();
        };
        store->command(std::move(command));
    }
    all.get_future().wait();
    EXPECT_EQ(ok, commands);
    store->look(live, [&](Read& read) {
        EXPECT_EQ(read.query(Sql("select version from things where partition = $1 and id = 0"))[0][0].integer(), commands + 1);
    });
}

TEST_P(StoreTest, WaitingForTheStoreInsideItIsAFault) {
    options.log = [](std::string_view) {};
    open();
    EXPECT_EQ(answer({.partition = live, .body = [&](Tx&) -> Answer {
        store->look(live, [](Read&) {});
        return {};
    }}).status, 500);
}

TEST_P(StoreTest, AnUnknownPartitionIsAFault) {
    EXPECT_THROW(store->look(Partition{99}, [](Read&) {}), std::runtime_error);
}

TEST_P(StoreTest, ANewerDatabaseIsRefusedInOneSentence) {
    store->run({}, {}, [](Tx& tx) {
        tx.bookkeeping().write_any(SystemSql("insert into schema_migrations values ('features/later', 7, 'more', 'x', 0)"), {});
    });
    store.reset();
    try {
        open();
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("newer than this binary"), std::string::npos);
    }
}

LASTMILE_EACH_STORE(StoreTest);

}  // namespace
}  // namespace lastmile::store
