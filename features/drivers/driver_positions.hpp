#pragma once
// Where drivers are is the positions room's, which stands below this one: it puts these among the services. Empty: the place that a
// driver last reported with a status is all that is known.
#include <functional>
#include <optional>

#include "features/ids/ids.hpp"
#include "features/shapes/shapes.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

struct DriverPositions {
    /// A place that came with a status.
    std::function<void(store::Tx&, Id<Driver>, const Location&)> report{};
    /// The last known place.
    std::function<std::optional<Location>(store::Read&, Id<Driver>)> last{};
};

}  // namespace lastmile
