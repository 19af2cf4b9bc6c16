#pragma once
// The full record of a delivery: its row with all that other rooms know of it. Parts are shown as far as the caller's scopes go.
#include "features/deliveries/delivery_requests.hpp"
#include "features/events_feed/timeline.hpp"
#include "features/exceptions/exception.hpp"
#include "features/partners/partner.hpp"
#include "features/pods/pod_view.hpp"
#include "features/tracking/tracking.hpp"
#include "features/vehicles/vehicle.hpp"

namespace lastmile {

struct CarrierDriver {
    Id<Driver> driver_id;
    std::string name;
    std::optional<Phone> phone;
};
LASTMILE_VALUE(CarrierDriver, (driver_id, name, phone))
LASTMILE_DOC(CarrierDriver, "The driver.", {"driver_id", "ours"}, {"name", "full name"}, {"phone", "telephone"})
struct CarrierVehicle {
    Id<Vehicle> vehicle_id;
    VehicleType type = VehicleType::van;
    std::optional<std::string> registration;
};
LASTMILE_VALUE(CarrierVehicle, (vehicle_id, type, registration))
LASTMILE_DOC(CarrierVehicle, "The vehicle.", {"vehicle_id", "ours"}, {"type", "bike, car, van or truck"}, {"registration", "its number plate"})
struct CarrierPartner {
    Id<Partner> partner_id;
    std::string name;
    PartnerType type = PartnerType::ownfleet;
};
LASTMILE_VALUE(CarrierPartner, (partner_id, name, type))
LASTMILE_DOC(CarrierPartner, "The partner.", {"partner_id", "ours"}, {"name", "its name"}, {"type", "3pl, crowd or ownfleet"})
struct Carrier {
    AssignmentState status = AssignmentState::planned;
    bool locked = false;
    std::optional<CarrierDriver> driver;
    std::optional<CarrierVehicle> vehicle;
    std::optional<CarrierPartner> partner;
};
LASTMILE_VALUE(Carrier, (status, locked, driver, vehicle, partner))
LASTMILE_DOC(Carrier, "Who carries it, in words.", {"status", "of the assignment"}, {"locked", "true: planning leaves it alone"},
             {"driver", "with drivers:read"}, {"vehicle", "with vehicles:read"}, {"partner", "with partners:read"})

struct DeliveryDossier : DeliveryView {
    Nullable<Carrier> carrier;
    Live live;
    std::vector<TimelineEntry> timeline;
    bool timeline_complete = true;
    std::vector<Id<Pod>> pod_ids;
    std::optional<std::vector<PodInShort>> pods;
    std::optional<std::vector<Exception>> exceptions;
};
LASTMILE_RESOURCE(DeliveryDossier, (carrier, live, timeline, timeline_complete, pod_ids, pods, exceptions))
LASTMILE_EXTENDS(DeliveryDossier, DeliveryView)
LASTMILE_VIEW(DeliveryDossier, owner, (*))
LASTMILE_VIEW(DeliveryDossier, admin, (*))
LASTMILE_DOC(DeliveryDossier, "A delivery with its whole story.", {"carrier", "who carries it; null: nobody yet"}, {"live", "as it moves"},
             {"timeline", "the last 100 steps, oldest first"}, {"timeline_complete", "false: older steps are in …/timeline"},
             {"pod_ids", "its proofs"}, {"pods", "with pods:read: its proofs with links to their files; every view is noted"},
             {"exceptions", "with exceptions:read: what wanted somebody's eyes, oldest first"})

api::Endpoints dossier_endpoints();

}  // namespace lastmile
