#pragma once
// The service that makes plans: snapshot, price, solve, store, commit. The app makes one and puts it among the services.
#include <atomic>
#include <variant>

#include "features/dispatch/dispatch.hpp"
#include "features/drivers/driver_positions.hpp"
#include "features/planning/plan_view.hpp"
#include "features/planning/search.hpp"
#include "features/planning/suggestion.hpp"
#include "features/planning/travel.hpp"
#include "platform/crypto/sealer.hpp"
#include "platform/work/jobs.hpp"

namespace lastmile {

/// What a run is to do; the input of its job, whose id has the bytes of the plan's.
enum class PlanMode { auto_, preview, commit, replan, replan_preview };
LASTMILE_ENUM(PlanMode, auto_, preview, commit, replan, replan_preview)
struct PlanOrder {
    PlanMode mode = PlanMode::auto_;
    PlanRequest request;
    std::optional<Id<Plan>> plan_id;        // commit: which
    std::optional<Id<Assignment>> around;  // replan: which route may give deliveries to others
    std::optional<double> stability;
    std::optional<PlanCause> cause{};  // it was made by itself: why
    bool binds() const { return mode == PlanMode::auto_ || mode == PlanMode::replan; }
    bool replans() const { return mode == PlanMode::replan || mode == PlanMode::replan_preview; }
};
LASTMILE_VALUE(PlanOrder, (mode, request, plan_id, around, stability, cause))
LASTMILE_DEFAULTS(PlanOrder, (mode))
LASTMILE_DOC(PlanOrder, "What a planning run is to do.")

class Planning {
public:
    Planning(store::Store& store, const Dispatch& dispatch, const DriverPositions& positions, const crypto::Keyring& keys, int threads);

    const planning::TravelTable* roads = nullptr;  // nullptr: straight lines
    /// Roads as the partition of a transaction may drive them at a time: less what it has closed. Empty: as `roads` has them.
    std::function<std::shared_ptr<const planning::TravelTable>(store::Read&, Instant)> roads_now{};

    /// Partners beside own vehicles; nullptr: none.
    planning::PartnerDesk* partners = nullptr;

    /// It must outlive the services.
    void put_into(api::Services& services) { services.put(*this); }
    void start() { jobs.start(); }

    /// Runs the order as its job's worker; answers the result (JSON of PlanAnswer).
    std::string run(work::JobRun& run);

    /// Really different ways to do it, each kept as a preview by the caller. Blocks.
    std::vector<planning::Option> options(Partition partition, const PlanRequest& request);

    /// Sealed: names the plan, good in its partition until `expires_at`.
    std::string token_of(const PlanRow& plan, Partition partition) const;
    std::optional<Id<Plan>> plan_of_token(std::string_view token, Partition partition) const;

    store::Store& store;
    const Dispatch& dispatch;
    const DriverPositions& positions;
    work::Jobs jobs;              // of its own: no plan waits behind an import
    std::atomic<int> waiting{0};  // requests that wait for their plan

private:
    class Turn;
    PlanRow make_plan(work::JobRun& run, const PlanOrder& order, Turn& turn);
    void commit(work::JobRun& run, PlanRow& plan, Turn& turn);
    void ask_partners(Partition partition, const PlanRequest& request, planning::Snapshot& snapshot) const;
    /// Books one of the plan's quotes, or says why not. `asked`: the quote to book, or the reason that there is none any more.
    RouteOutcome book(store::Tx& tx, const planning::PartnerQuote& planned, const std::variant<planning::PartnerQuote, LeftOut>& asked) const;
    /// One quote, or those of a group, whose members are booked all or none.
    std::vector<RouteOutcome> book_together(work::JobRun& run, const std::vector<planning::PartnerQuote>& quotes,
                                            const std::function<void(store::Tx&, const std::vector<RouteOutcome>&)>& keep, const work::Progress& progress);
    std::variant<planning::PartnerQuote, LeftOut> fresh(Partition partition, const planning::PartnerQuote& planned) const;
    void wait_for_turn(work::JobRun& run, const std::vector<std::string>& areas, Turn& turn);
    std::string answer(Partition partition, const PlanRow& plan);

    crypto::Sealer tokens_;
    int threads_;
};

inline constexpr std::string_view plan_job_type = "plan";

}  // namespace lastmile
