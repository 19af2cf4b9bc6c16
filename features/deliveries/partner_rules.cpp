#include "features/deliveries/partner_rules.hpp"

#include <algorithm>

#include "features/bookings/booking_rules.hpp"
#include "features/deliveries/delivery_rules.hpp"
#include "features/deliveries/draft.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile::deliveries {
namespace {

using bookings::ended_without_parcel;
using bookings::has_parcel;

bool older(const PartnerWord& word, const Booking& booking) {
    if (word.sequence != 0 && booking.state_sequence != 0) return word.sequence < booking.state_sequence;
    return word.at && booking.state_at && *word.at < *booking.state_at;
}

/// One word about one booking, while the delivery is being changed.
class Word {
public:
    Word(Draft& draft, Id<Booking> booking, const PartnerWord& word)
        : draft_(draft), booking_(*draft.d.booking(booking)), leg_id_(booking_.leg_id), word_(word), was_(booking_.state) {}

    void apply() {
        if (older(word_, booking_)) return;
        if (was_ == BookingState::cancel_requested && !has_parcel(word_.state) && !ended_without_parcel(word_.state) && !word_.cancel_refused)
            return;  // it has not come to the cancel yet
        if (was_ == word_.state) return;
        if (!bookings::believable(was_, word_.state)) return contradicts();
        booking_.state_at = word_.at;
        booking_.state_sequence = word_.sequence;
        booking_.state = word_.state;
        if (has_parcel(word_.state))
            carried();
        else if (ended_without_parcel(word_.state))
            ended();
        else
            stands();
    }

private:
    Leg& leg() { return *draft_.d.leg(leg_id_); }
    bool holds() { return leg().holder && leg().holder->booking_id == booking_.id; }

    void contradicts() {
        draft_.raise(ExceptionType::partner_conflict, Severity::high,
                     "the partner says " + std::string(name_of(word_.state)) + " after " + std::string(name_of(was_)), {}, leg_id_);
    }

    /// booked, courier_assigned: the partner will come.
    void stands() {
        if (holds() && leg().live() && word_.cancel_refused) {
            draft_.raise(ExceptionType::partner_conflict, Severity::normal, "the partner will not cancel", {}, leg_id_);
        } else if (holds() && leg().live() && draft_.d.cancellation != Cancellation::requested) {
            return;
        } else if (was_ == BookingState::absent && is_plannable(draft_.d, leg())) {  // shows up late, and nobody else was found yet
            leg().holder = Holder{HolderKind::partner, booking_.assignment_id, {}, booking_.partner_id, booking_.id, RouteState::waiting};
        } else if (word_.cancel_refused) {
            draft_.raise(ExceptionType::partner_conflict, Severity::high, "the partner will not cancel, and the leg is not his any more", {}, leg_id_);
        } else {
            draft_.cancel_booking(booking_);
        }
    }

    /// Over before the pickup: the leg is free, and the next partner is asked unless somebody wanted it to end.
    void ended() {
        if (!holds() || !leg().live()) return;
        leg().holder.reset();
        if (!is_plannable(draft_.d, leg())) return;
        if (was_ == BookingState::cancel_requested)
            draft_.ask(PlanLeg{leg_id_});
        else
            draft_.ask(BookNextPartner{leg_id_, booking_.id});
    }

    /// The parcel was picked up, at least. What the partner left out is implied.
    void carried() {
        const Holder me{HolderKind::partner, booking_.assignment_id, {}, booking_.partner_id, booking_.id, RouteState::waiting};
        const auto mine = packages();
        for (const auto id : mine)
            if (!has_or_had(id)) take(id, me);
        if (word_.state == BookingState::delivered)
            for (const auto id : mine) deliver(id);
        const bool fails = word_.state != BookingState::picked_up && word_.state != BookingState::delivered;
        if (fails && bookings::progress(was_) < bookings::progress(BookingState::failed_with_parcel)) failed_with_parcel(mine);
        if (word_.state == BookingState::returned) came_back();
    }

