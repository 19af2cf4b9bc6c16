#include "features/positions/live_places.hpp"
#include "features/positions/position_store.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/store/store.hpp"

namespace lastmile {
namespace {

using namespace api;

std::vector<Ping> pings_of(const ReportPings& request) {
    std::vector<Ping> pings;
    if (const auto* one = std::get_if<0>(&request.body))
        pings.push_back(*one);
    else if (const auto* batch = std::get_if<1>(&request.body))
        pings.assign(batch->pings.begin(), batch->pings.end());
    else
        for (const auto& ping : std::get<2>(request.body)) pings.push_back(ping);
    return pings;
}

/// A driver speaks for himself only.
bool names_other(const ReportPings& request, const IdBytes& self) {
    const auto other = [&](const std::optional<Id<Driver>>& driver) { return driver && driver->bytes != self; };
    if (const auto* one = std::get_if<0>(&request.body)) return other(one->driver_id);
    if (const auto* batch = std::get_if<1>(&request.body)) return other(batch->driver_id);
    for (const auto& ping : std::get<2>(request.body))
        if (other(ping.driver_id)) return true;
    return false;
}

/// Answered when the batch is durable, else 503: never acknowledged and lost.
void report_pings(const Call& call, std::shared_ptr<const ReportPings> request, Answered<PingsTaken> answered) {
    if (!call.driver) return answered(refuse(reasons::forbidden, "Only a driver's token can report positions."));
    if (names_other(*request, *call.driver))
        return answered(refuse(reasons::forbidden, "The pings name another driver than the token.", {{"#/driver_id", "not_yours", "leave it out"}}));
    auto pings = pings_of(*request);
    const auto count = static_cast<std::int64_t>(pings.size());
    auto& live = call.service<LivePlaces>();
    store::Command command{};
    command.partition = call.partition;
    command.origin = call.origin();
    command.lane = store::Lane::bulk;
    command.body = [pings = std::move(pings), driver = Id<Driver>{*call.driver}, &live](store::Tx& tx) {
        if (auto place = keep_pings(tx, driver, pings))
            tx.after_commit([&live, partition = tx.partition(), place = *place] { live.moved(partition, place); });
        return store::Answer{};
    };
    command.render = [](const Error& error) { return store::Answer{.status = error.reason->status, .headers = {}, .body = {}}; };
    command.done = [answered, count](store::Answer answer) {
        if (answer.status < 300)
            answered(PingsTaken{count});
        else
            answered(refuse(reasons::overloaded, "The positions could not be kept now; send them again."));
    };
    call.service<store::Store>().command(std::move(command));
}

Result<Reply<DriverPlace>> get_place(store::Read& read, const Call& call, const DriverPlaceOf& request) {
    if (call.driver && *call.driver != request.driver_id.bytes) return refuse(reasons::not_found, "There is no such driver.");
    auto place = place_of(read, request.driver_id);
    if (!place) return refuse(reasons::not_found, "There is no such driver, or no position was ever reported.");
    Reply<DriverPlace> reply(*place);
    reply.no_store = true;
    return reply;
}

}  // namespace

Endpoints position_endpoints() {
    return {
        ingests("POST /v1/lastmile/driver-api/location", "driver:self", report_pings,
                {.summary = "Report positions",
                 .tag = "Driver app",
                 .description = "One ping, an array, or {pings:[…]}, up to 1,000, in any order; repeated ones are harmless. Answered when they are "
                                "durable. Impossible jumps are kept, but do not move the driver.",
                 .refuses = {reasons::forbidden, reasons::overloaded},
                 .status = 202,
                 .keyless = true}),
        reads("GET /v1/lastmile/drivers/{driverId}/location", Scope("drivers:read") | "driver:self", get_place,
              {.summary = "Get a driver's last known place", .tag = "Tracking", .refuses = {reasons::not_found}}),
    };
}

}  // namespace lastmile
