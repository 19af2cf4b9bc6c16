#include "features/planning/plan_store.hpp"

namespace lastmile {
namespace {

const store::Table<PlanRow> plans_table("plans");

}  // namespace

std::optional<PlanRow> find_plan(store::Read& read, Id<Plan> id) { return plans_table.one(read, "partition = $1 and id = $2", {id}); }
std::optional<PlanRow> lock_plan(store::Tx& tx, Id<Plan> id) { return plans_table.lock_one(tx, "partition = $1 and id = $2", {id}); }
void save_plan(store::Tx& tx, const PlanRow& plan) { plans_table.upsert(tx.bookkeeping(), plan); }

void save_outcomes(store::Tx& tx, const PlanRow& plan) {
    tx.bookkeeping().write(1, "update plans set status = $3, outcomes = $4 where partition = $1 and id = $2",
                           {plan.id, schema::wire_name(plan.status), schema::to_stored(plan.outcomes)});
}

void drop_old_plans(store::Tx& tx) {
    tx.bookkeeping().write_any("delete from plans where partition = $1 and (created_at < $2 or (status = 'open' and expires_at < $3))",
                               {tx.now().business - std::chrono::days{7}, tx.now().machine});
}

void save_refusal(store::Tx& tx, Id<Delivery> delivery, Id<Driver> driver, Instant until) {
    auto& writer = tx.bookkeeping();
    writer.write_any("delete from planning_refusals where partition = $1 and until < $2", {tx.now().business});
    writer.write_any("insert into planning_refusals (partition, delivery_id, driver_id, until) values ($1, $2, $3, $4) "
                     "on conflict (partition, delivery_id, driver_id) do update set until = excluded.until",
                     {delivery, driver, until});
}

std::vector<std::pair<Id<Delivery>, Id<Driver>>> refusals(store::Read& read, Instant now) {
    std::vector<std::pair<Id<Delivery>, Id<Driver>>> all;
    for (const auto& row : read.query("select delivery_id, driver_id from planning_refusals where partition = $1 and until > $2", {now}))
        all.emplace_back(row[0].id<Delivery>(), row[1].id<Driver>());
    return all;
}

bool take_turn(store::Tx& tx, const std::vector<std::string>& areas, Id<Plan> run, Seconds lease) {
    const auto now = tx.now().machine;
    auto& writer = tx.bookkeeping();
    for (const auto& area : areas) {
        // The row must be there to be locked; in the order of names, as everywhere.
        writer.write_any("insert into planning_turns (partition, area, run_id, until) values ($1, $2, $3, 0) on conflict (partition, area) do nothing",
                         {area, run});
        const auto rows = tx.lock("select run_id, until from planning_turns where partition = $1 and area = $2", {area});
        if (rows.empty()) throw store::Moved{};
        if (rows[0][0].id<Plan>() != run && rows[0][1].instant() > now) return false;
    }
    for (const auto& area : areas)
        writer.write(1, "update planning_turns set run_id = $3, until = $4 where partition = $1 and area = $2", {area, run, now + lease});
    return true;
}

void end_turn(store::Tx& tx, Id<Plan> run) {
    tx.bookkeeping().write_any("delete from planning_turns where partition = $1 and run_id = $2", {run});
    tx.wake_after_commit("planning");
}

}  // namespace lastmile
