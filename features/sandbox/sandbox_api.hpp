#pragma once
// What only test partitions can do: set their business clock forward.
#include "platform/api/endpoints.hpp"
#include "platform/schema/schema.hpp"

namespace lastmile {

struct AdvanceClock {
    std::optional<Whole<1, 31'622'400>> advance_s;
    std::optional<Instant> to;
};
LASTMILE_VALUE(AdvanceClock, (advance_s, to))
LASTMILE_DOC(AdvanceClock, "How far the clock goes.", {"advance_s", "seconds from now, at most a year", "3600"}, {"to", "or the time it shall show"})
inline void schema_check(const AdvanceClock& clock, const schema::Check& check) {
    if (clock.advance_s && clock.to) check.add("to", "ambiguous", "give advance_s or to, not both");
    if (!clock.advance_s && !clock.to) check.add("advance_s", "required", "give advance_s or to");
}

struct SandboxClock {
    Instant now;
    Instant machine_now;
    std::optional<std::int64_t> timers;
    std::optional<bool> quiet;
};
LASTMILE_VALUE(SandboxClock, (now, machine_now, timers, quiet))
LASTMILE_DOC(SandboxClock, "A partition's clock.", {"now", "its business time"}, {"machine_now", "the machine's time"},
             {"timers", "how many timers ran on the way"}, {"quiet", "whether all that follows has been done; false: a reader or timer failed"})

api::Endpoints sandbox_endpoints();

}  // namespace lastmile
