// Timers, advancing a clock, jobs: on both stores.
#include <atomic>
#include <future>

#include "platform/base/reasons.hpp"
#include "platform/store/testing/stores.hpp"
#include "platform/work/jobs.hpp"
#include "platform/work/timers.hpp"

namespace lastmile::work {
namespace {

constexpr std::int64_t start = 1'700'000'000'000;

class WorkTest : public store::testing::EachStore {
protected:
    void SetUp() override {
        EachStore::SetUp();
        if (!store) return;
        options.clock = [time = time] { return from_unix_ms(*time); };
        options.log = [](std::string_view) {};
        open();
        store->run({}, {}, [](store::Tx& tx) {
            tx.bookkeeping().write_any(
                store::SystemSql("create table marks (partition bigint not null, at bigint not null, what text not null)"), {});
        });
        test = store::ensure_partition(*store, {"acme", true});
        store->run(test, {}, [](store::Tx& tx) { store::set_clock(tx, from_unix_ms(start), true); });
        log = std::make_unique<events::Log>(*store);
        timers = std::make_unique<Timers>(*store, *log);
    }
    void TearDown() override {
        jobs.reset();
        timers.reset();
        log.reset();
        store.reset();
    }
    static void mark(store::Tx& tx, const std::string& what) {
        tx.bookkeeping().write(1, "insert into marks (partition, at, what) values ($1, $2, $3)", {tx.now().business, what});
    }
    std::string marks(Partition partition) {
        std::string all;
        store->look(partition, [&](store::Read& read) {
            for (const auto& row : read.query("select at, what from marks where partition = $1 order by at, what"))
                all += std::to_string((row[0].integer() - start) / 1000) + row[1].text() + " ";
        });
        return all;
    }
    void set(Partition partition, std::string subject, int seconds) {
        store->run(partition, {}, [&](store::Tx& tx) { set_timer(tx, {"mark", subject, from_unix_ms(start + 1000 * seconds), {}, 0}); });
    }
    Id<Job> put(std::string type = "count") {
        Id<Job> id;
        store->run(test, {}, [&](store::Tx& tx) {
            id = tx.new_id<Job>();
            enqueue(tx, {.id = id, .type = type, .input = "{}"});
        });
        return id;
    }
    Job job(const Id<Job>& id) {
        Job found;
        store->look(test, [&](store::Read& read) { found = *find_job(read, id); });
        return found;
    }

