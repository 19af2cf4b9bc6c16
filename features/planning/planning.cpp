#include "features/planning/planning.hpp"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <mutex>

#include "features/planning/commit.hpp"
#include "features/planning/plan_store.hpp"
#include "features/planning/search.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile {
namespace {

constexpr std::chrono::minutes preview_good{30};
constexpr Seconds turn_lease{60};
/// Progress, of a hundred: a search that is over may still be committed; what is committed is done, whoever cancels it then.
constexpr std::int64_t whole = 100, planned = 99;

std::vector<std::vector<PlannedRoute>> components_of(const PlanDocument& document) {
    std::map<int, std::vector<PlannedRoute>> by_number;
    for (const auto& route : document.routes) by_number[route.component].push_back(route);
    std::vector<std::vector<PlannedRoute>> components;
    for (auto& [number, routes] : by_number) components.push_back(std::move(routes));
    return components;
}

/// When the earliest of the routes may begin: the state of the roads, and their speeds, are taken as of then.
Instant first_departure(const planning::Snapshot& snapshot) {
    Instant first = Instant::max();
    for (const auto& candidate : snapshot.candidates) first = std::min(first, candidate.from);
    return snapshot.candidates.empty() ? snapshot.now : std::max(snapshot.now, first);
}

bool has_outcome(const PlanRow& plan, const PlannedRoute& route) {
    return std::ranges::find(plan.outcomes, route.assignment_id, &RouteOutcome::assignment_id) != plan.outcomes.end();
}

RouteOutcome book_nothing(const planning::PartnerQuote& quote, LeftOut why) { return {{}, false, {std::move(why)}, quote.booking_id, {}}; }

}  // namespace

Planning::Planning(store::Store& to, const Dispatch& how, const DriverPositions& where, const crypto::Keyring& keys, int threads)
    : store(to), dispatch(how), positions(where), jobs(to, 2), tokens_(keys, "plans"), threads_(threads) {
    jobs.on({std::string(plan_job_type), [this](work::JobRun& job) { return run(job); }});
}

std::string Planning::token_of(const PlanRow& plan, Partition partition) const {
    SystemRandom random;
    const auto sealed = tokens_.seal(plan.id.text(), "plan:" + std::to_string(partition.number), random);
    return crypto::to_base64url(sealed);
}

std::optional<Id<Plan>> Planning::plan_of_token(std::string_view token, Partition partition) const {
    const auto sealed = crypto::from_base64url(token);
    if (!sealed) return std::nullopt;
    const auto plain = tokens_.open(*sealed, "plan:" + std::to_string(partition.number));
    return plain ? Id<Plan>::parse(*plain) : std::nullopt;
}

/// Ends this run's turn however the run ends; one whose process dies ends by its lease.
class Planning::Turn {
public:
    Turn(store::Store& store, Partition partition, Id<Plan> id) : store_(store), partition_(partition), id_(id) {}
    ~Turn() {
        if (!taken) return;
        try {
            store_.run(partition_, {}, [&](store::Tx& tx) { end_turn(tx, id_); });
        } catch (const std::exception&) {
            // The store said why; the lease runs out.
        }
    }
    bool taken = false;

private:
    store::Store& store_;
    Partition partition_;
    Id<Plan> id_;
};

void Planning::wait_for_turn(work::JobRun& run, const std::vector<std::string>& areas, Turn& turn) {
    const Id<Plan> id{run.job().id.bytes};
    // People's changes do not come here: they never wait for a run. A turn that ends tells; a run that died ends by its lease.
    std::mutex mutex;
    std::condition_variable told;
    bool changed = false;
    const auto ear = store.on_signal("planning", [&] {
        std::lock_guard lock(mutex);
        changed = true;
        told.notify_all();
    });
    while (!run.stop()) {
        store.run(run.job().partition, {}, [&](store::Tx& tx) { turn.taken = take_turn(tx, areas, id, turn_lease); });
        if (turn.taken) return;
        std::unique_lock lock(mutex);
        told.wait_for(lock, std::chrono::milliseconds(500), [&] { return changed; });
        changed = false;
    }
}

