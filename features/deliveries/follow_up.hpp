#pragma once
// What follows from a delivery's new state besides its events: what a cancellation left to do ends, its slot is freed or used up.
#include "features/deliveries/delivery_store.hpp"

namespace lastmile::deliveries {

/// Brings `record.reconcile` up to date: opens what is left to do now, ends what is not any more. The events tell which.
std::vector<EventDraft> follow_up(DeliveryRow& row, Instant now);

/// A cancelled delivery's slot is free for others, one that has come to its end otherwise has used it.
void settle_slot(store::Tx& tx, const DeliveryRow& row, Status was);

}  // namespace lastmile::deliveries
