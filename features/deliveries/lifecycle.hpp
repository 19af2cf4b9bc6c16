#pragma once
// What the rules know of a delivery: packages, legs, bookings, custody. Plain values, saved as rows; addresses, people and
// wishes are in delivery.hpp. One leg is one holder's way from a place to a place with some of the packages.
#include <string>
#include <vector>

#include "features/bookings/booking.hpp"
#include "features/ids/ids.hpp"
#include "platform/schema/schema.hpp"

namespace lastmile {

enum class PlaceKind { sender, hub, recipient, street };  // street: wherever the holder's vehicle stands (takeover, handover)
LASTMILE_ENUM(PlaceKind, sender, hub, recipient, street)

struct Place {
    PlaceKind kind = PlaceKind::sender;
    Id<Hub> hub_id;  // empty unless kind is hub
    friend bool operator==(const Place&, const Place&) = default;
};
LASTMILE_VALUE(Place, (kind, hub_id))

/// Who has a package. `neighbour, locker, safe_place` are forms of recipient.
enum class CustodyKind { sender, hub, driver, partner, recipient, neighbour, locker, safe_place, lost, disposed };
LASTMILE_ENUM(CustodyKind, sender, hub, driver, partner, recipient, neighbour, locker, safe_place, lost, disposed)

struct Custody {
    CustodyKind kind = CustodyKind::sender;
    IdBytes holder{};  // of the hub, driver or partner; zero otherwise
    static Custody of(const Place& place);
    static Custody of(Id<Hub> hub) { return {CustodyKind::hub, hub.bytes}; }
    static Custody of(Id<Driver> driver) { return {CustodyKind::driver, driver.bytes}; }
    static Custody of(Id<Partner> partner) { return {CustodyKind::partner, partner.bytes}; }
    bool with_recipient() const { return kind >= CustodyKind::recipient && kind <= CustodyKind::safe_place; }
    bool in_a_place() const { return kind == CustodyKind::sender || kind == CustodyKind::hub; }
    bool on_board() const { return kind == CustodyKind::driver || kind == CustodyKind::partner; }
    std::string text() const;  // `sender`, `hub:hub_…`, `driver:drv_…`, …
    friend bool operator==(const Custody&, const Custody&) = default;
};
LASTMILE_VALUE(Custody, (kind, holder))

/// `stayed`: it lies at its origin (or at a hub) and the delivery was cancelled or closed.
enum class PackageEnd { none, destination, returned, lost, disposed, stayed };
LASTMILE_ENUM(PackageEnd, none, destination, returned, lost, disposed, stayed)

struct PackageState {
    Id<Package> id;
    Custody custody;
    PackageEnd end = PackageEnd::none;
    friend bool operator==(const PackageState&, const PackageState&) = default;
};
LASTMILE_VALUE(PackageState, (id, custody, end))

enum class LegKind { forward, back };
LASTMILE_ENUM(LegKind, forward, back)
enum class LegPurpose { none, retry, return_ };  // of a back leg
LASTMILE_ENUM(LegPurpose, none, retry, return_)
enum class ItemState { planned, taken, ended, failed, passed, withheld, dropped };
LASTMILE_ENUM(ItemState, planned, taken, ended, failed, passed, withheld, dropped)
/// Folded from its packages and its holder (leg_state), never stored as a fact.
enum class LegState { open, held, bound, loaded, done, failed, broken, cancelled };
LASTMILE_ENUM(LegState, open, held, bound, loaded, done, failed, broken, cancelled)

struct LegItem {
    Id<Package> package_id;
    ItemState state = ItemState::planned;
    bool departed = false;  // it has left the leg's start: its holder's route started, or the partner picked it up
    bool live() const { return state == ItemState::planned || state == ItemState::taken; }
    friend bool operator==(const LegItem&, const LegItem&) = default;
};
LASTMILE_VALUE(LegItem, (package_id, state, departed))

enum class HolderKind { driver, partner };
LASTMILE_ENUM(HolderKind, driver, partner)
enum class RouteState { waiting, started, paused, aborted, over };  // what a delivery knows of its holder's route
LASTMILE_ENUM(RouteState, waiting, started, paused, aborted, over)

struct Holder {
    HolderKind kind = HolderKind::driver;
    Id<Assignment> assignment_id;
    Id<Driver> driver_id;    // kind driver
    Id<Partner> partner_id;  // kind partner
    Id<Booking> booking_id;  // kind partner: one booking a leg
    RouteState route = RouteState::waiting;  // kind driver
    Custody custody() const { return kind == HolderKind::driver ? Custody::of(driver_id) : Custody::of(partner_id); }
    friend bool operator==(const Holder&, const Holder&) = default;
};
LASTMILE_VALUE(Holder, (kind, assignment_id, driver_id, partner_id, booking_id, route))

struct Leg {
    Id<Leg> id;
    int number = 1;  // in the order of planning, from 1
    LegKind kind = LegKind::forward;
    LegPurpose purpose = LegPurpose::none;
    Place from, to;
    int attempt = 1;
    Id<Leg> after;  // empty: from the package's origin
    std::optional<Holder> holder;
    std::vector<LegItem> items;
    bool live() const;
    const LegItem* item(Id<Package> package) const;
    LegItem* item(Id<Package> package);
    friend bool operator==(const Leg&, const Leg&) = default;
};
LASTMILE_VALUE(Leg, (id, number, kind, purpose, from, to, attempt, after, holder, items))

enum class Cancellation { none, requested, confirmed, refused };
LASTMILE_ENUM(Cancellation, none, requested, confirmed, refused)
/// How something ends that a cancellation left to do: it came about, it came otherwise, or the cancellation was refused.
enum class ReconcileState { open, done, failed, dropped };
LASTMILE_ENUM(ReconcileState, open, done, failed, dropped)
enum class Closing { open, undeliverable, lost, disposed };
LASTMILE_ENUM(Closing, open, undeliverable, lost, disposed)

/// The aggregate that the rules of this room change. `version` is the one read; the store raises it.
struct DeliveryLifecycle {
    Id<Delivery> id;
    std::int64_t version = 0;
    Place origin;
    Place destination{PlaceKind::recipient, {}};  // a return's destination is a hub
    bool window_promised = false;
    std::vector<PackageState> packages;
    std::vector<Leg> legs;          // in the order of their numbers
    std::vector<Booking> bookings;  // all there have been
    int attempt = 1;
    bool attempt_open = true;
    int failed_attempts = 0;
    int pickup_failures = 0;
    Cancellation cancellation = Cancellation::none;
    std::optional<Instant> cancelled_at;  // business time of the confirmation
    Closing closed = Closing::open;
    bool escalated = false;

    const PackageState* package(Id<Package> package) const;
    PackageState* package(Id<Package> package);
    const Leg* leg(Id<Leg> leg) const;
    Leg* leg(Id<Leg> leg);
    const Booking* booking(Id<Booking> booking) const;
    Booking* booking(Id<Booking> booking);
    friend bool operator==(const DeliveryLifecycle&, const DeliveryLifecycle&) = default;
};
LASTMILE_VALUE(DeliveryLifecycle, (id, version, origin, destination, window_promised, packages, legs, bookings, attempt, attempt_open, failed_attempts,
                       pickup_failures, cancellation, cancelled_at, closed, escalated))

}  // namespace lastmile