PlanRow Planning::make_plan(work::JobRun& run, const PlanOrder& order, Turn& turn) {
    const Id<Plan> id{run.job().id.bytes};
    const auto partition = run.job().partition;
    std::vector<std::string> areas;
    if (order.binds()) {
        store.look(partition, [&](store::Read& read) { areas = planning::areas_of(read, order.request); });
        wait_for_turn(run, areas, turn);
    }
    planning::Snapshot snapshot;
    // One state of the roads for the whole run.
    std::shared_ptr<const planning::TravelTable> driven;
    std::shared_ptr<const RoutePricer> pricer;
    const auto look = [&](bool narrow) {
        store.look(partition, [&](store::Read& read) {
            snapshot = planning::take_snapshot(read, order.request, positions, narrow, order.around);
            if (roads_now && !driven) driven = roads_now(read, first_departure(snapshot));
            if (dispatch.roads && !pricer) pricer = dispatch.pricer(read, first_departure(snapshot));
        });
    };
    look(true);
    ask_partners(partition, order.request, snapshot);
    const planning::SearchAim aim{order.around, order.stability.value_or(snapshot.policies.planning.stability)};
    planning::SearchWatch watch;
    watch.stop = [&run] { return run.stop(); };
    watch.progress = [&](const vrp::Progress& p) {
        const work::Progress progress{std::llround(p.fraction * planned), whole, p.left_out,
                                      "best cost so far " + std::to_string(std::llround(p.cost)) + ", " + std::to_string(p.left_out) + " unassigned, " +
                                          std::to_string(p.vehicles) + " vehicles"};
        run.commit([&](store::Tx& tx) { if (turn.taken) take_turn(tx, areas, id, turn_lease); }, progress);
    };
    PlanRow plan;
    plan.id = id;
    Dispatch as_driven = dispatch;
    as_driven.roads = pricer.get();
    const auto* table = driven ? driven.get() : roads;
    plan.document = planning::search(snapshot, order.request, table, as_driven, threads_, watch, aim);
    if (snapshot.narrowed && !order.replans() && !plan.document.unassigned.empty() && !run.stop()) {
        auto quotes = std::move(snapshot.quotes);
        auto missing = std::move(snapshot.quotes_missing);
        look(false);  // none of the nearest routes: perhaps a farther one
        snapshot.quotes = std::move(quotes), snapshot.quotes_missing = std::move(missing);
        plan.document = planning::search(snapshot, order.request, table, as_driven, threads_, watch, aim);
    }
    plan.created_at = snapshot.now;
    const bool will_commit = order.binds() && !run.stop();
    if (run.stop() && !run.cancelled()) return plan;  // the service stops: another worker plans anew
    plan.status = will_commit ? PlanStatus::committing : PlanStatus::open;
    run.commit(
        [&](store::Tx& tx) {
            plan.expires_at = tx.now().machine + preview_good;
            drop_old_plans(tx);
            save_plan(tx, plan);
            if (order.cause && !order.binds()) suggest(tx, plan, *order.cause, order.around);
        },
        {will_commit || run.stop() ? planned : whole, whole, static_cast<std::int64_t>(plan.document.unassigned.size()), "planned"});
    return plan;
}

void Planning::ask_partners(Partition partition, const PlanRequest& request, planning::Snapshot& snapshot) const {
    if (!partners || (request.driver_ids && !request.partner_ids)) return;
    std::vector<planning::QuoteMissing> unasked;
    const auto legs = planning::legs_for_partners(snapshot, unasked);
    if (legs.empty() && unasked.empty()) return;
    std::optional<std::vector<Id<Partner>>> named;
    if (request.partner_ids) named.emplace(request.partner_ids->begin(), request.partner_ids->end());
    auto answers = partners->ask(partition, legs, named);
    if (answers.quotes.empty() && answers.missing.empty()) return;  // there are no partners
    snapshot.quotes = std::move(answers.quotes), snapshot.quotes_missing = std::move(answers.missing);
    for (auto& one : unasked) snapshot.quotes_missing.push_back(std::move(one));
    planning::drop_late_quotes(snapshot);
}