    std::shared_ptr<std::atomic<std::int64_t>> time = std::make_shared<std::atomic<std::int64_t>>(start);
    Partition test;
    std::unique_ptr<events::Log> log;
    std::unique_ptr<Timers> timers;
    std::unique_ptr<Jobs> jobs;
};

TEST_P(WorkTest, AnAdvanceVisitsEachTimerAtItsTime) {
    timers->on("mark", [](store::Tx& tx, const Timer& timer) { mark(tx, timer.subject); });
    set(test, "b", 20);
    set(test, "a", 10);
    set(test, "later", 100);
    set(live, "live", 5);
    const auto advanced = timers->advance(test, from_unix_ms(start + 60'000)).value();
    EXPECT_EQ(advanced.timers, 2);
    EXPECT_TRUE(advanced.quiet);
    EXPECT_EQ(advanced.now, from_unix_ms(start + 60'000));
    EXPECT_EQ(marks(test), "10a 20b ");
    EXPECT_EQ(marks(live), "");
}

TEST_P(WorkTest, TimersSetOnTheWayAreVisitedToo) {
    timers->on("mark", [](store::Tx& tx, const Timer& timer) {
        mark(tx, timer.subject);
        if (tx.now().business < from_unix_ms(start + 50'000))
            set_timer(tx, {"mark", timer.subject, tx.now().business + std::chrono::seconds(10), {}, 0});
    });
    set(test, "x", 10);
    EXPECT_EQ(timers->advance(test, from_unix_ms(start + 3'600'000)).value().timers, 5);
    EXPECT_EQ(marks(test), "10x 20x 30x 40x 50x ");
}

TEST_P(WorkTest, TheClockNeverGoesBack) {
    EXPECT_FALSE(timers->advance(test, from_unix_ms(start - 1)));
    EXPECT_TRUE(timers->advance(test, from_unix_ms(start)));
}

TEST_P(WorkTest, ReplacedAndCancelledTimers) {
    timers->on("mark", [](store::Tx& tx, const Timer& timer) { mark(tx, timer.subject); });
    set(test, "x", 10);
    set(test, "x", 30);
    set(test, "y", 10);
    store->run(test, {}, [](store::Tx& tx) { cancel_timer(tx, "mark", "y"); });
    timers->advance(test, from_unix_ms(start + 60'000)).value();
    EXPECT_EQ(marks(test), "30x ");
}

TEST_P(WorkTest, AFailingTimerComesAgainAndIsNotForgotten) {
    std::atomic<int> tries = 0;
    timers->on("mark", [&](store::Tx& tx, const Timer& timer) {
        mark(tx, timer.subject);
        if (++tries < 3) throw std::runtime_error("not yet");
        EXPECT_EQ(timer.failures, 2);
        EXPECT_EQ(timer.due_at, from_unix_ms(start + 10'000)) << "what was asked for, not when it is tried";
    });
    set(test, "x", 10);
    const auto advanced = timers->advance(test, from_unix_ms(start + 60'000)).value();
    EXPECT_EQ(advanced.timers, 1);
    EXPECT_FALSE(advanced.quiet);
    EXPECT_EQ(marks(test), "13x ") << "after pauses of 1 and 2 seconds";
}

TEST_P(WorkTest, LiveTimersRunWhenTheirTimeComes) {
    std::promise<void> ran;
    timers->on("mark", [&](store::Tx& tx, const Timer& timer) {
        mark(tx, timer.subject);
        tx.after_commit([&] { ran.set_value(); });
    });
    timers->start();
    set(live, "now", 0);
    ran.get_future().wait();
    EXPECT_EQ(marks(live), "0now ");
}

TEST_P(WorkTest, AJobRunsOnceAndKeepsItsResult) {
    jobs = std::make_unique<Jobs>(*store);
    std::vector<std::string> moves;
    std::mutex mutex;
    jobs->on_moved([&](store::Tx& tx, const Job& moved) {
        tx.after_commit([&, status = moved.status] { std::lock_guard lock(mutex); moves.push_back(status); });
    });
    jobs->on({"count", [](JobRun& run) {
                  run.commit([](store::Tx& tx) { mark(tx, "line"); }, {.done = 1, .total = 2, .failed = 1, .detail = "half"},
                             {{2, "#/weight", "too_heavy", "30 kg at most"}});
                  return std::string("{\"made\":1}");
              }});
    jobs->start();
    const auto id = put();
    ASSERT_TRUE(jobs->quiet(test, std::chrono::seconds(30)));
    const auto done = job(id);
    EXPECT_EQ(done.status, "done");
    EXPECT_EQ(done.result, "{\"made\":1}");
    EXPECT_EQ(done.progress.detail, "half");
    EXPECT_EQ(marks(test), "0line ");
    store->look(test, [&](store::Read& read) { EXPECT_EQ(job_errors(read, id).at(0).code, "too_heavy"); });
    jobs.reset();
    EXPECT_EQ(moves, (std::vector<std::string>{"running", "done"}));
}

// Seen failing: it was called cancelled, with a result that said it was done.
TEST_P(WorkTest, WhatWasCancelledTooLateIsDone) {
    jobs = std::make_unique<Jobs>(*store);
    const auto counts_to = [](std::int64_t last) {
        return [last](JobRun& run) {
            run.commit([&](store::Tx& tx) { cancel_job(tx, run.job().id); }, {.done = 1, .total = 2});
            run.commit([](store::Tx&) {}, {.done = last, .total = 2});
            return std::string("{}");
        };
    };
    jobs->on({"count", counts_to(2)});
    jobs->on({"half", counts_to(1)});
    jobs->start();
    const auto whole = put(), half = put("half");
    ASSERT_TRUE(jobs->quiet(test, std::chrono::seconds(30)));
    EXPECT_EQ(job(whole).status, "done");
    EXPECT_EQ(job(half).status, "cancelled");
}

TEST_P(WorkTest, ADeadWorkersJobIsTakenOverAndTheDeadDoNoHarm) {
    jobs = std::make_unique<Jobs>(*store);
    Jobs other(*store);
    const auto id = put();
    jobs->on({"count", [&](JobRun& run) {
        run.commit([](store::Tx& tx) { mark(tx, "first"); }, {.done = 1, .total = 2});
        *time += 16'000;  // this worker hangs for longer than its lease
        EXPECT_TRUE(other.run_one());
        EXPECT_THROW(run.commit([](store::Tx& tx) { mark(tx, "ghost"); }, {.done = 2, .total = 2}), LeaseLost);
        throw LeaseLost();
        return std::string();
    }});
    other.on({"count", [](JobRun& run) {
        EXPECT_EQ(run.job().progress.done, 1) << "goes on where the dead worker's commits came to";
        run.commit([](store::Tx& tx) { mark(tx, "second"); }, {.done = 2, .total = 2});
        return std::string("{}");
    }});
    EXPECT_TRUE(jobs->run_one());
    EXPECT_EQ(job(id).status, "done");
    EXPECT_EQ(job(id).fence, 2);
    EXPECT_EQ(marks(test), "0first 0second ");
    EXPECT_FALSE(jobs->run_one());
}

TEST_P(WorkTest, CancellingAQueuedAndARunningJob) {
    jobs = std::make_unique<Jobs>(*store);
    const auto queued = put();
    store->run(test, {}, [&](store::Tx& tx) { EXPECT_TRUE(cancel_job(tx, queued)); });
    EXPECT_EQ(job(queued).status, "cancelled");
    EXPECT_FALSE(jobs->run_one());
    const auto running = put();
    jobs->on({"count", [&](JobRun& run) {
        store->run(test, {}, [&](store::Tx& tx) { EXPECT_TRUE(cancel_job(tx, running)); });
        run.commit([](store::Tx&) {}, {.done = 1, .total = 9});
        EXPECT_TRUE(run.stop());
        return std::string("{\"kept\":1}");
    }});
    EXPECT_TRUE(jobs->run_one());
    EXPECT_EQ(job(running).status, "cancelled");
    EXPECT_EQ(job(running).result, "{\"kept\":1}") << "what was reached stays";
    store->run(test, {}, [&](store::Tx& tx) { EXPECT_FALSE(cancel_job(tx, running)); });
}

TEST_P(WorkTest, AFailedJobSaysWhy) {
    jobs = std::make_unique<Jobs>(*store);
    jobs->on({"count", [](JobRun&) -> std::string { throw Refusal(Error{&reasons::too_large, "9 GB", {}, {}}); }});
    const auto id = put();
    EXPECT_TRUE(jobs->run_one());
    EXPECT_EQ(job(id).status, "failed");
    EXPECT_EQ(job(id).result, R"({"code":"too_large","detail":"9 GB"})");
}

// Seen failing with one attempt, and with a wait that nothing looked at.
TEST_P(WorkTest, AJobThatMayFailIsTriedAgainLaterEachTime) {
    jobs = std::make_unique<Jobs>(*store);
    int runs = 0;
    jobs->on({"count", [&](JobRun&) -> std::string { ++runs; throw std::runtime_error("the storage is away"); }, 3});
    const auto id = put();
    for (const int wait : {30, 60}) {
        EXPECT_TRUE(jobs->run_one());
        EXPECT_EQ(std::pair(job(id).status, job(id).progress.detail), std::pair(std::string("queued"), std::string("the storage is away")));
        EXPECT_TRUE(jobs->quiet(test, std::chrono::milliseconds(0))) << "a clock may go on meanwhile";
        *time += 1000 * wait - 1;
        EXPECT_FALSE(jobs->run_one());
        *time += 1;
    }
    EXPECT_TRUE(jobs->run_one());
    EXPECT_EQ(std::pair(job(id).status, runs), std::pair(std::string("failed"), 3));
    EXPECT_EQ(job(id).result, R"({"code":"internal_error","detail":"the storage is away"})");
}

TEST_P(WorkTest, AJobOfAnUnknownTypeWaitsForABinaryThatKnowsIt) {
    jobs = std::make_unique<Jobs>(*store);
    const auto id = put("from the future");
    EXPECT_FALSE(jobs->run_one());
    EXPECT_EQ(job(id).status, "queued");
}

LASTMILE_EACH_STORE(WorkTest);

}  // namespace
}  // namespace lastmile::work
