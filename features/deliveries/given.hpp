#pragma once
// What a decision may know besides the aggregate: the time, randomness for new ids, and the policy that applies to this delivery.
#include "features/deliveries/lifecycle.hpp"
#include "features/shapes/kinds.hpp"
#include "platform/base/random.hpp"

namespace lastmile {

struct LifecyclePolicy {
    int max_attempts = 3;
    std::optional<int> auto_return_after_attempts = 3;
    RetryFrom retry_from = RetryFrom::on_board;
    ScanRebind scan_rebind = ScanRebind::auto_;
    std::optional<Place> return_to;  // where things go back to; the delivery's origin if not set
};

struct Given {
    Instant at;           // business time of what happened: now, or the corrected device time of a synced fact
    Instant machine_now;  // for ids only
    Random& random;
    LifecyclePolicy policy{};
    template <class Noun>
    Id<Noun> new_id() const { return Id<Noun>::make(machine_now, random); }
};

}  // namespace lastmile
