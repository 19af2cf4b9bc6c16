#pragma once
// Where new stops go on a route: each where it makes the way longest by the least (cheapest insertion), a pickup before its dropoff.
#include <functional>

#include "features/assignments/assignment_store.hpp"

namespace lastmile::dispatch {

/// A leg that is to go onto a route. `pickup` is empty where the packages are on board or change hands on the street.
struct NewVisit {
    Id<Delivery> delivery_id;
    Id<Leg> leg_id;
    std::vector<Id<Package>> packages;
    std::optional<StopPlace> pickup;
    StopPlace dropoff;
};

/// Puts it among the pending stops of the row (`open`, in order; places are added to the row). A pickup at a place where one is pending
/// joins it, so does a hub at the end. `new_stop` makes ids.
void insert_visit(AssignmentRow& row, std::vector<Stop>& open, const NewVisit& visit, const std::function<Id<Stop>()>& new_stop);

}  // namespace lastmile::dispatch
