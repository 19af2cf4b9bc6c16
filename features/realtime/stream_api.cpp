#include <charconv>

#include "features/deliveries/delivery_store.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/events_feed/log_questions.hpp"
#include "features/policies/policy_store.hpp"
#include "features/realtime/streams.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr std::string_view known_topics[] = {"deliveries", "assignments", "exceptions", "positions", "alerts", "drivers", "etas", "plans"};

/// Which topic an event belongs to, by its family; what no topic names is shown to those who asked for none.
std::string_view topic_of(std::string_view type) {
    const auto family = type.substr(0, type.find('.'));
    for (const auto of_deliveries : {"delivery", "leg", "package", "pod", "slot"})
        if (family == of_deliveries) return "deliveries";
    for (const auto of_assignments : {"assignment", "stop", "booking"})
        if (family == of_assignments) return "assignments";
    if (family == "exception") return "exceptions";
    if (family == "alert") return "alerts";
    if (family == "plan") return "plans";
    for (const auto of_drivers : {"driver", "shift", "vehicle"})
        if (family == of_drivers) return "drivers";
    return "";
}

/// Keys and policies are not for everybody who may read streams.
bool for_admins(std::string_view type) { return type.starts_with("key.") || type.starts_with("policy.") || type.starts_with("webhook."); }

/// Header, `last_event_id`, `after`; nullopt: from now on.
template <class R>
std::optional<std::int64_t> start_of(const Call& call, const R& request) {
    const bool recipient = call.view == schema::View::recipient;  // has no cursor: reads the public view, then follows from now on
    const auto header = call.request->header("last-event-id");
    std::int64_t given = 0;
    if (const auto [end, fault] = std::from_chars(header.data(), header.data() + header.size(), given);
        !recipient && !header.empty() && fault == std::errc{} && end == header.data() + header.size())
        return given;
    if (!recipient && request.last_event_id) return request.last_event_id->value;
    if (!recipient && request.after) return request.after->value;
    return std::nullopt;
}

/// Streams are dear: the policy bounds them. False: refused.
bool admitted(const Call& call, const Opening& opening) {
    Policies policies;
    call.service<store::Store>().look(call.partition, [&](store::Read& read) { policies = policies_of(read); });
    if (static_cast<std::int64_t>(call.service<Streams>().count(call.partition)) < policies.limits.streams.value) return true;
    opening.refuse({&reasons::rate_limited, "All event streams that the policy limits.streams allows are open.", {}, {}});
    return false;
}

void follow(const Call& call, const Opening& opening, Streams::Subscription wanted, std::optional<std::int64_t> start) {
    wanted.partition = call.partition;
    wanted.tenant = call.tenant;
    Result<void> there;
    call.service<store::Store>().look(call.partition, [&](store::Read& read) {
        wanted.after = start.value_or(read.log_position());
        if (start) there = still_there(read, *start);
    });
    if (!there) return opening.refuse(there.error());
    auto stream = opening.events();
    call.service<Streams>().open(std::move(stream), std::move(wanted));
}

void open_ops(const Call& call, const OpenOpsStream& request, Opening opening) {
    for (std::size_t i = 0; i < request.topics.size(); ++i)
        if (std::ranges::find(known_topics, std::string_view(request.topics[i])) == std::end(known_topics))
            return opening.refuse(
                {&reasons::invalid,
                 "There is no such topic.",
                 {{"#/topics/" + std::to_string(i), "unknown", "deliveries, assignments, exceptions, positions, alerts, drivers, etas or plans"}},
                 {}});
    if (!admitted(call, opening)) return;
    const std::vector<std::string> topics(request.topics.begin(), request.topics.end());
    const bool admin = call.has("keys:admin");
    Streams::Subscription wanted;
    wanted.positions = topics.empty() || std::ranges::find(topics, "positions") != topics.end();
    if (topics.empty() || std::ranges::find(topics, "etas") != topics.end()) wanted.etas = [](const LiveEta&) { return true; };
    wanted.wanted = [topics, admin](const events::Event& event) {
        if (for_admins(event.type) && !admin) return false;
        return topics.empty() || std::ranges::find(topics, topic_of(event.type)) != topics.end();
    };
    follow(call, opening, std::move(wanted), start_of(call, request));
}

