#pragma once
// All SQL on predictions and on what was learnt from them.
#include "features/eta/eta_rules.hpp"

namespace lastmile::eta {

struct Prediction {
    Id<Stop> stop_id;
    Instant made_at;
    Id<Assignment> assignment_id;
    std::optional<Id<Driver>> driver_id;
    Basis basis = Basis::route;
    int horizon = 0;
    double lat = 0;
    double lon = 0;
    Instant eta;
    std::int64_t half_window_s = 0;
    std::optional<Instant> arrived_at;
    std::optional<std::int64_t> error_s;
    std::optional<bool> inside;
    std::optional<std::int64_t> hour;
    std::optional<Id<Area>> area_id;
};
LASTMILE_VALUE(Prediction, (stop_id, made_at, assignment_id, driver_id, basis, horizon, lat, lon, eta, half_window_s, arrived_at, error_s, inside, hour, area_id))

std::vector<Spread> spreads(store::Read& read);
/// That of a basis and horizon; the usual one where nothing is known.
Spread spread_in(const std::vector<Spread>& all, Basis basis, int horizon);

void keep(store::Tx& tx, const Prediction& prediction);
/// Holds the stop's predictions against the arrival, once, and learns from them. `hour`, `area`: of the place at that time.
void settle(store::Tx& tx, Id<Stop> stop, Instant arrived_at);

/// How good predictions were whose stops were reached in a period.
struct EtaFigures {
    std::string key;
    std::int64_t predictions = 0;
    std::int64_t arrivals = 0;
    double mae_s = 0;
    double bias_s = 0;
    double inside_pct = 0;
    std::int64_t worst_s = 0;
};
LASTMILE_VALUE(EtaFigures, (key, predictions, arrivals, mae_s, bias_s, inside_pct, worst_s))
LASTMILE_DOC(EtaFigures, "How good predictions were.", {"key", "of the group", "5-15 min"}, {"predictions", "that were kept and have come to their end"},
             {"arrivals", "stops that were reached"}, {"mae_s", "mean of the errors' size, in seconds"},
             {"bias_s", "mean error: above 0, arrivals come later than predicted"}, {"inside_pct", "share of arrivals inside their window"},
             {"worst_s", "the largest error"})

enum class GroupBy { horizon, hour, area, driver, basis };
LASTMILE_ENUM(GroupBy, horizon, hour, area, driver, basis)
struct Period {
    Instant from, to;
    std::optional<Id<Driver>> driver_id{};
    std::optional<Id<Area>> area_id{};
};
EtaFigures figures(store::Read& read, const Period& period);
/// At most 500 groups, the biggest first.
std::vector<EtaFigures> figures_by(store::Read& read, const Period& period, GroupBy group_by);

}  // namespace lastmile::eta
