#pragma once
// Pure decisions about hubs.
#include "engines/geo/point.hpp"
#include "features/areas/time_zone.hpp"
#include "features/hubs/hub.hpp"
#include "platform/base/changed.hpp"
#include "platform/base/result.hpp"

namespace lastmile::hubs {

/// *Emits* `hub.created`. *Refuses* an address without a location (422): it was geocoded before, or could not be.
Result<Changed<Hub>> create(Id<Hub> id, const CreateHub& request, const Now& now);
/// *Emits* `hub.updated` where something changes. *Refuses* like create.
Result<Changed<Hub>> change(const Hub& before, const ChangeHub& request, const Now& now);
/// *Emits* `hub.deleted`.
Changed<Hub> remove(Hub hub, const Now& now);

/// Whether it can be served at `at`; `zone` is its area's time zone. Without hours it always can.
bool is_open(const Hub& hub, std::string_view zone, Instant at);
/// The times in which it can be served that touch `span`, cut to it, in order: what a plan takes as a stop's windows.
std::vector<Window> open_windows(const Hub& hub, std::string_view zone, const Window& span);

inline geo::Point place_of(const Hub& hub) { return {hub.address.location.value().lat, hub.address.location.value().lon}; }
inline Seconds loading_time(const Hub& hub) { return hub.dock && hub.dock->service_s ? Seconds{*hub.dock->service_s} : Seconds{0}; }

}  // namespace lastmile::hubs
