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

struct EtaAccuracy {
    Instant from;
    Instant to;
    eta::EtaFigures total;
    eta::GroupBy group_by = eta::GroupBy::horizon;
    std::vector<eta::EtaFigures> groups;
};
LASTMILE_VALUE(EtaAccuracy, (from, to, total, group_by, groups))
LASTMILE_DOC(EtaAccuracy, "Predictions held against arrivals.", {"from", "period"}, {"to", "period"}, {"total", "of all of them"},
             {"group_by", "what the groups are"}, {"groups", "at most 500, the biggest first; hours in their order"})

api::Endpoints eta_endpoints();

}  // namespace lastmile
