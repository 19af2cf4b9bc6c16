#include "features/drivers/fleet.hpp"

#include "features/drivers/driver_store.hpp"
#include "features/drivers/shift_store.hpp"
#include "features/hubs/hub_store.hpp"
#include "features/partners/partner_store.hpp"
#include "features/vehicles/vehicle_store.hpp"

namespace lastmile {

Fleet::Fleet()
    : areas{hubs_referring_to, partners_referring_to},
      hubs{vehicles_referring_to, [](store::Read& read, Id<Hub> hub) { return drivers_referring_to(read, hub); }, shifts_referring_to},
      vehicles{[](store::Read& read, Id<Vehicle> vehicle) { return drivers_referring_to(read, vehicle); }} {}

void Fleet::put_into(api::Services& services) {
    services.put(areas);
    services.put(hubs);
    services.put(vehicles);
    services.put(drivers);
    services.put(connectors);
    services.put(profiles);
    services.put(positions);
}

}  // namespace lastmile
