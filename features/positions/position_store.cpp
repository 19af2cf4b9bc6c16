#include "features/positions/position_store.hpp"

#include <algorithm>

#include "engines/geo/point.hpp"
#include "platform/crypto/hash.hpp"

namespace lastmile {
namespace {

constexpr std::chrono::minutes future_guard{2};
constexpr double fastest_mps = 70;

template <class T>
store::Value real_or_none(const std::optional<T>& value) {
    return value ? store::Value(static_cast<double>(*value)) : store::Value();
}

DriverPlace to_place(const store::Row& row, Instant now) {
    DriverPlace place;
    place.driver_id = row[0].id<Driver>();
    place.location = {.lat = row[2].real(), .lon = row[3].real(), .accuracy_meters = {}, .timestamp = row[1].instant()};
    if (!row[4].null()) place.location.accuracy_meters = row[4].real();
    if (!row[5].null()) place.speed = row[5].real();
    if (!row[6].null()) place.heading = static_cast<std::int64_t>(row[6].real());
    if (!row[7].null()) place.battery_pct = row[7].real();
    const auto age = std::chrono::floor<std::chrono::seconds>(now - row[1].instant());
    place.age_s = std::max<std::int64_t>(0, age.count());
    place.stale = age > stale_after;
    return place;
}

bool credible(const Ping& ping, const std::optional<DriverPlace>& last, Instant now) {
    const auto at = *ping.location.timestamp;
    if (at > now + future_guard) return false;
    if (!last) return true;
    if (at <= *last->location.timestamp) return false;
    const auto seconds = std::chrono::duration<double>(at - *last->location.timestamp).count();
    const auto metres = geo::distance_m({last->location.lat, last->location.lon}, {ping.location.lat, ping.location.lon});
    // After ten minutes of silence anything may have happened (a ferry, a switched-off phone on a train).
    return seconds > 600 || metres <= 200 + fastest_mps * seconds;
}

}  // namespace

std::optional<DriverPlace> place_of(store::Read& read, Id<Driver> driver) {
    const auto rows = read.query(
        "select driver_id, at, lat, lon, accuracy_meters, speed, heading, battery_pct from driver_places where partition = $1 and driver_id = $2",
        {driver});
    return rows.empty() ? std::nullopt : std::optional(to_place(rows[0], read.now().business));
}

std::vector<DriverPlace> places_since(store::Read& read, Instant since) {
    std::vector<DriverPlace> places;
    for (const auto& row : read.query("select driver_id, at, lat, lon, accuracy_meters, speed, heading, battery_pct from driver_places where "
                                      "partition = $1 and at >= $2 limit 10000",
                                      {since}))
        places.push_back(to_place(row, read.now().business));
    return places;
}

std::vector<DriverPlace> places_received_since(store::Read& read, Instant since) {
    std::vector<DriverPlace> places;
    for (const auto& row : read.query("select driver_id, at, lat, lon, accuracy_meters, speed, heading, battery_pct from driver_places where "
                                      "partition = $1 and received_at >= $2 limit 10000",
                                      {since}))
        places.push_back(to_place(row, read.now().business));
    return places;
}

std::vector<Ping> pings_between(store::Read& read, Id<Driver> driver, Instant from, Instant to) {
    std::vector<Ping> pings;
    for (const auto& row : read.query("select pings from positions where partition = $1 and driver_id = $2 and from_ms <= $4 and to_ms >= $3 order by from_ms limit 1000",
                                      {driver, from, to}))
        for (auto& ping : schema::from_stored<std::vector<Ping>>(row[0].text()))
            if (*ping.location.timestamp >= from && *ping.location.timestamp <= to) pings.push_back(std::move(ping));
    std::ranges::stable_sort(pings, {}, [](const Ping& ping) { return *ping.location.timestamp; });
    return pings;
}

std::optional<DriverPlace> keep_pings(store::Tx& tx, Id<Driver> driver, std::vector<Ping> pings) {
    const auto now = tx.now().business;
    for (auto& ping : pings)
        if (!ping.location.timestamp) ping.location.timestamp = now;
    std::ranges::sort(pings, {}, [](const Ping& ping) { return *ping.location.timestamp; });
    const auto text = schema::to_stored(pings);
    const auto digest = crypto::sha256(text);
    auto& writer = tx.bookkeeping();
    writer.write_any(
        "insert into positions (partition, driver_id, from_ms, hash, to_ms, pings, received_at) values ($1, $2, $3, $4, $5, $6, $7) "
        "on conflict (partition, driver_id, from_ms, hash) do nothing",
        {driver, *pings.front().location.timestamp, store::Bytes(digest.begin(), digest.begin() + 16), *pings.back().location.timestamp, text,
         tx.now().machine});
    auto last = place_of(tx, driver);
    const Ping* newest = nullptr;
    for (const auto& ping : pings) {
        if (!credible(ping, last, now)) continue;
        newest = &ping;
        last = DriverPlace{
            .driver_id = driver, .location = ping.location, .speed = ping.speed, .heading = ping.heading, .battery_pct = ping.battery_pct};
    }
    if (!newest) return std::nullopt;
    const auto& l = newest->location;
    writer.write_any(
        "insert into driver_places (partition, driver_id, at, lat, lon, accuracy_meters, speed, heading, battery_pct, received_at) values ($1, $2, "
        "$3, $4, $5, $6, $7, $8, $9, $10) "
        "on conflict (partition, driver_id) do update set at = excluded.at, lat = excluded.lat, lon = excluded.lon, accuracy_meters = "
        "excluded.accuracy_meters, "
        "speed = excluded.speed, heading = excluded.heading, battery_pct = excluded.battery_pct, received_at = excluded.received_at where "
        "driver_places.at < excluded.at",
        {driver, *l.timestamp, l.lat.value, l.lon.value, real_or_none(l.accuracy_meters), real_or_none(newest->speed),
         newest->heading ? store::Value(static_cast<double>(newest->heading->value)) : store::Value(), real_or_none(newest->battery_pct),
         tx.now().machine});
    last->age_s = std::max<std::int64_t>(0, std::chrono::floor<std::chrono::seconds>(now - *l.timestamp).count());
    return last;
}

}  // namespace lastmile
