// The log on both stores: apply, order, chain, readers, subscriptions, positions.
#include "platform/events/log.hpp"

#include <future>
#include <set>

#include "platform/base/reasons.hpp"
#include "platform/events/apply.hpp"
#include "platform/store/failpoint.hpp"
#include "platform/store/testing/stores.hpp"

namespace lastmile::events {

struct Thing {
    std::int64_t id = 0;
    std::int64_t version = 0;
};
void save(store::Writer& writer, const Thing& after) {
    if (after.version == 1) writer.write(1, "insert into things (partition, id, version) values ($1, $2, 1)", {after.id});
    else
        writer.write(1, "update things set version = $3 where partition = $1 and id = $2 and version = $4",
                     {after.id, after.version, after.version - 1});
}
Refs event_refs(const Thing& thing) {
    return {"thing", "thing_" + std::to_string(thing.id), thing.version, std::nullopt, std::nullopt, std::nullopt};
}

namespace {

class EventsTest : public store::testing::EachStore {
protected:
    void SetUp() override {
        EachStore::SetUp();
        if (!store) return;
        store->run({}, {}, [](store::Tx& tx) {
            tx.bookkeeping().write_any(store::SystemSql("create table things (partition bigint not null, id bigint not null, version "
                                                        "bigint not null, "
                                                        "primary key (partition, id))"),
                                       {});
            tx.bookkeeping().write_any(store::SystemSql("create table seen (partition bigint not null, sequence bigint not null, primary "
                                                        "key (partition, sequence))"),
                                       {});
        });
        log = std::make_unique<Log>(*store);
    }
    void TearDown() override {
        log.reset();
        store.reset();
    }
    void reopen() {
        log.reset();
        open();
        log = std::make_unique<Log>(*store);
    }
    static void change(store::Tx& tx, std::int64_t id, std::int64_t version = 1, int events = 1) {
        Changed<Thing> changed{{id, version}, {}};
        for (int i = 0; i < events; ++i) changed.events.push_back({"thing.changed", {{"id", id}, {"version", version}}});
        apply(tx, changed);
    }
    /// The answer's position.
    std::int64_t make(std::int64_t id, std::int64_t version = 1, int events = 1) {
        const auto answer = this->answer({.partition = live, .body = [=](store::Tx& tx) {
            change(tx, id, version, events);
            return store::Answer{201, {}, {}};
        }});
        EXPECT_EQ(answer.status, 201) << answer.body;
        return answer.log_position;
    }
    std::vector<Event> all(std::int64_t after = 0, const Filter& filter = {}) {
        log->drain(live);
        std::vector<Event> events;
        store->look(live, [&](store::Read& read) { events = read_log(read, after, filter); });
        return events;
    }
    void expect_sound(std::int64_t events) {
        log->drain(live);
        store->look(live, [&](store::Read& read) {
            const auto verdict = verify_chain(read);
            EXPECT_FALSE(verdict.broken_at) << *verdict.broken_at << verdict.why;
            EXPECT_EQ(verdict.checked, events);
        });
    }
    Reader counting(std::string name) {
        return {.name = std::move(name), .handle = [](store::Tx& tx, std::span<const Event> events) {
                    for (const auto& event : events)
                        tx.bookkeeping().write(1, "insert into seen (partition, sequence) values ($1, $2)", {event.sequence});
                }};
    }
    std::int64_t seen() {
        std::int64_t count = 0;
        store->look(live, [&](store::Read& read) { count = read.query("select count(*) from seen where partition = $1")[0][0].integer(); });
        return count;
    }
    std::unique_ptr<Log> log;
};

TEST_P(EventsTest, AnEventSaysWhoWhatAndWhen) {
    const auto driver = Origin{{"driver", "drv_1", "key_9"}, "req-7", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "driver"};
    answer({.partition = live, .origin = driver, .body = [](store::Tx& tx) {
        apply(tx, Changed<Thing>{{5, 1}, {{"thing.made", {{"weight", 12}}}}}, {"thing", "thing_5", 1, "dlv_1", std::nullopt, "drv_1"});
        return store::Answer{};
    }});
    const auto events = all();
    ASSERT_EQ(events.size(), 1u);
    const auto& event = events[0];
    EXPECT_EQ(event.sequence, 1);
    EXPECT_EQ(event.type, "thing.made");
    EXPECT_EQ(event.aggregate_id, "thing_5");
    EXPECT_EQ(event.version, 1);
    EXPECT_EQ(event.delivery_id, "dlv_1");
    EXPECT_FALSE(event.assignment_id);
    EXPECT_EQ(event.driver_id, "drv_1");
    EXPECT_EQ(event.actor.kind, "driver");
    EXPECT_EQ(event.actor.on_behalf, "key_9");
    EXPECT_EQ(event.source, "driver");
    EXPECT_EQ(event.correlation_id(), "0af7651916cd43dd8448eb211c80319c");
    EXPECT_EQ(event.data.at("weight").as_int64(), 12);
    EXPECT_FALSE(event.id.empty());
    EXPECT_EQ(event.timestamp, event.recorded_at) << "the partition's clock was not set forward";
}

TEST_P(EventsTest, NeitherChangeNorEventAlone) {
    options.log = [](std::string_view) {};
    reopen();
    EXPECT_EQ(answer({.partition = live,
                      .body =
                          [](store::Tx& tx) {
                              apply(tx, Changed<Thing>{{1, 1}, {}});
                              return store::Answer{};
                          }})
                  .status,
              500);
    EXPECT_EQ(all().size(), 0u);
    log.reset();
    EXPECT_EQ(answer({.partition = live,
                      .body =
                          [](store::Tx& tx) {
                              change(tx, 1);
                              return store::Answer{};
                          }})
                  .status,
              500)
        << "no log attached";
    log = std::make_unique<Log>(*store);
}

TEST_P(EventsTest, AStaleVersionWritesNeither) {
    make(1);
    EXPECT_EQ(answer({.partition = live, .body = [](store::Tx& tx) { change(tx, 1, 5); return store::Answer{}; }}).status, 409);
    EXPECT_EQ(all().size(), 1u) << "a pipelined write that touches no row must not leave its event behind";
    expect_sound(1);
}

TEST_P(EventsTest, SequencesAreDenseAlsoWhereCommandsFailInBetween) {
    std::promise<void> all_done;
    std::atomic<int> open_commands = 90;
    for (int i = 0; i < 90; ++i) {
        store::Command command{.partition = live};
        command.body = [i](store::Tx& tx) -> store::Answer {
            change(tx, i, 1, 2);
            if (i % 3 == 1) throw Refusal(Error{&reasons::conflict, "", {}, {}});
            return {};
        };
        command.done = [&](store::Answer) { if (--open_commands == 0) all_done.set_value(); };
        store->command(std::move(command));
    }
    all_done.get_future().wait();
    const auto events = all();
    ASSERT_EQ(events.size(), 120u);
    for (std::size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].sequence, static_cast<std::int64_t>(i) + 1);
    expect_sound(120);
}

TEST_P(EventsTest, VersionsOfOneAggregateStayInOrderUnderConcurrency) {
    make(0);
    constexpr int rounds = 200;
    std::promise<void> all_done;
    std::atomic<int> open_commands = rounds, changed = 0;
    for (int i = 0; i < rounds; ++i) {
        store::Command command{.partition = live};
        command.body = [](store::Tx& tx) {
            const auto version = tx.lock("select version from things where partition = $1 and id = 0")[0][0].integer();
            change(tx, 0, version + 1);
            return store::Answer{};
        };
        command.done = [&](store::Answer answer) {
            changed += answer.status == 200;
            if (--open_commands == 0) all_done.set_value();
        };
        store->command(std::move(command));
    }
    all_done.get_future().wait();
    ASSERT_EQ(changed, rounds);
    std::int64_t version = 0;
    log->drain(live);
    store->look(live, [&](store::Read& read) {
        for (const auto& event : read_log(read, 0, {}, 1000)) EXPECT_EQ(event.version, ++version);
    });
    EXPECT_EQ(version, rounds + 1);
    expect_sound(rounds + 1);
}

TEST_P(EventsTest, EachPartitionHasItsOwnSequence) {
    const auto other = store::ensure_partition(*store, {"other", false});
    make(1);
    store->run(other, {}, [](store::Tx& tx) { change(tx, 1); });
    make(2);
    EXPECT_EQ(all().size(), 2u);
    log->drain(other);
    store->look(other, [](store::Read& read) { EXPECT_EQ(read_log(read, 0).at(0).sequence, 1); });
}

TEST_P(EventsTest, TamperingShows) {
    for (int i = 0; i < 5; ++i) make(i);
    expect_sound(5);
    const auto broken_after = [&](auto tamper) {
        store->run(live, {}, [&](store::Tx& tx) { tamper(tx.bookkeeping()); });
        std::optional<std::int64_t> at;
        store->look(live, [&](store::Read& read) { at = verify_chain(read).broken_at; });
        return at;
    };
    EXPECT_EQ(broken_after([](auto& w) {
                  w.write(1, "update events set actor_id = 'nobody' where partition = $1 and aggregate_id = 'thing_3'", {});
              }),
              4);
    EXPECT_EQ(broken_after([](auto& w) { w.write(1, "delete from stamped where partition = $1 and sequence = 2", {}); }), 2);
    EXPECT_EQ(broken_after([](auto& w) { w.write(1, "delete from stamped where partition = $1 and sequence = 1", {}); }), 1);
}

TEST_P(EventsTest, ATruncatedLogShows) {
    for (int i = 0; i < 3; ++i) make(i);
    log->drain(live);
    store->run(live, {},
               [&](store::Tx& tx) { tx.bookkeeping().write(1, "delete from stamped where partition = $1 and sequence = 3", {}); });
    store->look(live, [&](store::Read& read) { EXPECT_EQ(verify_chain(read).broken_at, 3); });
}

TEST_P(EventsTest, FiltersAgreeWithThemselves) {
    for (int i = 0; i < 4; ++i)
        answer({.partition = live, .body = [i](store::Tx& tx) {
                    apply(tx, Changed<Thing>{{i, 1}, {{i % 2 ? "odd.made" : "even.made", {}}}},
                          {"thing", "t", 1, i < 2 ? "dlv_1" : "dlv_2", std::nullopt, std::nullopt});
                    return store::Answer{};
                }});
    for (const auto& filter :
         {Filter{.types = {"odd."}}, Filter{.types = {"even.made", "odd."}}, Filter{.delivery_id = "dlv_2"},
          Filter{.types = {"odd.made"}, .delivery_id = "dlv_1"}, Filter{.from = from_unix_ms(1)}, Filter{.to = from_unix_ms(1)}}) {
        std::set<std::int64_t> by_sql, by_match;
        for (const auto& event : all(0, filter)) by_sql.insert(event.sequence);
        for (const auto& event : all()) if (filter.matches(event)) by_match.insert(event.sequence);
        EXPECT_EQ(by_sql, by_match);
    }
    EXPECT_EQ(all(0, {.types = {"odd."}}).size(), 2u);
    store->look(live, [](store::Read& read) { EXPECT_EQ(read_log_back(read, 4, {}, 2).at(0).sequence, 3); });
}

TEST_P(EventsTest, APositionIsReachedAndNamesASequence) {
    make(1);
    const auto position = make(2, 1, 3);
    EXPECT_EQ(log->wait_for(live, position, std::chrono::seconds(30)), 4) << "the last of the command's events";
    EXPECT_EQ(log->wait_for(live, 4, std::chrono::seconds(30)), 4);
    EXPECT_EQ(log->wait_for(live, 5, std::chrono::milliseconds(0)), 4) << "out of patience: the head";
}

TEST_P(EventsTest, ASubscriptionHandsOverFromStoredToLiveWithoutGapOrDouble) {
    for (int i = 0; i < 20; ++i) make(i);
    std::promise<void> done;
    std::vector<std::int64_t> got;
    const auto subscription = log->subscribe(live, 7, [&](std::span<const Event> events) {
        for (const auto& event : events) got.push_back(event.sequence);
        if (got.back() == 60) done.set_value();
    });
    for (int i = 20; i < 60; ++i) make(i);
    done.get_future().wait();
    ASSERT_EQ(got.size(), 53u);
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_EQ(got[i], static_cast<std::int64_t>(i) + 8);
}

TEST_P(EventsTest, AnEndedSubscriptionIsSilent) {
    std::atomic<int> calls = 0;
    auto subscription = log->subscribe(live, 0, [&](std::span<const Event>) { ++calls; });
    subscription.reset();
    log->wait_for(live, make(1), std::chrono::seconds(30));
    EXPECT_EQ(calls, 0);
}

TEST_P(EventsTest, AReaderSeesEachEventOnceAlsoOverARestart) {
    log->add(counting("counter"));
    for (int i = 0; i < 10; ++i) make(i);
    EXPECT_TRUE(log->drain(live));
    EXPECT_EQ(seen(), 10);
    reopen();
    log->add(counting("counter"));
    make(10);
    EXPECT_TRUE(log->drain(live));
    EXPECT_EQ(seen(), 11);
    EXPECT_TRUE(log->lag().empty());
}

TEST_P(EventsTest, AFailingReaderKeepsItsPlaceAndShowsItsLag) {
    auto broken = std::make_shared<std::atomic<bool>>(true);
    auto reader = counting("fragile");
    reader.handle = [broken, count = reader.handle](store::Tx& tx, std::span<const Event> events) {
        count(tx, events);
        if (*broken) throw std::runtime_error("the partner is down");
    };
    options.log = [](std::string_view) {};
    reopen();
    log->add(std::move(reader));
    make(1);
    EXPECT_FALSE(log->drain(live));
    EXPECT_EQ(seen(), 0) << "its writes went with the failure";
    const auto lag = log->lag();
    ASSERT_EQ(lag.size(), 1u);
    EXPECT_EQ(lag[0].behind, 1);
    EXPECT_GE(lag[0].failures, 1);
    EXPECT_EQ(lag[0].last_error, "the partner is down");
    *broken = false;
    EXPECT_TRUE(log->drain(live));
    EXPECT_EQ(seen(), 1);
}

TEST_P(EventsTest, AReactionsOwnEventsAreDrainedToo) {
    log->add({.name = "chain", .handle = [](store::Tx& tx, std::span<const Event> events) {
        for (const auto& event : events)
            if (const auto id = event.data.at("id").as_int64(); id < 5) change(tx, id + 1);
    }});
    make(1);
    EXPECT_TRUE(log->drain(live));
    EXPECT_EQ(all().size(), 5u);
}

TEST_P(EventsTest, ALateReaderMayStartAtTheEnd) {
    make(1);
    log->drain(live);
    auto reader = counting("late");
    reader.from_now = true;
    log->add(std::move(reader));
    make(2);
    log->drain(live);
    EXPECT_EQ(seen(), 1);
}

LASTMILE_EACH_STORE(EventsTest);

}  // namespace
}  // namespace lastmile::events
