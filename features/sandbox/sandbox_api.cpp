#include "features/sandbox/sandbox_api.hpp"

#include <array>

#include "features/reasons/reasons.hpp"
#include "platform/store/partitions.hpp"
#include "platform/work/jobs.hpp"
#include "platform/work/timers.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr auto job_patience = std::chrono::seconds(20);

Result<void> test_only(const Call& call) { return sandbox_only(call); }

/// Keys are the tenant's: they outlive what they made.
constexpr std::array<std::string_view, 3> kept{"api_keys", "api_key_uses", "revoked_tokens"};

struct Reset {};
Result<Reset> clear(const Call& call, const NoInput&) {
    if (auto allowed = test_only(call); !allowed) return std::unexpected(allowed.error());
    if (const auto& before = call.service<SandboxReset>().before) before(call.partition);
    store::clear_partition(call.service<store::Store>(), call.partition, kept);
    return Reset{};
}
Result<Reply<SandboxClock>> show_reset(store::Tx& tx, const Call&, const NoInput&, const Reset&) {
    return SandboxClock{tx.now().business, tx.now().machine, {}, {}};
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

Result<void> sandbox_only(const Call& call) {
    if (!call.test) return refuse(reasons::forbidden, "This is for test partitions; use a key of kind test.");
    return {};
}

Endpoints sandbox_endpoints() {
    auto all = sandbox_driver_endpoints();
    Endpoints more{
        prepares("POST /v1/lastmile/sandbox/reset", "deliveries:write", clear, show_reset,
                 {.summary = "Empty a test partition",
                  .tag = "Sandbox",
                  .description = "All of it in one commit: deliveries, drivers, areas, policies, webhooks, its log (which begins at 1 again), its clock. Keys stay. Open "
                                 "event streams end.",
                  .refuses = {reasons::forbidden}}),
        reads("GET /v1/lastmile/sandbox/clock", "deliveries:read", show_clock,
              {.summary = "The clock of a test partition", .tag = "Sandbox", .refuses = {reasons::forbidden}}),
        prepares("POST /v1/lastmile/sandbox/clock", "deliveries:write", advance, show_advanced,
                 {.summary = "Set the clock of a test partition forward",
                  .tag = "Sandbox",
                  .description = "As discrete events: to the next timer, run it, let everything that follows come to rest, and so on; a day takes seconds.",
                  .refuses = {reasons::forbidden, reasons::conflict}}),
    };
    for (auto& endpoint : more) all.push_back(std::move(endpoint));
    return all;
}

}  // namespace lastmile
