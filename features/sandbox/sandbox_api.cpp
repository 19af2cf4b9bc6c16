#include "features/sandbox/sandbox_api.hpp"

#include "features/reasons/reasons.hpp"
#include "platform/store/store.hpp"
#include "platform/work/jobs.hpp"
#include "platform/work/timers.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr auto job_patience = std::chrono::seconds(20);

Result<void> test_only(const Call& call) {
    if (!call.test) return refuse(reasons::forbidden, "Only test partitions have a clock that can be set; use a key of kind test.");
    return {};
}

Result<work::Advanced> advance(const Call& call, const AdvanceClock& r) {
    if (auto allowed = test_only(call); !allowed) return std::unexpected(allowed.error());
    Instant to;
    call.service<store::Store>().look(call.partition, [&](store::Read& read) {
        to = r.to ? *r.to : read.now().business + std::chrono::seconds(r.advance_s->value);
    });
    return call.service<work::Timers>().advance(call.partition, to, [&] { return call.service<work::Jobs>().quiet(call.partition, job_patience); });
}

Result<Reply<SandboxClock>> show_advanced(store::Tx& tx, const Call&, const AdvanceClock&, const work::Advanced& done) {
    return SandboxClock{tx.now().business, tx.now().machine, done.timers, done.quiet};
}

Result<Reply<SandboxClock>> show_clock(store::Read& read, const Call& call, const NoInput&) {
    if (auto allowed = test_only(call); !allowed) return std::unexpected(allowed.error());
    return SandboxClock{read.now().business, read.now().machine, {}, {}};
}

}  // namespace

Endpoints sandbox_endpoints() {
    return {
        reads("GET /v1/lastmile/sandbox/clock", "deliveries:read", show_clock,
              {.summary = "The clock of a test partition", .tag = "Sandbox", .refuses = {reasons::forbidden}}),
        prepares("POST /v1/lastmile/sandbox/clock", "deliveries:write", advance, show_advanced,
                 {.summary = "Set the clock of a test partition forward",
                  .tag = "Sandbox",
                  .description = "As discrete events: to the next timer, run it, let everything that follows come to rest, and so on; a day takes seconds.",
                  .refuses = {reasons::forbidden, reasons::conflict}}),
    };
}

}  // namespace lastmile
