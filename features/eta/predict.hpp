#pragma once
// One route's arrivals predicted anew, inside a command that holds its row.
#include "features/eta/eta_store.hpp"
#include "features/eta/live_etas.hpp"

namespace lastmile::eta {

/// Where the vehicle was seen, and what is left of the way to the stop it drives to.
struct Sighting {
    Id<Stop> stop_id;
    Instant at;
    double left_s = 0;
    double left_m = 0;
};

/// Times from the sighting on (or as the clock says), windows as wide as past errors ask for; keeps what is to be held against the arrival,
/// follows the promises of the route's stops, saves the route without raising its version. *Emits* stop.eta_changed, and alert.*.
void predict(store::Tx& tx, AssignmentRow& row, const std::optional<Sighting>& sighting, LiveEtas& live);

/// Nothing is predicted for a route that is over.
bool is_predicted(const AssignmentRow& row);

}  // namespace lastmile::eta
