#pragma once
// Making deliveries: the places first (I/O), then all of them in one command.
#include "features/places/place.hpp"
#include "features/deliveries/delivery_requests.hpp"
#include "features/deliveries/given.hpp"
#include "features/policies/policy_store.hpp"

namespace lastmile {

/// What was found out about a request's addresses before the command.
struct PlacedDelivery {
    Placed pickup, dropoff;
};

PlacedDelivery place_delivery(const CreateDelivery& wanted, const geocode::Geocoder* geocoder);

/// What a new delivery has to do with an older one.
struct DeliveryLinks {
    std::optional<Id<Delivery>> return_of{};
    std::vector<Id<Package>> return_packages{};  // the origin's, in the order of its own
};

/// Creates one. *Refuses* `invalid_request` under `pointer` (unknown hubs and deliveries). *Emits* delivery.created, leg.created;
/// exception.opened where an address could not be placed.
DeliveryRow create_delivery(store::Tx& tx, const Vault& vault, const CreateDelivery& wanted, const PlacedDelivery& placed,
                            const std::string& pointer, const DeliveryLinks& links = {});

/// The slot's window becomes the dropoff's; the slot that it had before is free again. *Refuses* as slots::bind, before anything is written.
void take_slot(store::Tx& tx, DeliveryRow& row, Id<Reservation> id, const std::string& pointer);
/// It has no slot any more; the window stays.
void give_slot_back(store::Tx& tx, DeliveryRow& row);

/// Somebody must look where this end is. *Emits* exception.opened.
void open_address_issue(store::Tx& tx, const DeliveryRow& row, const Placed& placed, AddressSide side);

/// 128 random bits: `LM` and 26 characters.
std::string new_tracking_number(Random& random);

/// What rules need to know of the policies for this delivery, where a hub or the sender takes things back.
LifecyclePolicy lifecycle_policy(const Policies& policies);

}  // namespace lastmile
