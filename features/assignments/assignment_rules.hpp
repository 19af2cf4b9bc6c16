#pragma once
// What an assignment and its stops can do. First the tables; docs, console and the 409's `legal_now` read them.
#include <boost/json/object.hpp>
#include <variant>

#include "features/assignments/assignment.hpp"
#include "features/deliveries/lifecycle.hpp"
#include "features/exceptions/exception.hpp"
#include "platform/base/changed.hpp"
#include "platform/base/state_machine.hpp"

namespace lastmile::assignments {

enum class Move { offer, accept, decline, expire, withdraw, start, pause, resume, abort, complete };
BOOST_DESCRIBE_ENUM(Move, offer, accept, decline, expire, withdraw, start, pause, resume, abort, complete)

inline constexpr auto machine = state_machine<AssignmentState, Move>({
    {AssignmentState::planned, Move::offer, AssignmentState::offered},
    {AssignmentState::planned, Move::withdraw, AssignmentState::withdrawn},
    {AssignmentState::offered, Move::accept, AssignmentState::accepted},
    {AssignmentState::offered, Move::decline, AssignmentState::declined},
    {AssignmentState::offered, Move::expire, AssignmentState::expired},
    {AssignmentState::offered, Move::withdraw, AssignmentState::withdrawn},
    {AssignmentState::accepted, Move::start, AssignmentState::in_progress},
    {AssignmentState::accepted, Move::withdraw, AssignmentState::withdrawn},
    {AssignmentState::in_progress, Move::pause, AssignmentState::paused},   // broken down, or silent for too long
    {AssignmentState::in_progress, Move::abort, AssignmentState::aborted},  // by a person only
    {AssignmentState::in_progress, Move::complete, AssignmentState::completed},
    {AssignmentState::paused, Move::resume, AssignmentState::in_progress},
    {AssignmentState::paused, Move::abort, AssignmentState::aborted},
    {AssignmentState::paused, Move::complete, AssignmentState::completed},  // its last stop was reported late
});

constexpr bool is_over(AssignmentState state) { return machine.is_final(state); }
/// The driver may load: before the start, too.
constexpr bool may_load(AssignmentState state) {
    return state == AssignmentState::accepted || state == AssignmentState::in_progress || state == AssignmentState::paused;
}
static_assert(!machine.allows(AssignmentState::planned, Move::start), "nobody drives what he has not accepted");
static_assert(!machine.leads(AssignmentState::accepted, AssignmentState::aborted), "before the start a route is withdrawn, not aborted");
static_assert(!machine.reaches(AssignmentState::in_progress, AssignmentState::withdrawn), "what is under way is aborted, not withdrawn");
static_assert(is_over(AssignmentState::completed) && is_over(AssignmentState::declined) && is_over(AssignmentState::aborted));
static_assert(may_load(AssignmentState::accepted) && !may_load(AssignmentState::offered));

enum class StopMove { arrive, attempt, complete, partial, fail, skip, undo };
BOOST_DESCRIBE_ENUM(StopMove, arrive, attempt, complete, partial, fail, skip, undo)

inline constexpr auto stop_machine = state_machine<StopState, StopMove>({
    {StopState::pending, StopMove::arrive, StopState::arrived},
    {StopState::pending, StopMove::skip, StopState::skipped},
    {StopState::arrived, StopMove::attempt, StopState::arrived},
    {StopState::arrived, StopMove::complete, StopState::completed},
    {StopState::arrived, StopMove::partial, StopState::partial},
    {StopState::arrived, StopMove::fail, StopState::failed},
    {StopState::completed, StopMove::undo, StopState::arrived},
    {StopState::partial, StopMove::undo, StopState::arrived},
    {StopState::failed, StopMove::undo, StopState::arrived},
    {StopState::skipped, StopMove::undo, StopState::pending},
});
static_assert(!stop_machine.leads(StopState::pending, StopState::completed), "first one arrives (a synced report implies it)");
static_assert(!stop_machine.allows(StopState::arrived, StopMove::skip), "who has arrived reports what happened");

// ---- what decisions ask of others

/// Every delivery of this assignment: deliveries::route_changed.
struct TellDeliveries {
    RouteState route;
};
/// One delivery's part of a stop's outcome: deliveries::scan, pickup_failed, drop_off or attempt_failed by `outcome`.
struct PackagesDone {
    Id<Delivery> delivery_id;
    Id<Leg> leg_id;
    std::vector<Id<Package>> package_ids;
    ItemOutcome outcome;
    std::string reason;
};
/// deliveries::undo for these packages.
struct PackagesUndone {
    Id<Delivery> delivery_id;
    std::vector<Id<Package>> package_ids;
};
struct RaiseException {
    ExceptionType type;
    Severity severity;
    std::string detail;
    std::vector<Id<Delivery>> delivery_ids;
};
struct ClearException {
    ExceptionType type;
};
using Effect = std::variant<TellDeliveries, PackagesDone, PackagesUndone, RaiseException, ClearException>;

struct AssignmentChange : Changed<AssignmentLifecycle> {
    std::vector<Effect> effects{};
};
using Decision = Result<AssignmentChange>;

/// A fact synced later is applied whatever order it comes in; an online report keeps the order.
enum class Report { online, synced };

// ---- the assignment

std::vector<Id<Delivery>> deliveries_of(const AssignmentLifecycle& assignment);

/// `expires_at` ends the offer. *Refuses* assignment_not_legal_now. *Emits* assignment.offered.
Decision offer(const AssignmentLifecycle& assignment, std::optional<Instant> expires_at);
/// *Refuses* offer_expired as well, from its time on. *Emits* assignment.accepted.
Decision accept(const AssignmentLifecycle& assignment, Instant at);
/// The route's unloaded legs are freed, also when it is locked (then with an exception). *Emits* assignment.declined.
Decision decline(const AssignmentLifecycle& assignment, std::string_view reason);
Decision expire(const AssignmentLifecycle& assignment, Instant at);
/// *Refuses* packages_on_board where something is loaded already (`loaded`: packages in this driver's custody by this route).
Decision withdraw(const AssignmentLifecycle& assignment, int loaded);
Decision start(const AssignmentLifecycle& assignment);
/// By the driver, a person, or silence beyond the policy's grace. *Emits* assignment.paused.
Decision pause(const AssignmentLifecycle& assignment, std::string_view reason, bool silent);
Decision resume(const AssignmentLifecycle& assignment);
/// By a person: what is on board waits for a takeover, the rest is free. *Emits* assignment.aborted.
Decision abort(const AssignmentLifecycle& assignment, std::string_view reason);
/// By hand, where a route ends without a last report. *Refuses* stops_open.
Decision complete(const AssignmentLifecycle& assignment);
/// Completed by itself when all stops are done and nothing of it is on board any more (`on_board` packages); else nothing changes.
/// Asked after a stop's outcome and its deliveries' answers (a way back adds a stop) are in.
AssignmentChange complete_when_done(const AssignmentLifecycle& assignment, int on_board);
/// Locked: no replans, no machine's moves. *Emits* assignment.locked, unlocked; nothing if it is so already.
Decision lock(const AssignmentLifecycle& assignment, bool locked);

/// The route is planned anew: stops that are done or under way stay as they are and first. *Refuses* assignment_not_legal_now (over),
/// assignment_locked (for a machine), stale_route (`planned_from` is not the plan version). *Emits* assignment.replanned.
Decision replan(const AssignmentLifecycle& assignment, const std::vector<Stop>& open_stops, bool by_machine,
                std::optional<std::int64_t> planned_from);

/// Takes these packages off the open stops (unassigned, cancelled, handed over); stops without any are gone. *Emits* assignment.replanned.
Decision drop_packages(const AssignmentLifecycle& assignment, const std::vector<Id<Package>>& packages);

// ---- its stops

struct ItemReport {
    Id<Delivery> delivery_id;
    Id<Package> package_id;  // empty: all of this delivery at this stop
    ItemOutcome outcome = ItemOutcome::delivered;
    std::string reason;
};
struct StopReport {
    Id<Stop> stop_id;
    StopMove move;
    std::vector<ItemReport> items{};  // empty: the whole stop
    std::string reason{};             // failed, skipped: the reason code
    std::optional<ContactTry> contact{};  // attempt: how the recipient was tried
    Report report = Report::online;
    Instant at;
};
/// arrive, attempt, complete, partial, failed, skip, with what it means for each package.
/// A whole `complete` means collected, delivered or unloaded by the stop's type; `partial` names every package. The outcomes decide the state:
/// all well is completed, none is failed, else partial. A report on a paused route resumes it. Synced outcomes imply start and arrival.
/// *Refuses* unknown_stop, route_not_started, stop_not_legal_now, stop_not_next (another stop has been arrived at; online only), items_invalid.
/// *Emits* stop.arrived, attempted, completed, partial, failed, skipped; assignment.started, resumed where implied.
Decision report(const AssignmentLifecycle& assignment, const StopReport& report);

/// Within `undo_for` of the outcome. *Refuses* undo_too_late, stop_not_legal_now. *Emits* stop.undone.
Decision undo_stop(const AssignmentLifecycle& assignment, Id<Stop> stop, Instant at, Seconds undo_for);

/// At a pickup, what a driver's reason code means: no_one_home is nobody, wrong_address no_access; anything unknown is not_ready.
ItemOutcome pickup_outcome(std::string_view reason);
constexpr bool is_success(ItemOutcome outcome) {
    return outcome == ItemOutcome::collected || outcome == ItemOutcome::delivered || outcome == ItemOutcome::unloaded;
}

/// What the driver can do with this stop now.
std::vector<StopMove> legal_now(const AssignmentLifecycle& assignment, const Stop& stop);

// ---- the shift

struct OnBoard {
    Id<Delivery> delivery_id;
    Id<Package> package_id;
};
/// *Refuses* packages_on_board (with the list: bring them back or hand them over), stops_open.
Result<void> check_out(const std::vector<AssignmentLifecycle>& todays, const std::vector<OnBoard>& on_board);

}  // namespace lastmile::assignments
