#pragma once
// Pure decisions about closures.
#include <functional>

#include "engines/road/conditions.hpp"
#include "features/closures/closure.hpp"
#include "platform/base/changed.hpp"
#include "platform/base/result.hpp"

namespace lastmile::closures {

/// A partition holds at most this many: each pricing of a route looks at them.
inline constexpr std::size_t most = 500;

/// What the map says of a closure, before it is made.
struct OnMap {
    std::function<bool(std::string_view profile)> knows_profile;
    std::function<bool(std::int64_t way)> knows_way;
    std::function<std::size_t(const road::Closure&)> roads;  ///< how many pieces of road it closes
};

/// *Emits* `closure.created`. *Refuses* (422, together): a bad geometry, an end that has passed, a profile or way that the map does not have, a
/// geometry that touches no road.
Result<Changed<Closure>> create(Id<Closure> id, const CreateClosure& request, const OnMap& map, const Now& now);
/// *Emits* `closure.deleted`.
Changed<Closure> remove(Closure closure, const Now& now);

/// As the road engine takes it.
road::Closure on_roads(const Closure& closure);

}  // namespace lastmile::closures