    /// What it was booked for, but for what was left out at the pickup, is with somebody else or has arrived. Where the leg itself was
    /// cancelled and the partner comes all the same, it has everything.
    std::vector<Id<Package>> packages() {
        std::vector<Id<Package>> mine;
        const bool cancelled_leg = leg_state(draft_.d, leg()) == LegState::cancelled;
        for (const auto& item : leg().items) {
            if (std::ranges::find(booking_.package_ids, item.package_id) == booking_.package_ids.end()) continue;
            if (item.state == ItemState::dropped && holds() && !cancelled_leg) continue;
            const auto* taken = draft_.taken_in(item.package_id);
            const bool elsewhere = taken && taken->holder->booking_id != booking_.id;
            const auto end = draft_.d.package(item.package_id)->end;
            const bool over = end != PackageEnd::none && end != PackageEnd::stayed;
            if (item.state == ItemState::withheld || item.state == ItemState::passed || over) continue;
            if (elsewhere)
                draft_.raise(ExceptionType::partner_conflict, Severity::high, "the partner says it has what somebody else has", {item.package_id}, leg_id_);
            else
                mine.push_back(item.package_id);
        }
        return mine;
    }
    bool has_or_had(Id<Package> id) {
        const auto state = leg().item(id)->state;
        if (state == ItemState::taken || state == ItemState::ended || (state == ItemState::failed && holds())) return true;
        const auto* taken = draft_.taken_in(id);
        return taken && taken->holder->booking_id == booking_.id;
    }
    void take(Id<Package> id, const Holder& me) {
        if (holds() && leg().item(id)->state == ItemState::planned) return draft_.take(leg_id_, id);
        draft_.raise(ExceptionType::partner_conflict, Severity::high, "picked up though it was not to be any more", {id}, leg_id_);
        draft_.claim(id, me);
    }
    void deliver(Id<Package> id) {
        const auto to = leg().to;
        const auto* taken = draft_.taken_in(id);
        if (taken && (taken->to == to && taken->kind == leg().kind)) return draft_.finish(taken->id, id, Custody::of(to));
        if (leg().item(id)->state == ItemState::ended) return;
        if (taken) draft_.pass(*draft_.d.leg(taken->id), id);  // it was thought to be on its way back
        if (to == draft_.d.destination && leg().kind == LegKind::forward) return draft_.arrive(id, Custody::of(to));
        if (leg().item(id)->state == ItemState::failed) draft_.finish(leg_id_, id, Custody::of(to));
    }
    void failed_with_parcel(const std::vector<Id<Package>>& mine) {
        std::vector<Id<Package>> had;
        for (const auto id : mine)
            if (const auto* taken = draft_.taken_in(id); taken && taken->kind == LegKind::forward) {
                draft_.fail(*draft_.d.leg(taken->id), id);
                for (auto& later : draft_.d.legs) draft_.drop(later, id);  // the partner brings it back, whatever was to meet it
                had.push_back(id);
            }
        if (had.empty()) return;
        draft_.raise(ExceptionType::attempt_failed, Severity::normal, "the partner could not deliver", had, leg_id_);
        if (!draft_.on_board_forward()) draft_.attempt_fails(false);
        const auto from = leg().from;
        draft_.way_back(LegPurpose::return_, from.kind == PlaceKind::street ? draft_.d.origin : from, had);
    }
    void came_back() {
        for (std::size_t i = 0; i < draft_.d.legs.size(); ++i) {
            const auto back = draft_.d.legs[i];
            if (back.kind != LegKind::back || !back.holder || back.holder->booking_id != booking_.id) continue;
            for (const auto& item : back.items)
                if (item.state == ItemState::taken) draft_.finish(back.id, item.package_id, Custody::of(back.to));
        }
    }

    Draft& draft_;
    Booking& booking_;
    Id<Leg> leg_id_;
    const PartnerWord& word_;
    BookingState was_;
};

}  // namespace

Decision partner_says(const DeliveryLifecycle& d, Id<Booking> id, const PartnerWord& word, const Given& given) {
    const auto* booking = d.booking(id);
    if (!booking) return refuse(reasons::unknown_booking, "the delivery has no booking " + id.text());
    if (bookings::is_ours(word.state) || word.state == BookingState::unknown)
        return not_legal(reasons::booking_not_legal, bookings::machine, booking->state, word.state);
    Draft draft(d, given);
    Word(draft, id, word).apply();
    return draft.done();
}

Decision booking_step(const DeliveryLifecycle& d, Id<Booking> id, BookingState to, const Given& given) {
    const auto* booking = d.booking(id);
    if (!booking) return refuse(reasons::unknown_booking, "the delivery has no booking " + id.text());
    const bool ours = to == BookingState::calling || to == BookingState::unknown;
    if (!ours || !bookings::machine.allows(booking->state, to)) return not_legal(reasons::booking_not_legal, bookings::machine, booking->state, to);
    if (to == BookingState::calling && (d.cancellation == Cancellation::requested || d.cancellation == Cancellation::confirmed))
        return refuse_now(reasons::cancel_wished, "the delivery is to be cancelled", d);
    Draft draft(d, given);
    draft.d.booking(id)->state = to;
    if (to == BookingState::unknown) draft.ask(LookUpBooking{id});
    return draft.done();
}

}  // namespace lastmile::deliveries
