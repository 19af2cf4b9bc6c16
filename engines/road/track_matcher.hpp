#pragma once
#include "engines/road/match.hpp"
#include "engines/road/metric.hpp"

namespace lastmile::road {

/// Puts a track of pings on the roads: the most likely path through a hidden Markov model (Newson and Krumm 2009) whose states are directions of the
/// roads near each ping. A ping lies off its road as a normal deviate of its accuracy; the way between two of them differs from their beeline
/// by an exponential one. Empty where fewer than two pings lie near roads that connect.
Match match_track(const Network& network, const Metric& metric, const MatchQuery& query);

}  // namespace lastmile::road
