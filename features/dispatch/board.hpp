#pragma once
// The aggregates that one command touches, locked in the order of kinds, and the carrying out of what their rules ask of each other: a
// decision about an assignment becomes decisions about its deliveries and the other way round, all in the same commit.
#include <map>
#include <set>

#include "features/assignments/assignment_store.hpp"
#include "features/deliveries/custody_rules.hpp"
#include "features/deliveries/delivery_store.hpp"
#include "features/deliveries/given.hpp"
#include "features/dispatch/dispatch.hpp"
#include "features/policies/policy_store.hpp"

namespace lastmile::dispatch {

/// How something became known: written beside each event that it causes.
struct Source {
    deliveries::Report report = deliveries::Report::online;
    Instant at{};  // business time of what happened
    std::optional<Instant> device_time{};
    std::optional<Location> location{};
    std::string event_id{};      // the device's
    boost::json::object more{};  // proof, contact: onto the stop's events
    CustodyKind left_with = CustodyKind::recipient;
    bool confirmed = false;  // the answer to rebind_needs_confirmation
};

/// Those that may still be changed, in their order.
std::vector<Stop> pending_stops(const AssignmentLifecycle& assignment);

class Board {
public:
    Board(store::Tx& tx, const Dispatch& dispatch) : tx_(tx), dispatch_(dispatch) { source.at = tx.now().business; }

    Source source;

    /// Finds who else is concerned, locks all of it (assignments, then deliveries; by id), checks that nothing has moved meanwhile.
    /// `whole`: also every delivery of these assignments. *Throws* Moved. Absent ids are just not there afterwards.
    void lock(const std::vector<Id<Assignment>>& assignments, const std::vector<Id<Delivery>>& deliveries, bool whole = true);

    AssignmentRow* assignment(Id<Assignment> id);
    DeliveryRow* delivery(Id<Delivery> id);
    std::map<Id<Assignment>, AssignmentRow>& assignments() { return assignments_; }
    std::map<Id<Delivery>, DeliveryRow>& deliveries() { return deliveries_; }
    /// A new one, written with `assignment.created`.
    AssignmentRow& create(AssignmentRow row);

    /// Saves the decision and carries out its effects. *Refuses* (unwinds) with the decision's own refusal.
    void apply(AssignmentRow& row, assignments::Decision decision);
    void apply(DeliveryRow& row, Decision decision);
    /// Binds the legs, perhaps several of one delivery, to a route that has their stops already.
    void bind(AssignmentRow& to, const std::vector<std::pair<Id<Delivery>, Id<Leg>>>& legs);
    /// After an outcome: the assignment completes by itself when nothing is left.
    void complete_when_done(AssignmentRow& row);

    const Policies& policies(const DeliveryRow& row);
    Given given(const DeliveryRow& row);
    Holder holder(const AssignmentRow& row) const;
    /// Times and, where the route has changed, ways. Called once for each assignment that a command has changed.
    void settle_routes();
    store::Tx& tx() { return tx_; }
    const Dispatch& services() const { return dispatch_; }

private:
    void add_time(EventDraft& event) const;
    void carry_out(AssignmentRow& row, const assignments::Effect& effect);
    void carry_out(DeliveryRow& row, const Effect& effect);
    void packages_done(AssignmentRow& row, const assignments::PackagesDone& done);
    void tell_deliveries(const AssignmentRow& row, RouteState route);
    void take_off_routes(const DeliveryRow& row);
    void take_off(AssignmentRow& route, const DeliveryRow& row);
    void add_to_route(DeliveryRow& row, const AddToRoute& wanted);
    DeliveryRow& need(Id<Delivery> id);

    store::Tx& tx_;
    const Dispatch& dispatch_;
    std::map<Id<Assignment>, AssignmentRow> assignments_;
    std::map<Id<Delivery>, DeliveryRow> deliveries_;
    std::map<ServiceLevel, Policies> policies_;
    bool binding_ = false;  // nothing is taken off a route before all its legs are bound
    std::map<Id<Assignment>, std::int64_t> priced_;  // the route revision that a changed assignment had when its route was priced last
};

/// A wish to cancel with packages on board that nobody has answered for so long opens an exception.
inline constexpr std::string_view unanswered_cancel = "cancel.unanswered";
inline constexpr auto answer_to_cancel = std::chrono::minutes{15};
/// Before the timers start; Dispatch::register_timers calls it.
void register_cancel_timer(work::Timers& timers);

/// The place of a leg's end, as far as it is known; nullopt: on the street, or an address that could not be placed.
std::optional<StopPlace> place_of(store::Read& read, const DeliveryRow& row, const Place& place, bool pickup);
/// The vehicle's part in times and prices; a car where there is none.
Wheels wheels_of(store::Read& read, const std::optional<Id<Vehicle>>& vehicle);
Parcel parcel_of(const DeliveryRow& row, Id<Package> package);

}  // namespace lastmile::dispatch
