#include "app/features.hpp"

#include "features/access/key_api.hpp"
#include "features/alerts/alert_api.hpp"
#include "features/areas/area_api.hpp"
#include "features/assignments/assignment_view.hpp"
#include "features/audit/audit_api.hpp"
#include "features/closures/closure_api.hpp"
#include "features/connectors/connector_api.hpp"
#include "features/deliveries/delivery_requests.hpp"
#include "features/dispatch/dispatch_api.hpp"
#include "features/dispatch/route_state_api.hpp"
#include "features/dossier/record.hpp"
#include "features/driver_api/driver_api.hpp"
#include "features/drivers/document_api.hpp"
#include "features/drivers/driver_api.hpp"
#include "features/drivers/shift_api.hpp"
#include "features/eta/eta_api.hpp"
#include "features/eta_learning/speed_api.hpp"
#include "features/events_feed/feed_api.hpp"
#include "features/exceptions/exception_api.hpp"
#include "features/geocode/geocode_api.hpp"
#include "features/health/health_api.hpp"
#include "features/hubs/hub_api.hpp"
#include "features/imports/import_api.hpp"
#include "features/jobs/job_api.hpp"
#include "features/partners/partner_api.hpp"
#include "features/planning/planning_api.hpp"
#include "features/planning/suggestion_api.hpp"
#include "features/pods/pod_api.hpp"
#include "features/policies/policy_api.hpp"
#include "features/positions/position.hpp"
#include "features/realtime/streams.hpp"
#include "features/tracking/link.hpp"
#include "features/tracking/tracking.hpp"
#include "features/returns/return.hpp"
#include "features/sandbox/sandbox_api.hpp"
#include "features/slots/slot_requests.hpp"
#include "features/vehicles/vehicle_api.hpp"
#include "features/webhooks/webhook_api.hpp"

namespace lastmile::app {

api::Endpoints all_endpoints() {
    api::Endpoints all;
    for (auto* table : {
             key_endpoints,
             policy_endpoints,
             area_endpoints,
             closure_endpoints,
             geocode_endpoints,
             hub_endpoints,
             partner_endpoints,
             vehicle_endpoints,
             driver_endpoints,
             shift_endpoints,
             document_endpoints,
             slot_endpoints,
             delivery_endpoints,
             import_endpoints,
             return_endpoints,
             exception_endpoints,
             alert_endpoints,
             assignment_endpoints,
             pod_endpoints,
             dispatch_endpoints,
             route_state_endpoints,
             planning_endpoints,
             suggestion_endpoints,
             connector_endpoints,
             driver_api_endpoints,
             position_endpoints,
             eta_endpoints,
             eta_learning_endpoints,
             feed_endpoints,
             stream_endpoints,
             tracking_endpoints,
             tracking_link_endpoints,
             dossier_endpoints,
             webhook_endpoints,
             audit_endpoints,
             job_endpoints,
             sandbox_endpoints,
             health_endpoints,
         })
        for (auto& endpoint : table()) all.push_back(std::move(endpoint));
    return all;
}

}  // namespace lastmile::app
