// What survives: a power cut, a full disk in the middle of a group, SIGKILL. Every answered command is there exactly once.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <future>
#include <set>

#include "platform/base/reasons.hpp"
#include "platform/store/failpoint.hpp"
#include "platform/store/testing/power_cut.hpp"
#include "platform/store/testing/stores.hpp"

namespace lastmile::store {
namespace {

constexpr SystemSql make_things(
    "create table things (partition bigint not null, id bigint not null, name text not null, primary key (partition, id))");

Command adds(Partition partition, std::int64_t id, std::function<void(Answer)> done, std::size_t size = 10) {
    Command command{.partition = partition};
    command.body = [id, size](Tx& tx) {
        tx.bookkeeping().write(1, "insert into things (partition, id, name) values ($1, $2, $3)", {id, std::string(size, 'x')});
        return Answer{201, {}, {}};
    };
    command.done = std::move(done);
    return command;
}

std::set<std::int64_t> ids(Store& store, Partition partition) {
    std::set<std::int64_t> all;
    store.look(partition, [&](Read& read) {
        for (const auto& row : read.query("select id from things where partition = $1")) all.insert(row[0].integer());
    });
    return all;
}

class PowerCutTest : public ::testing::TestWithParam<int> {};

TEST_P(PowerCutTest, WhatWasAnsweredBeforeTheCutIsThere) {
    testing::Folder folder;
    testing::PowerCut power;
    Options options{.data_folder = folder.path()};
    options.log = [](std::string_view) {};
    options.sqlite_vfs = power.vfs();
    auto store = open(options);
    const auto live = ensure_partition(*store, {"acme", false});
    store->run({}, {}, [](Tx& tx) { tx.bookkeeping().write_any(make_things, {}); });

    int groups = 0;
    std::promise<void> first_answer;
    failpoints::Armed before("store.before_commit", [&] {
        if (++groups != GetParam()) return;
        if (groups > 1) first_answer.get_future().wait();
        power.cut();
    });
    std::mutex mutex;
    std::set<std::int64_t> answered;
    std::atomic<int> waiting = 3000;
    std::promise<void> all;
    std::int64_t next = 0;
    const auto done = [&](std::int64_t id) {
        return [&, id](Answer answer) {
            {
                std::lock_guard lock(mutex);
                if (!power.is_cut() && answer.status == 201 && answered.insert(id).second && answered.size() == 1) first_answer.set_value();
            }
            if (--waiting == 0) all.set_value();
        };
    };
    for (; next < 3000; ++next) store->command(adds(live, next, done(next)));
    all.get_future().wait();
    store->close();
    power.restore();

    auto again = open({.data_folder = folder.path()});
    const auto there = ids(*again, live);
    for (const auto id : answered) EXPECT_TRUE(there.contains(id)) << id;
    EXPECT_EQ(answered.empty(), GetParam() == 1);
    EXPECT_LT(there.size(), 3000u) << "the cut came before the end";
}
INSTANTIATE_TEST_SUITE_P(At, PowerCutTest, ::testing::Values(1, 2, 5, 9));

TEST(FullDisk, TheWholeGroupIsLostAndNobodyIsToldOtherwise) {
    testing::Folder folder;
    testing::PowerCut disk;
    Options options{.data_folder = folder.path()};
    options.log = [](std::string_view) {};
    options.sqlite_vfs = disk.vfs();
    options.sqlite_cache_kib = 64;  // so that the group spills before its COMMIT
    auto store = open(options);
    const auto live = ensure_partition(*store, {"acme", false});
    store->run({}, {}, [](Tx& tx) { tx.bookkeeping().write_any(make_things, {}); });

    for (const int writes : {0, 3, 20, 40}) {
        std::promise<void> entered, release;
        std::mutex mutex;
        std::set<std::int64_t> made;
        std::atomic<int> unavailable = 0, waiting = 41;
        std::promise<void> all;
        const auto done = [&](std::int64_t id) {
            return [&, id](Answer answer) {
                if (answer.status == 201) {
                    std::lock_guard lock(mutex);
                    made.insert(id);
                }
                unavailable += answer.status == 503;
                if (--waiting == 0) all.set_value();
            };
        };
        const std::int64_t base = 1000 * writes;
        Command first = adds(live, base, done(base));
        first.body = [&, body = first.body](Tx& tx) {
            entered.set_value();
            release.get_future().wait();
            return body(tx);
        };
        store->command(std::move(first));
        entered.get_future().wait();  // the rest gathers behind it: one group
        for (int i = 1; i <= 40; ++i) store->command(adds(live, base + i, done(base + i), 20'000));
        disk.writes_left(writes);
        release.set_value();
        all.get_future().wait();
        disk.writes_left(-1);
        EXPECT_EQ(made.size() + static_cast<std::size_t>(unavailable), 41u);
        EXPECT_GT(unavailable, 0);
        std::set<std::int64_t> there;
        for (const auto id : ids(*store, live)) if (id >= base && id < base + 1000) there.insert(id);
        EXPECT_EQ(there, made) << "after " << writes << " writes";
        EXPECT_NO_THROW(store->run(live, {}, [&](Tx& tx) {
            tx.bookkeeping().write(1, "insert into things (partition, id, name) values ($1, $2, 'after')", {base + 999});
        }));
    }
}

class KillTest : public testing::EachStore {};

TEST_P(KillTest, WhatAKilledProcessHadAnsweredIsThereOnce) {
    store->run({}, {}, [](Tx& tx) { tx.bookkeeping().write_any(make_things, {}); });
    store.reset();
    for (const std::string point : {"store.before_commit", "store.after_commit"}) {
        int pipe_ends[2];
        ASSERT_EQ(pipe(pipe_ends), 0);
        const std::int64_t base = point == "store.before_commit" ? 0 : 1'000'000;
        const pid_t child = fork();
        if (child == 0) {
            int hits = 0;
            failpoints::Armed kill(point, [&] { if (++hits == 7) raise(SIGKILL); });
            auto mine = store::open(options);
            std::atomic<std::int64_t> next = base;
            std::function<void(Answer)> go_on;
            const auto send = [&] {
                const auto id = next++;
                mine->command(adds(live, id, [&, id](Answer answer) {
                    if (answer.status == 201 && write(pipe_ends[1], &id, sizeof id) != sizeof id) _exit(1);
                    go_on(answer);
                }));
            };
            go_on = [&](Answer) { send(); };
            for (int i = 0; i < 32; ++i) send();
            pause();
            _exit(0);
        }
        close(pipe_ends[1]);
        std::set<std::int64_t> answered;
        for (std::int64_t id = 0; read(pipe_ends[0], &id, sizeof id) == sizeof id;)
            EXPECT_TRUE(answered.insert(id).second) << "answered twice";
        close(pipe_ends[0]);
        int status = 0;
        waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        EXPECT_FALSE(answered.empty());
        open();
        const auto there = ids(*store, live);
        for (const auto id : answered) EXPECT_TRUE(there.contains(id)) << id;
        store.reset();
    }
}

LASTMILE_EACH_STORE(KillTest);

}  // namespace
}  // namespace lastmile::store
