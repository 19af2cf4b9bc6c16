#pragma once
// What is personal about a delivery. It lies in this room's side store under a key of its own; everywhere else only the recipient's id.
#include "features/exceptions/exception.hpp"
#include "features/ids/ids.hpp"
#include "features/shapes/shapes.hpp"

namespace lastmile {

/// Addresses are here without their location, which stays clear for planning.
struct PersonalData {
    std::optional<Address> pickup_address;
    std::optional<Contact> pickup_contact;
    std::optional<Prose<1, 1000>> pickup_instructions;
    std::optional<Address> dropoff_address;
    std::optional<Contact> recipient;
    std::optional<Prose<1, 1000>> dropoff_instructions;
    std::optional<Text<1, 200>> left_with;
    std::vector<Note> notes;
};
LASTMILE_VALUE(PersonalData,
               (pickup_address, pickup_contact, pickup_instructions, dropoff_address, recipient, dropoff_instructions, left_with, notes))
LASTMILE_DOC(PersonalData, "What is personal about a delivery.", {"pickup_address", "the sender's address"},
             {"pickup_contact", "the sender's person"}, {"pickup_instructions", "for the courier at the pickup"},
             {"dropoff_address", "the recipient's address"}, {"recipient", "who gets it"}, {"dropoff_instructions", "for the courier at the door"},
             {"left_with", "the neighbour or place it was left with"}, {"notes", "remarks of dispatchers and couriers"})

}  // namespace lastmile
