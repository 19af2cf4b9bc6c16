// How many durable commands a second: a row, an event, an idempotency key each. Usage: store_benchmark [postgresql url] [seconds]
#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <future>

#include "platform/events/apply.hpp"
#include "platform/events/log.hpp"
#include "platform/store/partitions.hpp"

namespace {

using namespace lastmile;

struct Parcel {
    std::int64_t id = 0;
};
void save(store::Writer& writer, const Parcel& after) {
    writer.write(1, "insert into bench_parcels (partition, id, body) values ($1, $2, $3)", {after.id, std::string(1000, 'x')});
}
events::Refs event_refs(const Parcel& parcel) { return {"parcel", std::to_string(parcel.id), 1, std::nullopt, std::nullopt, std::nullopt}; }

}  // namespace

int main(int count, char** arguments) {
    const auto folder = std::filesystem::temp_directory_path() / "lastmile-bench";
    std::filesystem::remove_all(folder);
    store::Options options{.url = count > 1 ? arguments[1] : "", .data_folder = folder.string()};
    const auto duration = std::chrono::seconds(count > 2 ? std::stoi(arguments[2]) : 5);
    for (const int clients : {1, 16, 64, 256}) {
        auto store = store::open(options);
        events::Log log(*store);
        const auto live = store::ensure_partition(*store, {"bench", false});
        store->run({}, {}, [](store::Tx& tx) {
            tx.bookkeeping().write_any(store::SystemSql("drop table if exists bench_parcels"), {});
            tx.bookkeeping().write_any(
                store::SystemSql("create table bench_parcels (partition bigint, id bigint, body text, primary key (partition, id))"), {});
        });
        const auto start = std::chrono::steady_clock::now();
        std::atomic<std::int64_t> next = 0, done = 0, failed = 0, open = clients;
        std::promise<void> over;
        std::function<void()> send = [&] {
            const auto id = next++;
            store::Bytes key(16);
            for (int i = 0; i < 8; ++i)
                key[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>((id + 1'000'000'007 * clients) >> (8 * i));
            store->command({.partition = live, .idempotency = store::Idempotency{key, store::Bytes(32)},
                            .body = [id](store::Tx& tx) {
                                events::apply(tx, Changed<Parcel>{{id}, {{"parcel.created", {{"note", std::string(400, 'y')}}}}});
                                return store::Answer{201, {}, "{}"};
                            },
                            .done = [&](store::Answer answer) {
                                ++(answer.status == 201 ? done : failed);
                                if (std::chrono::steady_clock::now() - start < duration) send();
                                else if (--open == 0) over.set_value();
                            }});
        };
        for (int i = 0; i < clients; ++i) send();
        over.get_future().wait();
        const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        fmt::print("{} {:4} clients: {:8.0f} commands/s, mean {:6.2f} ms, failed {}\n", store->dialect(), clients,
                   static_cast<double>(done) / seconds, 1000 * seconds * clients / static_cast<double>(std::max<std::int64_t>(1, done)),
                   failed.load());
        const auto before = std::chrono::steady_clock::now();
        log.drain(live);
        fmt::print("  stamped to the end {:.2f} s later\n",
                   std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count());
    }
    std::filesystem::remove_all(folder);
}
