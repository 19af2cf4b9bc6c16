#pragma once
// A driver's work: for dispatchers and for the driver's own app.
#include "features/assignments/assignment_view.hpp"
#include "features/deliveries/delivery_store.hpp"

namespace lastmile {

struct WorkDelivery {
    Id<Delivery> delivery_id;
    Status status = Status::requested;
    std::optional<Phase> phase;
    DeliveryType type = DeliveryType::delivery;
    ServiceLevel service_level = ServiceLevel::standard;
    Priority priority = Priority::normal;
    std::string tracking_number;
};
LASTMILE_VALUE(WorkDelivery, (delivery_id, status, phase, type, service_level, priority, tracking_number))
LASTMILE_DOC(WorkDelivery, "A delivery in short.", {"delivery_id", "ours"}, {"status", "its status"}, {"phase", "finer than the status"},
             {"type", "delivery or return"}, {"service_level", "standard, express or same_day"}, {"priority", "normal or high"},
             {"tracking_number", "for the recipient"})
struct WorkItem {
    AssignmentView assignment;
    std::vector<WorkDelivery> deliveries;
};
LASTMILE_VALUE(WorkItem, (assignment, deliveries))
LASTMILE_DOC(WorkItem, "One assignment of the driver.", {"assignment", "with its route"}, {"deliveries", "what is on it"})
struct Work {
    std::vector<WorkItem> data;
};
LASTMILE_VALUE(Work, (data))
LASTMILE_DOC(Work, "The driver's assignments, newest first; at most 200.", {"data", "one each"})

/// Without `past` only what is not over.
Work work_of(store::Read& read, Id<Driver> driver, bool past);

}  // namespace lastmile
