#pragma once
// What /metrics tells of the store. Counting is a few ns beside a commit of milliseconds.
#include <chrono>

#include "platform/observe/metrics.hpp"
#include "platform/store/session.hpp"

namespace lastmile::store {

struct StoreNumbers {
    using Clock = std::chrono::steady_clock;

    observe::Metrics& all = observe::metrics();
    observe::Gauge& waiting_commands = all.gauge("lastmile_store_waiting", "What waits for the store.", {{"kind", "command"}});
    observe::Gauge& waiting_reads = all.gauge("lastmile_store_waiting", "What waits for the store.", {{"kind", "read"}});
    observe::Counter& committed = outcome("committed");
    observe::Counter& refused = outcome("refused");   // by a rule, a version or a key; nothing was written but perhaps the remembered answer
    observe::Counter& lost = outcome("lost");         // the store could not take it
    observe::Histogram& transaction = all.histogram("lastmile_store_transaction_seconds", "From the transaction's begin to its durable end.", observe::latency_bounds());
    observe::Histogram& group = all.histogram("lastmile_store_group_commands", "Commands that shared one commit.", {1, 2, 4, 8, 16, 32, 64, 128, 256});
    observe::Histogram& read = all.histogram("lastmile_store_read_seconds", "A read's time on its connection.", observe::latency_bounds());

    void count(const Settled& settled) { (settled.committed ? committed : settled.answer.status >= 500 ? lost : refused).add(); }
    static double since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

private:
    observe::Counter& outcome(const char* name) { return all.counter("lastmile_store_commands_total", "Commands settled, by outcome.", {{"outcome", name}}); }
};

}  // namespace lastmile::store