/// A quote that holds; one that is too old is asked for once more and taken when it is not dearer than it was planned with.
std::variant<planning::PartnerQuote, LeftOut> Planning::fresh(Partition partition, const planning::PartnerQuote& planned) const {
    Instant now{};
    store.look(partition, [&](store::Read& read) { now = read.now().business; });
    if (planned.good_at(now)) return planned;
    planning::QuoteMissing missing;
    const auto again = partners ? partners->ask_again(partition, planned, missing) : std::nullopt;
    if (!again) return LeftOut{{}, planned.delivery_id, "quote_expired", "the quote was too old, and there is no new one: " + missing.code + " " + missing.detail};
    if (again->amount > planned.amount)
        return LeftOut{{}, planned.delivery_id, "quote_dearer",
                       "the quote was too old; asked again it is " + std::to_string(again->amount) + " instead of " + std::to_string(planned.amount)};
    return *again;
}

RouteOutcome Planning::book(store::Tx& tx, const planning::PartnerQuote& planned, const std::variant<planning::PartnerQuote, LeftOut>& asked) const {
    if (const auto* why = std::get_if<LeftOut>(&asked)) return book_nothing(planned, *why);
    const auto& quote = std::get<planning::PartnerQuote>(asked);
    auto booked = partners->book(tx, quote, "by plan");
    if (!booked.assignment_id) return book_nothing(planned, {{}, planned.delivery_id, booked.code, booked.reason});
    return {*booked.assignment_id, true, {}, planned.booking_id, quote};
}

std::vector<RouteOutcome> Planning::book_together(work::JobRun& run, const std::vector<planning::PartnerQuote>& quotes,
                                                  const std::function<void(store::Tx&, const std::vector<RouteOutcome>&)>& keep, const work::Progress& progress) {
    std::vector<std::variant<planning::PartnerQuote, LeftOut>> asked;
    for (const auto& quote : quotes) asked.push_back(fresh(run.job().partition, quote));
    std::vector<RouteOutcome> outcomes;
    const auto all_but = [&](const LeftOut& why) {
        outcomes.clear();
        for (const auto& quote : quotes) {
            auto mine = why;
            if (mine.delivery_id != quote.delivery_id) mine = {{}, quote.delivery_id, "together_with", "what it must ride with is not booked: " + why.reason};
            outcomes.push_back(book_nothing(quote, std::move(mine)));
        }
    };
    std::optional<LeftOut> why;
    try {
        run.commit(
            [&](store::Tx& tx) {
                outcomes.clear();
                for (std::size_t i = 0; i < quotes.size(); ++i) {
                    outcomes.push_back(book(tx, quotes[i], asked[i]));
                    if (outcomes.back().committed || quotes.size() == 1) continue;
                    why = outcomes.back().left_out.front();
                    throw Refusal(Error{&reasons::conflict, why->reason, {}, {}});  // what was booked before it is undone
                }
                keep(tx, outcomes);
            },
            progress);
    } catch (const Refusal& refusal) {
        all_but(why.value_or(LeftOut{{}, quotes.front().delivery_id, std::string(refusal.error().reason->slug), refusal.error().detail}));
        run.commit([&](store::Tx& tx) { keep(tx, outcomes); }, progress);
    }
    return outcomes;
}

