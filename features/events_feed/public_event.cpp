#include "features/events_feed/public_event.hpp"

#include "platform/store/partitions.hpp"

namespace lastmile {

EventActor public_actor(const Actor& actor) {
    EventActor shown{actor.kind, actor.id, {}};
    if (!actor.on_behalf.empty()) shown.on_behalf = actor.on_behalf;
    return shown;
}

PublicEvent public_event(const events::Event& event, std::string_view tenant) {
    PublicEvent shown;
    shown.id = event.id;
    shown.type = event.type;
    shown.sequence = event.sequence;
    shown.timestamp = event.timestamp;
    shown.tenant = tenant;
    shown.delivery_id = event.delivery_id;
    shown.assignment_id = event.assignment_id;
    shown.driver_id = event.driver_id;
    shown.correlation_id = event.correlation_id();
    shown.actor = public_actor(event.actor);
    shown.data.value = event.data;
    return shown;
}

std::string event_json(const events::Event& event, std::string_view tenant) { return schema::encode(public_event(event, tenant)); }

std::string tenant_of(store::Read& read) {
    for (const auto& [partition, name] : store::all_partitions(read))
        if (partition == read.partition()) return name.tenant;
    return {};
}

}  // namespace lastmile
