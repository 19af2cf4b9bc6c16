#pragma once
// Kinds that several rooms speak of: service levels, priorities, vehicles, proofs.
#include "platform/schema/schema.hpp"

namespace lastmile {

enum class DeliveryType { delivery, return_ };
LASTMILE_ENUM(DeliveryType, delivery, return_)
enum class ServiceLevel { standard, express, same_day };
LASTMILE_ENUM(ServiceLevel, standard, express, same_day)
enum class Priority { normal, high };
LASTMILE_ENUM(Priority, normal, high)
enum class Temperature { ambient, chilled, frozen };
LASTMILE_ENUM(Temperature, ambient, chilled, frozen)
enum class VehicleType { bike, car, van, truck };
LASTMILE_ENUM(VehicleType, bike, car, van, truck)
enum class LeaveAt { recipient, neighbour, locker, safe_place };
LASTMILE_ENUM(LeaveAt, recipient, neighbour, locker, safe_place)
LASTMILE_DOC(LeaveAt, "Where a parcel may be left.")
enum class ProofKind { signature, photo, pin, barcode, id_check };
LASTMILE_ENUM(ProofKind, signature, photo, pin, barcode, id_check)
LASTMILE_DOC(ProofKind, "What proves a dropoff.")
enum class RetryFrom { on_board, hub };
LASTMILE_ENUM(RetryFrom, on_board, hub)
enum class ScanRebind { auto_, ask, refuse };
LASTMILE_ENUM(ScanRebind, auto_, ask, refuse)

}  // namespace lastmile
