#include "platform/events/stamper.hpp"

#include <map>

#include "platform/base/reasons.hpp"
#include "platform/crypto/text_coding.hpp"
#include "platform/events/chain.hpp"
#include "platform/observe/metrics.hpp"
#include "platform/store/failpoint.hpp"

namespace lastmile::events {
namespace {

constexpr int batch_limit = 500;
constexpr auto lease_time = std::chrono::milliseconds(5000);
constexpr auto look_again = std::chrono::milliseconds(1000);  // a signal may be lost with its connection

struct Head {
    std::int64_t sequence = 0;
    store::Bytes link = first_link();
    bool exists = false;
};

Head read_head(store::Read& read, std::int64_t partition) {
    const auto rows = read.query(store::SystemSql("select sequence, link from log_heads where partition = $1"), {partition});
    if (rows.empty()) return {};
    return {rows[0][0].integer(), rows[0][1].bytes(), true};
}

std::string_view as_text(const store::Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

void join(std::string& list, std::string_view item) {
    if (!list.empty()) list += ',';
    list += item;
}

void stamp_once(store::Store& store, int limit, std::int64_t& stamped) {
    store.run({}, {}, [&](store::Tx& tx) {
        // One statement, one snapshot: whoever wrote a later version of an aggregate had waited for the commit of the earlier one, so
        // no snapshot shows the later alone. Rows whose transaction commits after this look keep their place in the table, whatever
        // their serial, and come next time: a reader that remembered "up to serial n" would lose them.
        const auto work = tx.query(store::SystemSql("select serial, partition, hash from log_work order by serial limit $1"), {limit});
        stamped = static_cast<std::int64_t>(work.size());
        if (work.empty()) return;
        store::failpoint("log.work_read");
        std::map<std::int64_t, std::vector<const store::Row*>> by_partition;
        std::string serials;
        for (const auto& row : work) {
            by_partition[row[1].integer()].push_back(&row);
            join(serials, std::to_string(row[0].integer()));
        }
        std::map<std::int64_t, Head> heads;  // all reads before the first write: the writes travel with the COMMIT, in no time
        for (const auto& [partition, _] : by_partition) heads.emplace(partition, read_head(tx, partition));
        auto& writer = tx.bookkeeping();
        // First of all: another stamper that was faster makes this one start again.
        writer.write(static_cast<int>(work.size()),
                     store::SystemSql("delete from log_work where serial = any (cast(string_to_array($1, ',') as bigint[]))"), {serials});
        for (const auto& [partition, rows] : by_partition) {
            const auto& before = heads.at(partition);
            auto head = before;
            std::string list, links;
            for (const auto* row : rows) {
                head.link = next_link(head.link, ++head.sequence, (*row)[2].bytes());
                join(list, std::to_string((*row)[0].integer()));
                join(links, crypto::to_hex(as_text(head.link)));
            }
            if (before.exists)
                writer.write(1, store::SystemSql("update log_heads set sequence = $2, link = $3 where partition = $1 and sequence = $4"),
                             {partition, head.sequence, head.link, before.sequence});
            else
                writer.write(1,
                             store::SystemSql("insert into log_heads (partition, sequence, link) values ($1, $2, $3) on conflict do "
                                              "nothing"),
                             {partition, head.sequence, head.link});
            writer.write(static_cast<int>(rows.size()),
                         store::SystemSql("insert into stamped (partition, sequence, serial, link) select $1, $2 + n, s, decode(l, 'hex') "
                                          "from "
                                          "unnest(cast(string_to_array($3, ',') as bigint[]), string_to_array($4, ',')) with ordinality as "
                                          "w(s, l, n)"),
                         {partition, before.sequence, list, links});
        }
        store::failpoint("log.before_stamp_commit");
    });
}

}  // namespace

std::vector<std::int64_t> stamp_group(store::Tx& group, const std::vector<store::Appended>& events) {
    std::map<std::int64_t, std::pair<Head, std::int64_t>> heads;  // with the sequence it had
    std::vector<std::int64_t> sequences;
    auto& writer = group.bookkeeping();
    for (const auto& event : events) {
        auto found = heads.find(event.partition.number);
        if (found == heads.end()) {
            const auto head = read_head(group, event.partition.number);
            found = heads.emplace(event.partition.number, std::pair{head, head.sequence}).first;
        }
        auto& head = found->second.first;
        head.link = next_link(head.link, ++head.sequence, event.hash);
        writer.write_any(store::SystemSql("insert into stamped (partition, sequence, serial, link) values ($1, $2, $3, $4)"),
                         {event.partition.number, head.sequence, event.serial, head.link});
        sequences.push_back(head.sequence);
    }
    for (const auto& [partition, head] : heads)
        writer.write_any(store::SystemSql("insert or replace into log_heads (partition, sequence, link) values ($1, $2, $3)"),
                         {partition, head.first.sequence, head.first.link});
    return sequences;
}

std::int64_t stamp_batch(store::Store& store, int limit) {
    std::int64_t stamped = 0;
    try {
        stamp_once(store, limit, stamped);
    } catch (const Refusal& refusal) {
        if (refusal.error().reason != &reasons::conflict) throw;
        return limit;  // others were faster three times over: look again
    }
    return stamped;
}

void take_lease(store::Store& store, Lease& lease, std::chrono::milliseconds time) {
    store.run({}, {}, [&](store::Tx& tx) {
        const auto now = tx.now().machine;
        tx.bookkeeping().write_any(
            store::SystemSql("insert into leases (name, holder, fence, expires_at) values ($1, $2, 1, $3) on conflict (name) do update set "
                             "fence = leases.fence + case when leases.holder = $2 then 0 else 1 end, holder = $2, expires_at = $3 "
                             "where leases.holder = $2 or leases.expires_at <= $4"),
            {lease.name, lease.holder, now + time, now});
        const auto rows = tx.query(store::SystemSql("select holder, fence from leases where name = $1"), {lease.name});
        lease.held = !rows.empty() && rows[0][0].text() == lease.holder;
        if (lease.held) lease.fence = rows[0][1].integer();
    });
}

void drop_lease(store::Store& store, Lease& lease) {
    if (!std::exchange(lease.held, false)) return;
    store.run({}, {}, [&](store::Tx& tx) {
        tx.bookkeeping().write_any(store::SystemSql("update leases set expires_at = 0, holder = '' where name = $1 and holder = $2"),
                                   {lease.name, lease.holder});
    });
}

Stamper::Stamper(store::Store& store, std::string node) : store_(store), lease_{"log.stamper", std::move(node)} {
    listener_ = store_.on_signal("log.work", [this] { wake(); });
    thread_ = std::thread([this] { work(); });
}

Stamper::~Stamper() {
    listener_.reset();
    {
        std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void Stamper::wake() {
    {
        std::lock_guard lock(mutex_);
        woken_ = true;
        if (!waits_since_) waits_since_ = std::chrono::steady_clock::now();
    }
    changed_.notify_one();
}

void Stamper::appended() {
    if (leads_) wake();
    else store_.signal("log.work");
}

void Stamper::drain() {
    while (stamp_batch(store_, batch_limit) == batch_limit) {
    }
    store_.signal("log");
}

void Stamper::work() {
    auto renew_at = std::chrono::steady_clock::now();
    auto& lag = observe::metrics().histogram("lastmile_log_stamp_seconds", "From an event's commit to its sequence (PostgreSQL; the embedded store stamps in the commit).",
                                             observe::latency_bounds());
    for (;;) {
        std::optional<std::chrono::steady_clock::time_point> waits_since;
        {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, look_again, [&] { return woken_ || closing_; });
            if (closing_) break;
            woken_ = false;
            waits_since = std::exchange(waits_since_, std::nullopt);
        }
        try {
            if (const auto now = std::chrono::steady_clock::now(); now >= renew_at || !leads_) {
                take_lease(store_, lease_, lease_time);
                leads_ = lease_.held;
                renew_at = now + lease_time / 3;
            }
            if (!leads_) continue;
            bool some = false;
            for (std::int64_t got = batch_limit; got == batch_limit; some = some || got > 0) got = stamp_batch(store_, batch_limit);
            if (some) store_.signal("log");
            if (some && waits_since) lag.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - *waits_since).count());
        } catch (const std::exception&) {
            leads_ = false;  // the store said why; look again in a second
        }
    }
    try {
        drop_lease(store_, lease_);
        if (leads_) store_.signal("log.work");
    } catch (const std::exception&) {
        // The lease runs out by itself.
    }
}

}  // namespace lastmile::events
