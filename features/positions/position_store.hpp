#pragma once
// All SQL on pings and places.
#include "features/positions/position.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

/// Keeps a batch (a repeated one changes nothing) and moves the driver to its newest credible ping. Answers that place when he moved.
/// Not credible: later than now by more than two minutes, or reached at over 70 m/s from the last place. Such pings are kept all the same.
std::optional<DriverPlace> keep_pings(store::Tx& tx, Id<Driver> driver, std::vector<Ping> pings);
std::optional<DriverPlace> place_of(store::Read& read, Id<Driver> driver);
/// A driver's pings between two instants, in their order, as far as 1,000 batches reach.
std::vector<Ping> pings_between(store::Read& read, Id<Driver> driver, Instant from, Instant to);
/// Of all drivers that were heard of since.
std::vector<DriverPlace> places_since(store::Read& read, Instant since);
/// The same by when they came in, by machine time.
std::vector<DriverPlace> places_received_since(store::Read& read, Instant since);

}  // namespace lastmile