/// Whatever is left to be bound, a component in a transaction; the last one ends plan and turn as well.
void Planning::commit(work::JobRun& run, PlanRow& plan, Turn& turn) {
    auto components = components_of(plan.document);
    std::erase_if(components, [&](const auto& routes) { return has_outcome(plan, routes.front()); });
    const auto progress = [&](bool last) {
        return work::Progress{last ? whole : planned, whole, static_cast<std::int64_t>(plan.document.unassigned.size()), last ? "committed" : "committing"};
    };
    const auto keep = [&](store::Tx& tx, const std::vector<RouteOutcome>& outcomes, bool last) {
        auto kept = plan;
        kept.outcomes.insert(kept.outcomes.end(), outcomes.begin(), outcomes.end());
        if (last) kept.status = PlanStatus::committed;
        save_outcomes(tx, kept);
        if (last) end_turn(tx, Id<Plan>{run.job().id.bytes}), suggestion_committed(tx, plan.id);
    };
    std::vector<planning::PartnerQuote> outside;
    for (const auto& quote : plan.document.outside)
        if (std::ranges::none_of(plan.outcomes, [&](const RouteOutcome& o) { return o.booking_id == quote.booking_id; })) outside.push_back(quote);
    const bool none = components.empty() && outside.empty();
    for (const auto& routes : components) {
        const bool last = outside.empty() && &routes == &components.back();
        std::vector<RouteOutcome> outcomes;
        try {
            run.commit(
                [&](store::Tx& tx) {
                    outcomes = planning::commit_component(tx, dispatch, routes);
                    keep(tx, outcomes, last);
                },
                progress(last));
        } catch (const Refusal& refusal) {
            // A rule of some delivery or route said no: that component stays out, with the rule's words.
            outcomes.clear();
            for (const auto& route : routes)
                outcomes.push_back({route.assignment_id, false, {{route.assignment_id, {}, std::string(refusal.error().reason->slug), refusal.error().detail}}, {}, {}});
            run.commit([&](store::Tx& tx) { keep(tx, outcomes, last); }, progress(last));
        }
        plan.outcomes.insert(plan.outcomes.end(), outcomes.begin(), outcomes.end());
    }
    while (!outside.empty()) {
        // By itself, or with all that it must ride with: one transaction, all of it or nothing.
        const auto group = outside.front().group;
        std::vector<planning::PartnerQuote> together;
        for (auto& quote : outside)
            if (together.empty() || (group != 0 && quote.group == group)) together.push_back(std::move(quote));
        outside.erase(outside.begin());
        if (group != 0) std::erase_if(outside, [&](const planning::PartnerQuote& quote) { return quote.group == group; });
        auto outcomes = book_together(run, together, [&](store::Tx& tx, const std::vector<RouteOutcome>& made) { keep(tx, made, outside.empty()); }, progress(outside.empty()));
        for (auto& outcome : outcomes) plan.outcomes.push_back(std::move(outcome));
    }
    if (none) run.commit([&](store::Tx& tx) { keep(tx, {}, true); }, progress(true));
    plan.status = PlanStatus::committed;
    turn.taken = false;
}

std::vector<planning::Option> Planning::options(Partition partition, const PlanRequest& request) {
    planning::Snapshot snapshot;
    store.look(partition, [&](store::Read& read) { snapshot = planning::take_snapshot(read, request, positions, true); });
    ask_partners(partition, request, snapshot);
    return planning::search_options(snapshot, request, roads, dispatch, threads_);
}

std::string Planning::answer(Partition partition, const PlanRow& plan) {
    std::vector<AssignmentRow> rows;
    Instant now{};
    store.look(partition, [&](store::Read& read) {
        rows.clear();
        now = read.now().business;
        if (plan.status == PlanStatus::open) return;
        for (const auto& outcome : plan.outcomes)
            if (outcome.committed && !outcome.booked)
                if (auto row = find_assignment(read, outcome.assignment_id)) rows.push_back(std::move(*row));
    });
    if (plan.status == PlanStatus::open)
        for (const auto& route : plan.document.routes) rows.push_back(route.trial);
    auto made = answer_of(plan, rows, now);
    if (plan.status == PlanStatus::open) made.commit_token = token_of(plan, partition), made.expires_at = plan.expires_at;
    return schema::encode(made);
}

std::string Planning::run(work::JobRun& run) {
    const auto order = schema::from_stored<PlanOrder>(run.job().input);
    const auto partition = run.job().partition;
    std::optional<PlanRow> plan;
    const auto read_plan = [&] {
        store.look(partition, [&](store::Read& read) { plan = find_plan(read, order.plan_id.value_or(Id<Plan>{run.job().id.bytes})); });
    };
    read_plan();
    Turn turn(store, partition, Id<Plan>{run.job().id.bytes});
    if (order.mode == PlanMode::commit) {
        if (!plan) return "{}";  // forgotten since it was asked for
        if (plan->status != PlanStatus::committed) {
            wait_for_turn(run, plan->document.areas, turn);
            read_plan();
            if (run.stop()) return answer(partition, *plan);
            if (plan->status == PlanStatus::open) plan->status = PlanStatus::committing;
        }
    } else if (!plan) {
        plan = make_plan(run, order, turn);
    } else if (plan->status == PlanStatus::committing) {
        wait_for_turn(run, plan->document.areas, turn);  // its first worker died between store and commit
    }
    if (plan->status == PlanStatus::committing && !(run.stop() && !run.cancelled())) commit(run, *plan, turn);
    return answer(partition, *plan);
}

}  // namespace lastmile
