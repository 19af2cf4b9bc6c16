// Power is cut while commands run on the embedded store: row, event, sequence and remembered answer of a command are there together or not
// at all, and whatever was answered is there. Seen failing with synchronous = off.
#include <future>
#include <map>
#include <set>

#include "platform/events/apply.hpp"
#include "platform/events/chain.hpp"
#include "platform/events/log.hpp"
#include "platform/store/failpoint.hpp"
#include "platform/store/partitions.hpp"
#include "platform/store/testing/power_cut.hpp"
#include "platform/store/testing/stores.hpp"

namespace lastmile::events {

struct Order {
    std::int64_t id = 0;
};
void save(store::Writer& writer, const Order& after) { writer.write(1, "insert into orders (partition, id) values ($1, $2)", {after.id}); }
Refs event_refs(const Order& order) { return {"order", std::to_string(order.id), 1, std::nullopt, std::nullopt, std::nullopt}; }

namespace {

constexpr std::int64_t commands = 2000;
constexpr store::SystemSql make_orders("create table orders (partition bigint not null, id bigint not null, primary key (partition, id))");

store::Bytes bytes_of(std::int64_t id) {
    store::Bytes bytes(16);
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(id >> (8 * i));
    return bytes;
}

store::Command orders(Partition partition, std::int64_t id, int& ran, std::function<void(store::Answer)> done) {
    store::Command command{.partition = partition};
    command.idempotency = store::Idempotency{bytes_of(id), bytes_of(id)};
    command.body = [id, &ran](store::Tx& tx) {
        ++ran;
        apply(tx, Changed<Order>{{id}, {{"order.made", {{"id", id}}}, {"order.priced", {{"id", id}}}}});
        return store::Answer{201, {}, std::to_string(id)};
    };
    command.done = std::move(done);
    return command;
}

class WholeCommands : public ::testing::TestWithParam<int> {};

TEST_P(WholeCommands, AreThereOrNotAfterAPowerCut) {
    store::testing::Folder folder;
    store::testing::PowerCut power;
    store::Options options{.data_folder = folder.path()};
    options.log = [](std::string_view) {};
    options.sqlite_vfs = power.vfs();
    auto store = store::open(options);
    const auto live = store::ensure_partition(*store, {"acme", false});
    store->run({}, {}, [](store::Tx& tx) { tx.bookkeeping().write_any(make_orders, {}); });
    auto log = std::make_unique<Log>(*store);

    std::mutex mutex;
    std::set<std::int64_t> answered;
    std::atomic<std::int64_t> waiting = commands;
    std::promise<void> all;
    int ran = 0, commits = 0;
    {
        store::failpoints::Armed before("store.before_commit", [&] {
            if (++commits == GetParam()) power.cut();
        });
        for (std::int64_t id = 1; id <= commands; ++id)
            store->command(orders(live, id, ran, [&, id](store::Answer answer) {
                {
                    const std::lock_guard lock(mutex);
                    if (!power.is_cut() && answer.status == 201) answered.insert(id);
                }
                if (--waiting == 0) all.set_value();
            }));
        all.get_future().wait();
    }
    log.reset();
    store->close();
    power.restore();

    options.sqlite_vfs.clear();
    store = store::open(options);
    log = std::make_unique<Log>(*store);
    log->drain(live);
    std::set<std::int64_t> there;
    std::map<std::int64_t, int> told;
    store->look(live, [&](store::Read& read) {
        for (const auto& row : read.query("select id from orders where partition = $1")) there.insert(row[0].integer());
        for (std::int64_t after = 0;;) {
            const auto events = read_log(read, after, {}, 500);
            if (events.empty()) break;
            for (const auto& event : events) ++told[event.data.at("id").as_int64()];
            after = events.back().sequence;
        }
        const auto verdict = verify_chain(read);
        EXPECT_FALSE(verdict.broken_at) << verdict.why;
        EXPECT_EQ(verdict.checked, std::ssize(there) * 2);
    });
    EXPECT_LT(std::ssize(there), commands) << "the cut came before the end";
    for (const auto id : answered) EXPECT_TRUE(there.contains(id)) << id;
    EXPECT_EQ(told.size(), there.size());
    for (const auto id : there) EXPECT_EQ(told[id], 2) << id;

    // Clients ask again under their keys: what is there is answered from memory, what is not is done now.
    for (std::int64_t id = 1; id <= commands; id += 7) {
        ran = 0;
        std::promise<store::Answer> answer;
        store->command(orders(live, id, ran, [&](store::Answer given) { answer.set_value(std::move(given)); }));
        EXPECT_EQ(answer.get_future().get().status, 201);
        EXPECT_EQ(ran, there.contains(id) ? 0 : 1) << id;
    }
    log.reset();
    store->close();
}
INSTANTIATE_TEST_SUITE_P(AtTheCommit, WholeCommands, ::testing::Values(1, 2, 4, 7));

}  // namespace
}  // namespace lastmile::events
