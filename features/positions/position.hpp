#pragma once
// Pings and places of drivers. They have their own store and streams; they raise no version and are no events.
#include "features/ids/ids.hpp"
#include "features/shapes/shapes.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct Ping {
    Location location;
    std::optional<Metres> speed;
    std::optional<Whole<0, 360>> heading;
    std::optional<Percent> battery_pct;
};
LASTMILE_VALUE(Ping, (location, speed, heading, battery_pct))
LASTMILE_DOC(Ping, "A measured position.", {"location", "where, with the device's time in `timestamp`; without it: now"},
             {"speed", "metres a second"}, {"heading", "degrees from north"}, {"battery_pct", "charge of the device"})

struct PingOne : Ping {
    std::optional<Id<Driver>> driver_id;
};
LASTMILE_VALUE(PingOne, (driver_id))
LASTMILE_EXTENDS(PingOne, Ping)
LASTMILE_DOC(PingOne, "One ping.", {"driver_id", "the driver himself; may be left out"})
struct PingBatch {
    std::optional<Id<Driver>> driver_id;
    List<Ping, 1, 1000> pings;
};
LASTMILE_VALUE(PingBatch, (driver_id, pings))
LASTMILE_DOC(PingBatch, "Up to 1,000 pings.", {"driver_id", "the driver himself; may be left out"},
             {"pings", "in any order; repeated ones are harmless"})
struct ReportPings {
    std::variant<PingOne, PingBatch, List<PingOne, 1, 1000>> body;
};
LASTMILE_VALUE(ReportPings, (body))
LASTMILE_DOC(ReportPings, "A ping, an array of pings, or {pings:[…]}.", {"body", "one or many"})
struct PingsTaken {
    std::int64_t accepted = 0;
};
LASTMILE_VALUE(PingsTaken, (accepted))
LASTMILE_DOC(PingsTaken, "They are durable.", {"accepted", "how many pings were in the request"})

/// Where a driver is, and how old that is.
struct DriverPlace {
    Id<Driver> driver_id;
    Location location;
    std::optional<Metres> speed;
    std::optional<Whole<0, 360>> heading;
    std::optional<Percent> battery_pct;
    std::int64_t age_s = 0;
    bool stale = false;
};
LASTMILE_VALUE(DriverPlace, (driver_id, location, speed, heading, battery_pct, age_s, stale))
LASTMILE_DOC(DriverPlace, "The last known place of a driver.", {"driver_id", "whose"}, {"location", "where and when"}, {"speed", "metres a second"},
             {"heading", "degrees from north"}, {"battery_pct", "charge of the device"}, {"age_s", "how old it is"},
             {"stale", "true: older than two minutes, not to be shown as live"})
struct DriverPlaceOf {
    Id<Driver> driver_id;
};
LASTMILE_VALUE(DriverPlaceOf, (driver_id))
LASTMILE_DOC(DriverPlaceOf, "Whose place.", {"driver_id", "ours"})

inline constexpr std::chrono::seconds stale_after{120};

api::Endpoints position_endpoints();

}  // namespace lastmile
