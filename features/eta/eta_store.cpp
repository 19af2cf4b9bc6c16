#include "features/eta/eta_store.hpp"

#include <algorithm>
#include <cstdlib>

#include "features/areas/area_store.hpp"
#include "features/areas/time_zone.hpp"
#include "features/policies/policy_store.hpp"

namespace lastmile::eta {
namespace {

const store::Table<Prediction> predictions_table("eta_predictions", {"stop_id", "made_at"});
const store::Table<Spread> spreads_table("eta_spreads", {"basis", "horizon"});

/// The figures of one group of rows: everything but the key.
EtaFigures figures_of(const store::Row& row, std::size_t first) {
    EtaFigures f;
    f.predictions = row[first].integer();
    f.arrivals = row[first + 1].integer();
    if (f.predictions == 0) return f;
    f.mae_s = row[first + 2].real(), f.bias_s = row[first + 3].real(), f.inside_pct = row[first + 4].real() * 100, f.worst_s = row[first + 5].integer();
    return f;
}

std::string shown_key(GroupBy group_by, const store::Value& key) {
    if (key.null()) return "none";
    switch (group_by) {
        case GroupBy::horizon: return name_of_horizon(static_cast<int>(key.integer()));
        case GroupBy::hour: return (key.integer() < 10 ? "0" : "") + std::to_string(key.integer());
        case GroupBy::area: return key.id<Area>().text();
        case GroupBy::driver: return key.id<Driver>().text();
        case GroupBy::basis: break;
    }
    return key.text();
}

#define LASTMILE_ETA_FIGURES                                                                                                          \
    "count(*), count(distinct stop_id), coalesce(avg(cast(abs(error_s) as double precision)), 0), coalesce(avg(cast(error_s as double precision)), 0), " \
    "coalesce(avg(cast(inside as double precision)), 0), coalesce(max(abs(error_s)), 0) from eta_predictions where partition = $1 and arrived_at >= $2 and arrived_at < $3"

store::SqlBuilder grouped(GroupBy group_by, const store::Args& period) {
    switch (group_by) {
        case GroupBy::horizon: return store::SqlBuilder("select horizon, " LASTMILE_ETA_FIGURES, period);
        case GroupBy::hour: return store::SqlBuilder("select hour, " LASTMILE_ETA_FIGURES, period);
        case GroupBy::area: return store::SqlBuilder("select area_id, " LASTMILE_ETA_FIGURES, period);
        case GroupBy::driver: return store::SqlBuilder("select driver_id, " LASTMILE_ETA_FIGURES, period);
        case GroupBy::basis: break;
    }
    return store::SqlBuilder("select basis, " LASTMILE_ETA_FIGURES, period);
}

}  // namespace

std::vector<Spread> spreads(store::Read& read) { return spreads_table.all(read, "partition = $1 order by basis, horizon"); }

Spread spread_in(const std::vector<Spread>& all, Basis basis, int horizon) {
    const auto found = std::ranges::find_if(all, [&](const Spread& spread) { return spread.basis == basis && spread.horizon == horizon; });
    return found != all.end() ? *found : Spread{basis, horizon, 0, 0, 1};
}

void keep(store::Tx& tx, const Prediction& prediction) { predictions_table.upsert(tx.bookkeeping(), prediction); }

void settle(store::Tx& tx, Id<Stop> stop, Instant arrived_at) {
    auto made = predictions_table.lock(tx, "partition = $1 and stop_id = $2 and arrived_at is null order by made_at", {stop});
    if (made.empty()) return;
    const auto areas = areas_at(tx, {made.front().lat, made.front().lon});
    const std::string zone = areas.empty() ? std::string(policies_of(tx).time_zone) : std::string(areas.front().time_zone);
    const auto hour = wall_clock(is_time_zone(zone) ? zone : "UTC", arrived_at).time.minutes / 60;
    auto all = spreads(tx);
    for (auto& prediction : made) {
        const auto error = std::chrono::duration_cast<Seconds>(arrived_at - prediction.eta);
        prediction.arrived_at = arrived_at, prediction.error_s = error.count();
        prediction.inside = std::abs(error.count()) <= prediction.half_window_s;
        prediction.hour = hour;
        if (!areas.empty()) prediction.area_id = areas.front().id;
        predictions_table.update(tx.bookkeeping(), prediction);
        auto spread = learnt(spread_in(all, prediction.basis, prediction.horizon), error, Seconds{prediction.half_window_s});
        spreads_table.upsert(tx.bookkeeping(), spread);
        std::erase_if(all, [&](const Spread& old) { return old.basis == spread.basis && old.horizon == spread.horizon; });
        all.push_back(spread);
    }
}

EtaFigures figures(store::Read& read, const Period& period) {
    store::SqlBuilder all("select " LASTMILE_ETA_FIGURES, {period.from, period.to});
    all.where(" and driver_id = $?", period.driver_id).where(" and area_id = $?", period.area_id);
    const auto rows = all.query(read);
    return figures_of(rows[0], 0);
}

std::vector<EtaFigures> figures_by(store::Read& read, const Period& period, GroupBy group_by) {
    auto list = grouped(group_by, {period.from, period.to});
    list.where(" and driver_id = $?", period.driver_id).where(" and area_id = $?", period.area_id).add(" group by 1 order by 2 desc, 1 limit 500");
    std::vector<EtaFigures> groups;
    for (const auto& row : list.query(read)) {
        groups.push_back(figures_of(row, 1));
        groups.back().key = shown_key(group_by, row[0]);
    }
    if (group_by == GroupBy::hour) std::ranges::sort(groups, {}, &EtaFigures::key);
    return groups;
}

}  // namespace lastmile::eta
