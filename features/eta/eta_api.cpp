#include "features/eta/eta_api.hpp"

#include <cmath>

#include "features/reasons/reasons.hpp"

namespace lastmile {
namespace {

using namespace api;

eta::EtaFigures rounded(eta::EtaFigures f) {
    for (auto* value : {&f.mae_s, &f.bias_s, &f.inside_pct}) *value = std::round(*value * 10) / 10;
    return f;
}

Result<Reply<EtaAccuracy>> accuracy(store::Read& read, const Call&, const EtaAccuracyQuery& r) {
    EtaAccuracy answer;
    answer.to = r.to.value_or(read.now().business + Seconds{1});
    answer.from = r.from.value_or(answer.to - std::chrono::hours{24});
    if (answer.from >= answer.to) return refuse(reasons::invalid, "The period is empty.", {{"#/query/from", "not_before_to", "must be earlier than to"}});
    const eta::Period period{answer.from, answer.to, r.driver_id, r.area_id};
    answer.group_by = r.group_by.value_or(eta::GroupBy::horizon);
    answer.total = rounded(eta::figures(read, period));
    answer.total.key = "all";
    for (auto& group : eta::figures_by(read, period, answer.group_by)) answer.groups.push_back(rounded(std::move(group)));
    return answer;
}

}  // namespace

Endpoints eta_endpoints() {
    return {
        reads("GET /v1/lastmile/eta/accuracy", "metrics:read", accuracy,
              {.summary = "How good predictions of arrivals are",
               .tag = "Metrics",
               .description = "Each stop's predictions are kept (the first, one in each horizon, and whatever moved the arrival by two minutes) and held against the arrival."}),
    };
}

}  // namespace lastmile