void open_delivery(const Call& call, const OpenDeliveryStream& request, Opening opening) {
    const Error unknown{&reasons::not_found, "There is no such delivery.", {}, {}};
    if (call.delivery && *call.delivery != request.delivery_id.bytes) return opening.refuse(unknown);
    bool there = false;
    call.service<store::Store>().look(call.partition, [&](store::Read& read) { there = find_delivery(read, request.delivery_id).has_value(); });
    if (!there) return opening.refuse(unknown);
    if (!admitted(call, opening)) return;
    Streams::Subscription wanted;
    wanted.etas = [id = request.delivery_id](const LiveEta& eta) { return std::ranges::find(eta.delivery_ids, id) != eta.delivery_ids.end(); };
    const bool recipient = wanted.bare = call.view == schema::View::recipient;
    wanted.wanted = [id = request.delivery_id.text(), recipient](const events::Event& event) {
        if (event.delivery_id != id) return false;
        // Recipients follow the delivery itself; what staff noted about it is not theirs.
        return !recipient || event.type.starts_with("delivery.") || event.type.starts_with("stop.");
    };
    follow(call, opening, std::move(wanted), start_of(call, request));
}

void follow_driver(const Call& call, Id<Driver> driver, std::optional<std::int64_t> start, bool positions, const Opening& opening) {
    if (!admitted(call, opening)) return;
    Streams::Subscription wanted;
    wanted.positions = positions;
    wanted.whose = [driver](Id<Driver> moved) { return moved == driver; };
    wanted.etas = [driver](const LiveEta& eta) { return eta.driver_id == driver; };
    wanted.wanted = [id = driver.text()](const events::Event& event) { return event.driver_id == id; };
    follow(call, opening, std::move(wanted), start);
}

void open_driver(const Call& call, const OpenDriverStream& request, Opening opening) {
    bool there = false;
    call.service<store::Store>().look(call.partition, [&](store::Read& read) { there = find_driver(read, request.driver_id).has_value(); });
    if (!there) return opening.refuse({&reasons::not_found, "There is no such driver.", {}, {}});
    follow_driver(call, request.driver_id, start_of(call, request), true, opening);
}

void open_work(const Call& call, const OpenWorkStream& request, Opening opening) {
    if (!call.driver) return opening.refuse({&reasons::forbidden, "Only a driver's token can follow his work.", {}, {}});
    if (opening.wants_websocket(call))
        return opening.refuse({&reasons::invalid, "This stream is server-sent events; ask without an upgrade.", {}, {}});
    follow_driver(call, Id<Driver>{*call.driver}, start_of(call, request), false, opening);
}

}  // namespace

Endpoints stream_endpoints() {
    return {
        streams("GET /v1/lastmile/streams/ops", "streams:read", open_ops,
                {.summary = "Follow the whole tenant",
                 .tag = "Streams",
                 .description = "Server-sent events; `id:` is the sequence, resume by Last-Event-ID. Positions and expected arrivals come coalesced, "
                                "once a second, as events `positions` and `etas` without id.",
                 .refuses = {reasons::log_was_cut, reasons::rate_limited}}),
        streams("GET /v1/lastmile/streams/deliveries/{deliveryId}", Scope("streams:read") | "deliveries:read" | "track:one", open_delivery,
                {.summary = "Follow one delivery", .tag = "Streams", .refuses = {reasons::not_found, reasons::log_was_cut, reasons::rate_limited}}),
        streams("GET /v1/lastmile/streams/drivers/{driverId}", "streams:read", open_driver,
                {.summary = "Follow one driver", .tag = "Streams", .refuses = {reasons::not_found, reasons::log_was_cut, reasons::rate_limited}}),
        streams("GET /v1/lastmile/driver-api/assignments/stream", "driver:self", open_work,
                {.summary = "Follow one's own work", .tag = "Driver app", .refuses = {reasons::forbidden, reasons::log_was_cut, reasons::rate_limited}}),
    };
}

}  // namespace lastmile
