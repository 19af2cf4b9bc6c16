#include "features/retention/retention.hpp"

#include <fmt/format.h>

#include "features/pods/pod_cut.hpp"
#include "features/policies/policy_store.hpp"
#include "platform/events/cut.hpp"
#include "platform/observe/log.hpp"
#include "platform/store/partitions.hpp"

namespace lastmile {
namespace {

constexpr std::chrono::hours pause{1};

std::chrono::hours days(std::int64_t number) { return std::chrono::hours(24 * number); }

/// Batches of pings that arrived before; last places only of drivers who have not been heard of since.
std::int64_t forget_positions(store::Tx& tx, Instant before, int limit) {
    const auto old = tx.query("select driver_id, from_ms, hash from positions where partition = $1 and received_at < $2 order by received_at limit $3",
                              {before, limit});
    auto& writer = tx.bookkeeping();
    for (const auto& row : old)
        writer.write_any("delete from positions where partition = $1 and driver_id = $2 and from_ms = $3 and hash = $4", {row[0], row[1], row[2]});
    writer.write_any("delete from driver_places where partition = $1 and received_at < $2", {before});
    return static_cast<std::int64_t>(old.size());
}

/// What was predicted from positions goes with them.
std::int64_t forget_predictions(store::Tx& tx, Instant before, int limit) {
    const auto old = tx.query("select stop_id, made_at from eta_predictions where partition = $1 and made_at < $2 order by made_at limit $3", {before, limit});
    for (const auto& row : old) tx.bookkeeping().write_any("delete from eta_predictions where partition = $1 and stop_id = $2 and made_at = $3", {row[0], row[1]});
    return static_cast<std::int64_t>(old.size());
}

/// A device repeats a report for hours, not for years: its ids go with the events that they led to.
std::int64_t forget_device_reports(store::Tx& tx, Instant before, int limit) {
    const auto old = tx.query("select driver_id, event_id from driver_events where partition = $1 and recorded_at < $2 order by recorded_at limit $3",
                              {before, limit});
    for (const auto& row : old)
        tx.bookkeeping().write_any("delete from driver_events where partition = $1 and driver_id = $2 and event_id = $3", {row[0], row[1]});
    return static_cast<std::int64_t>(old.size());
}

/// The least id that could have been made then (UUIDv7 begins with its millisecond): so that the oldest are found by the key.
store::Bytes first_id_of(Instant then) {
    store::Bytes id(16, 0);
    const auto ms = static_cast<std::uint64_t>(to_unix_ms(then));
    for (int i = 0; i < 6; ++i) id[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(ms >> (8 * (5 - i)));
    return id;
}

std::int64_t forget_payloads(store::Tx& tx, Instant before, int limit) {
    const auto old = tx.query("select id from partner_payloads where partition = $1 and id < $2 order by id limit $3", {first_id_of(before), limit});
    auto& writer = tx.bookkeeping();
    for (const auto& row : old) writer.write_any("delete from partner_payloads where partition = $1 and id = $2", {row[0]});
    return static_cast<std::int64_t>(old.size());
}

/// Which callbacks were heard: partners repeat them for days, not for years.
std::int64_t forget_callbacks(store::Tx& tx, Instant before, int limit) {
    const auto old = tx.query("select partner_id, event_hash from partner_events_heard where partition = $1 and at < $2 limit $3", {before, limit});
    for (const auto& row : old)
        tx.bookkeeping().write_any("delete from partner_events_heard where partition = $1 and partner_id = $2 and event_hash = $3", {row[0], row[1]});
    return static_cast<std::int64_t>(old.size());
}

}  // namespace

void Forgotten::add(const Forgotten& step) {
    events += step.events, positions += step.positions, answers += step.answers, device_reports += step.device_reports;
    payloads += step.payloads, callbacks += step.callbacks, proofs += step.proofs;
}

Forgotten forget_some(store::Tx& tx, const crypto::Keyring& keys, const PodSealer& sealer, const RetentionPolicy& policy, int limit) {
    const auto now = tx.now().machine;
    Forgotten gone;
    gone.events = events::cut_log(tx, keys, now - days(policy.events_days.value), limit);
    gone.positions = forget_positions(tx, now - days(policy.positions_days.value), limit);
    gone.positions += forget_predictions(tx, now - days(policy.positions_days.value), limit);
    gone.device_reports = forget_device_reports(tx, now - days(policy.events_days.value), limit);
    gone.payloads = forget_payloads(tx, now - days(policy.payloads_days.value), limit);
    gone.callbacks = forget_callbacks(tx, now - days(policy.payloads_days.value), limit);
    gone.proofs = forget_pods(tx, sealer, now - days(policy.proofs_days.value), limit);
    gone.answers = store::forget_answers(tx, days(policy.idempotency_days.value), limit);
    return gone;
}

Retention::~Retention() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Retention::start() { thread_ = std::thread([this] { work(); }); }

Forgotten Retention::pass() {
    Forgotten all;
    std::string trouble;
    std::vector<std::pair<Partition, PartitionName>> partitions;
    store_.look({}, [&](store::Read& read) { partitions = store::all_partitions(read); });
    Origin origin;
    origin.actor = {"system", "retention", {}};
    origin.source = "system";
    for (const auto& [partition, name] : partitions) {
        try {
            for (Forgotten step; !closing_;) {
                store_.run(partition, origin, [&](store::Tx& tx) { step = forget_some(tx, keys_, sealer_, policies_of(tx).retention); });
                all.add(step);
                if (step.all() == 0) break;
            }
        } catch (const std::exception& fault) {
            trouble = fmt::format("; partition {} failed: {}", partition.number, fault.what());
            observe::error("what is over its time could not be forgotten", {{"partition", partition.number}, {"reason", fault.what()}});
        }
    }
    if (all.all() > 0)
        observe::info("forgotten by policy",
                      {{"events", all.events}, {"positions", all.positions}, {"answers", all.answers}, {"device_reports", all.device_reports},
                       {"payloads", all.payloads}, {"callbacks", all.callbacks}, {"proofs", all.proofs}});
    const std::lock_guard lock(mutex_);
    last_ = fmt::format("the last pass took {} events, {} position batches, {} answers, {} partners' payloads, {} proofs and files{}", all.events, all.positions, all.answers,
                        all.payloads, all.proofs, trouble);
    return all;
}

std::string Retention::last() const {
    const std::lock_guard lock(mutex_);
    return last_;
}

void Retention::work() {
    while (!closing_) {
        try {
            pass();
        } catch (const std::exception& fault) {
            observe::error("retention could not begin", {{"reason", fault.what()}});
        }
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, pause, [this] { return closing_.load(); });
    }
}

}  // namespace lastmile
