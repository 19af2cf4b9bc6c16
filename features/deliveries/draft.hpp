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
    void rechain(Id<Leg> from, Id<Leg> to, Id<Package> package);

    // custody
    void take(Id<Leg> leg, Id<Package> package);
    void finish(Id<Leg> leg, Id<Package> package, const Custody& where);
    void end(PackageState& package, PackageEnd end);
    void fail(Leg& leg, Id<Package> package);
    /// The attempt is over without success; `leg` is where it failed (empty: nobody could pick it up).
    void attempt_fails(Id<Leg> leg);
    /// A back leg for packages with their present holder (on board) or free (in a place). `then` is its end.
    Id<Leg> way_back(LegPurpose purpose, const Place& to, const std::vector<Id<Package>>& packages);
    void confirm_cancel();

    // questions
    const Leg* taken_in(Id<Package> package) const;              // the leg in which somebody has it now
    const Leg* last_moved_in(Id<Package> package) const;         // the last leg that moved it
    const Leg* live_back(Id<Package> package) const;
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
