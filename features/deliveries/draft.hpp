#pragma once
// A delivery while a rule changes it: the few moves of packages and legs that every rule is made of. Private to this room.
// The events come from comparing before and after, so that no change can go untold.
#include "features/deliveries/effects.hpp"
#include "features/deliveries/given.hpp"

namespace lastmile::deliveries {

class Draft {
public:
    Draft(const DeliveryLifecycle& before, const Given& given_) : d(before), given(given_), before_(before) {}

    DeliveryLifecycle d;
    const Given& given;

    void ask(Effect effect) { effects_.push_back(std::move(effect)); }
    void tell(std::string type, boost::json::object data) { told_.push_back({std::move(type), std::move(data)}); }
    void raise(ExceptionType type, Severity severity, std::string detail, std::vector<Id<Package>> packages, Id<Leg> leg = {}) {
        ask(OpenException{type, severity, std::move(detail), std::move(packages), leg});
    }

    // plans
    struct NewLeg {
        LegKind kind = LegKind::forward;
        LegPurpose purpose = LegPurpose::none;
        Place from, to;
        Id<Leg> after{};
        std::vector<Id<Package>> packages{};
        std::optional<Holder> holder{};
        Id<Leg> id{};  // empty: a new one
    };
    /// Throws std::logic_error where two live legs would start from one point: a rule's fault, never a caller's.
    Id<Leg> plan(NewLeg leg);
    /// What is planned there is not wanted any more: off the route; an intent is dropped, a booked booking asked to cancel.
    void drop(Leg& leg) { drop(leg, nullptr); }
    void drop(Leg& leg, Id<Package> package) { drop(leg, &package); }
    /// The leg is free again.
    void free(Leg& leg);
    void cancel_booking(Booking& booking);
    /// After an end before the leg's end (hub): what was to follow follows the new leg. Others' packages stay where they were.
    void rechain(Id<Leg> from, Id<Leg> to, const std::vector<Id<Package>>& packages);

    // custody
    void take(Id<Leg> leg, Id<Package> package);
    void finish(Id<Leg> leg, Id<Package> package, const Custody& where);
    void end(PackageState& package, PackageEnd end);
    void fail(Leg& leg, Id<Package> package);
    /// It is at its destination, however it came there: whoever was said to have it has passed it on.
    void arrive(Id<Package> package, const Custody& where);
    void pass(Leg& leg, Id<Package> package);
    void withhold(Leg& leg, Id<Package> package);
    void undo(Leg& leg, Id<Package> package);
    /// The attempt is over without success: at the door, or because nobody could pick anything up.
    void attempt_fails(bool at_pickup);
    /// `by` has it, whatever was planned: a synced scan, or a partner's word. Plans that assumed otherwise fall.
    void claim(Id<Package> package, const Holder& by);
    /// A leg (of the same kind) after `leg`, from the street, in the hands of `by`: an unplanned handover.
    Id<Leg> hand_over(Id<Leg> leg, Id<Package> package, const Holder& by);
    /// Gives one planned package of a leg to another holder, alone where others are on it.
    Id<Leg> rebind(Id<Leg> leg, Id<Package> package, const Holder& by);
    /// A back leg for packages with their present holder (on board) or free (in a place). `then` is its end.
    Id<Leg> way_back(LegPurpose purpose, const Place& to, const std::vector<Id<Package>>& packages);
    void confirm_cancel();

    // questions
    const Leg* taken_in(Id<Package> package) const;              // the leg in which somebody has it now
    const Leg* last_moved_in(Id<Package> package) const;         // the last leg that moved it
    const Leg* live_back(Id<Package> package) const;
    const Leg* next_planned(Id<Package> package) const;          // the first planned leg from where it is now; from his hands, if somebody has it
    const Leg* held_by(Id<Assignment> assignment, Id<Package> package, ItemState state) const;  // the latest such leg
    bool cancelled_or_closed() const;
    bool on_board_forward() const;
    bool partner_pending() const;                                // a live forward leg whose booking may still be carried out
    std::vector<Id<Package>> rest() const;                       // packages that have not ended
    Place return_place() const { return given.policy.return_to.value_or(d.origin); }
    Place place_of(const PackageState& package) const;

    /// Closes the draft: a cancel wish that nothing stands against any more is confirmed, then the events are written.
    DeliveryChange done();

private:
    void drop(Leg& leg, const Id<Package>* only);
    const DeliveryLifecycle& before_;
    std::vector<Effect> effects_;
    std::vector<EventDraft> told_;
};

/// Every event that the difference between two states of a delivery demands, in the order bookings, legs, packages, status.
std::vector<EventDraft> events_between(const DeliveryLifecycle& before, const DeliveryLifecycle& after);

}  // namespace lastmile::deliveries
