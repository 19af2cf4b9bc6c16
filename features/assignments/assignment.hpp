#pragma once
// An assignment binds deliveries to one driver (or crew) and vehicle with one route, or to one partner. Here: what its rules need.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "features/ids/ids.hpp"
#include "features/shapes/contact_channel.hpp"
#include "platform/schema/schema.hpp"

namespace lastmile {

enum class AssignmentKind { driver, partner };
LASTMILE_ENUM(AssignmentKind, driver, partner)
enum class AssignmentState { planned, offered, accepted, in_progress, paused, completed, declined, expired, withdrawn, aborted };
LASTMILE_ENUM(AssignmentState, planned, offered, accepted, in_progress, paused, completed, declined, expired, withdrawn, aborted)

enum class StopType { pickup, dropoff, break_, hub };
LASTMILE_ENUM(StopType, pickup, dropoff, break_, hub)
enum class StopState { pending, arrived, completed, partial, failed, skipped };
LASTMILE_ENUM(StopState, pending, arrived, completed, partial, failed, skipped)
/// What became of one package at a stop. At a pickup `delivered` is not used, `collected` is; at a hub `unloaded`.
enum class ItemOutcome { open, collected, delivered, unloaded, refused, damaged, missing, wrong, not_ready, closed, nobody, no_access, failed };
LASTMILE_ENUM(ItemOutcome, open, collected, delivered, unloaded, refused, damaged, missing, wrong, not_ready, closed, nobody, no_access, failed)

struct StopItem {
    Id<Delivery> delivery_id;
    Id<Package> package_id;
    Id<Leg> leg_id;
    ItemOutcome outcome = ItemOutcome::open;
    std::string reason;  // the driver's reason code, as given
    friend bool operator==(const StopItem&, const StopItem&) = default;
};
LASTMILE_VALUE(StopItem, (delivery_id, package_id, leg_id, outcome, reason))

/// A way in which somebody at this stop was tried.
struct ContactTry {
    ContactChannel channel = ContactChannel::call;
    Instant at;
    bool reached = false;
    friend bool operator==(const ContactTry&, const ContactTry&) = default;
};
LASTMILE_VALUE(ContactTry, (channel, at, reached))
LASTMILE_DOC(ContactTry, "A way in which the recipient was tried.", {"channel", "call, sms, email or push"}, {"at", "when"}, {"reached", "whether somebody answered"})

/// One visit to one place, possibly for several packages of several deliveries.
struct Stop {
    Id<Stop> id;
    StopType type = StopType::dropoff;
    int sequence = 0;
    StopState state = StopState::pending;
    int attempts = 0;  // knocks, calls: reported by `attempt`
    std::optional<Instant> arrived_at;
    std::optional<Instant> finished_at;
    std::vector<StopItem> items;
    std::vector<ContactTry> contacts{};  // reported by `attempt`
    bool open() const { return state == StopState::pending || state == StopState::arrived; }
    friend bool operator==(const Stop&, const Stop&) = default;
};
LASTMILE_VALUE(Stop, (id, type, sequence, state, attempts, arrived_at, finished_at, items, contacts))

/// The aggregate that the rules of this room change. `version` is the one read; the store raises it.
struct AssignmentLifecycle {
    Id<Assignment> id;
    std::int64_t version = 0;
    AssignmentKind kind = AssignmentKind::driver;
    AssignmentState state = AssignmentState::planned;
    bool locked = false;
    std::int64_t route_revision = 0;  // rises with every change of the route
    std::int64_t plan_version = 0;    // rises with what plans are checked against: bindings, order, windows, lock, capacity
    Id<Driver> driver_id;
    Id<Vehicle> vehicle_id;
    Id<Partner> partner_id;
    std::optional<Instant> offer_expires_at;
    std::vector<Stop> stops;  // by sequence

    const Stop* stop(Id<Stop> stop) const;
    Stop* stop(Id<Stop> stop);
    friend bool operator==(const AssignmentLifecycle&, const AssignmentLifecycle&) = default;
};
LASTMILE_VALUE(AssignmentLifecycle,
               (id, version, kind, state, locked, route_revision, plan_version, driver_id, vehicle_id, partner_id, offer_expires_at, stops))

}  // namespace lastmile
