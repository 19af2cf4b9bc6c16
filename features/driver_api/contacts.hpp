#pragma once
// Whether the recipient was tried as the policy asks (contact_attempt_rules) before a visit is reported as failed.
#include "features/dispatch/board.hpp"

namespace lastmile::driver_api {

/// A way in which the recipient has not been tried enough.
struct ContactWanted {
    ContactRule rule;
    int made = 0;             // by this channel, in this attempt
    std::int64_t left_s = 0;  // still to wait since the last of them
};

/// What the rules ask for besides what was tried. `failed_before`: attempts at the door that failed earlier.
std::vector<ContactWanted> contacts_wanted(std::span<const ContactRule> rules, std::span<const ContactTry> tried, std::string_view reason, int failed_before, Instant at);

/// How a delivery's recipient was tried in the attempt that `leg` belongs to: at whichever stops its parcels have, on whichever routes.
std::vector<ContactTry> contacts_of(store::Read& read, const DeliveryRow& row, Id<Leg> leg, const AssignmentRow& route, Id<Stop> stop);

/// At a dropoff. *Refuses* online what was not tried (422, `missing_contacts`); of a synced fact it opens `contact_missing`.
void check_contacts(dispatch::Board& board, deliveries::Report report, const AssignmentRow& route, const Stop& stop, std::string_view reason);

}  // namespace lastmile::driver_api
