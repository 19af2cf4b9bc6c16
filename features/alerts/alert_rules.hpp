#pragma once
// When lateness is worth an alert, and what becomes of one as things change.
#include <optional>

#include "features/alerts/alert.hpp"
#include "platform/base/state_machine.hpp"

namespace lastmile::alerts {

enum class Move { acknowledge, clear };
BOOST_DESCRIBE_ENUM(Move, acknowledge, clear)
inline constexpr auto machine = state_machine<AlertState, Move>({
    {AlertState::open, Move::acknowledge, AlertState::acknowledged},
    {AlertState::open, Move::clear, AlertState::cleared},  // by itself: it is on time again, or over
    {AlertState::acknowledged, Move::clear, AlertState::cleared},
});
static_assert(machine.is_final(AlertState::cleared), "what is late again is a new alert");

/// What is known of one promise now.
struct Finding {
    Id<Delivery> delivery_id;
    AddressSide side = AddressSide::dropoff;
    std::optional<Id<Assignment>> assignment_id;
    std::optional<Id<Stop>> stop_id;
    std::optional<Id<Driver>> driver_id;
    Instant promised_until;
    std::optional<Instant> expected_at;  // absent: nobody knows when; then only the window's end counts
};
struct Thresholds {
    Seconds alert_after, replan_after;
};

/// The alert as it should be. `known`: the one that is open. nullopt with one: it is to be cleared; without: there is none to raise.
/// What was raised is cleared only when the arrival lies a minute before the threshold, so that it does not flap.
std::optional<Alert> judged(const std::optional<Alert>& known, const Finding& finding, const Thresholds& thresholds, Instant now);
/// Whether the change is one to tell: raised, breached, or from now on late enough for a replan.
bool worth_telling(const std::optional<Alert>& before, const Alert& after);

}  // namespace lastmile::alerts
