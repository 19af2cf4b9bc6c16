#pragma once
// Does a route fit its driver, vehicle, shift and promises? All that does not is named at once.
#include "features/assignments/assignment_store.hpp"
#include "features/deliveries/delivery_store.hpp"
#include "features/drivers/driver.hpp"
#include "features/drivers/shift.hpp"
#include "features/vehicles/vehicle.hpp"

namespace lastmile::dispatch {

/// `code`: capacity_exceeded, skill_missing, vehicle_type, vehicle_missing, vehicle_unavailable, window_missed, shift_exceeded, range_exceeded,
/// ride_too_long, apart_from, together_with, document_missing, document_expired.
struct Violation {
    std::string code;
    std::string detail;
    std::optional<Id<Delivery>> delivery_id;
};
LASTMILE_VALUE(Violation, (code, detail, delivery_id))
LASTMILE_DOC(Violation, "Something that does not fit.", {"code", "which rule"}, {"detail", "in a sentence, with numbers"},
             {"delivery_id", "whose rule, where it is one delivery's"})

struct Crew {
    Driver driver;
    std::optional<Vehicle> vehicle;
    std::optional<Shift> shift;
};

/// `row` is priced; `deliveries` are those on it.
std::vector<Violation> violations(const AssignmentRow& row, const std::vector<const DeliveryRow*>& deliveries, const Crew& crew);

}  // namespace lastmile::dispatch
