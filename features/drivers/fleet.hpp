#pragma once
// What the endpoints of areas, hubs, partners, vehicles and drivers ask for among the services, put together: who refers to whom within
// these rooms is known here, rooms below add theirs before the server starts (`fleet.drivers.add(…)`: open stops).
#include "features/administered/references.hpp"
#include "features/drivers/driver_positions.hpp"
#include "features/partners/connectors.hpp"
#include "features/vehicles/road_profiles.hpp"
#include "platform/api/call.hpp"

namespace lastmile {

struct Fleet {
    Fleet();

    References<Area> areas;
    References<Hub> hubs;
    References<Vehicle> vehicles;
    References<Driver> drivers;  // open stops: what keeps a driver from being deactivated
    ConnectorKinds connectors;
    RoadProfiles profiles;
    DriverPositions positions;

    /// It must outlive the services.
    void put_into(api::Services& services);
};

}  // namespace lastmile
