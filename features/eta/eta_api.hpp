#pragma once
// How good predictions are, over the wire.
#include "features/eta/eta_store.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct EtaAccuracyQuery {
    std::optional<Instant> from;
    std::optional<Instant> to;
    std::optional<eta::GroupBy> group_by;
    std::optional<Id<Driver>> driver_id;
    std::optional<Id<Area>> area_id;
};
LASTMILE_VALUE(EtaAccuracyQuery, (from, to, group_by, driver_id, area_id))
LASTMILE_DOC(EtaAccuracyQuery, "Which predictions.", {"from", "of stops reached at or after; absent: a day before `to`"},
             {"to", "of stops reached before; absent: now"}, {"group_by", "horizon, hour, area, driver or basis; absent: horizon"},
             {"driver_id", "only of this driver"}, {"area_id", "only in this area"})
inline void schema_check(const EtaAccuracyQuery& q, const schema::Check& check) {
    if (q.from && q.to && *q.from >= *q.to) check.add("to", "not_after_from", "must be later than from");
}

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
struct EtaAccuracy {
    Instant from;
    Instant to;
    EtaFigures total;
    eta::GroupBy group_by = eta::GroupBy::horizon;
    std::vector<EtaFigures> groups;
};
LASTMILE_VALUE(EtaAccuracy, (from, to, total, group_by, groups))
LASTMILE_DOC(EtaAccuracy, "Predictions held against arrivals.", {"from", "period"}, {"to", "period"}, {"total", "of all of them"},
             {"group_by", "what the groups are"}, {"groups", "at most 500, the biggest first; hours in their order"})

api::Endpoints eta_endpoints();

}  // namespace lastmile
