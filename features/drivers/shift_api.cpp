#include "features/drivers/shift_api.hpp"

#include <charconv>

#include "features/administered/requests.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/drivers/shift_rules.hpp"
#include "features/drivers/shift_store.hpp"
#include "features/hubs/hub_store.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/events/apply.hpp"

namespace lastmile {
namespace {

using namespace api;

using Place = std::pair<Instant, Id<Shift>>;  // in the list: start, id

bool may_see(const Call& call, Id<Driver> driver) { return call.has("drivers:read") || call.driver == driver.bytes; }

std::string print_place(const Shift& shift) { return std::to_string(to_unix_ms(shift.starts_at)) + ":" + shift.id.text(); }

Result<std::optional<Place>> parse_place(const std::optional<Cursor>& cursor) {
    if (!cursor) return std::optional<Place>{};
    const auto& key = cursor->key;
    std::int64_t ms = 0;
    const auto [end, fault] = std::from_chars(key.data(), key.data() + key.size(), ms);
    const auto colon = static_cast<std::size_t>(end - key.data());
    const auto id = fault == std::errc{} && colon < key.size() &&
        key[colon] == ':' ? Id<Shift>::parse(std::string_view(key).substr(colon + 1)) : std::nullopt;
    if (!id) return refuse(reasons::bad_cursor, "The cursor is not one of this list.");
    return std::optional<Place>{{from_unix_ms(ms), *id}};
}

void check_hubs(store::Tx& tx, const std::optional<ShiftPlace>& start, const std::optional<ShiftPlace>& end) {
    administered::Referred referred;
    if (start && start->hub_id && !lock_hub_if_any(tx, *start->hub_id)) referred.unknown("#/start_place/hub_id", "hub");
    if (end && end->hub_id && !lock_hub_if_any(tx, *end->hub_id)) referred.unknown("#/end_place/hub_id", "hub");
    referred.check().value();
}

/// The shift, with its driver locked before it.
std::optional<Shift> lock_with_driver(store::Tx& tx, Id<Shift> id) {
    const auto found = find_shift(tx, id);
    if (!found) return std::nullopt;
    lock_driver(tx, found->driver_id);
    return lock_shift(tx, id);
}

void apply_unless_overlapping(store::Tx& tx, const Changed<Shift>& changed) {
    if (changed.events.empty()) return;
    if (const auto other = overlapping_shift(tx, changed.after)) throw Refusal(shifts::overlap(*other));
    events::apply(tx, changed);
}

Result<Reply<Page<Shift>>> list_shifts(store::Read& read, const Call& call, const ListShifts& request) {
    if (!may_see(call, request.driver_id) || !find_driver(read, request.driver_id)) return refuse(reasons::not_found, "There is no such driver.");
    const auto before = parse_place(request.cursor);
    if (!before) return std::unexpected(before.error());
    return page_of(shifts_below(read, request, *before, request.limit + 1), request.limit, print_place);
}

Result<Reply<Shift>> get_shift(store::Read& read, const Call& call, const ShiftRef& request) {
    auto shift = find_shift(read, request.shift_id);
    if (!shift || !may_see(call, shift->driver_id)) return refuse(reasons::not_found, "There is no such shift.");
    return *shift;
}

Result<Reply<Shift>> create_shift(store::Tx& tx, const Call&, const CreateShift& request) {
    check_hubs(tx, request.start_place, request.end_place);
    const auto driver = lock_driver(tx, request.driver_id);
    if (driver.status == DriverStatus::inactive) return refuse(reasons::driver_not_legal, "The driver is deactivated.");
    auto changed = shifts::create(tx.new_id<Shift>(), request, tx.now()).value();
    apply_unless_overlapping(tx, changed);
    return Reply(changed.after).created("/v1/lastmile/shifts/" + changed.after.id.text());
}

Result<Reply<Shift>> change_shift(store::Tx& tx, const Call&, const ChangeShift& request) {
    check_hubs(tx, request.start_place.value, request.end_place.value);
    const auto before = lock_with_driver(tx, request.shift_id);
    if (!before) return refuse(reasons::not_found, "There is no such shift.");
    auto changed = shifts::change(*before, request, tx.now()).value();
    apply_unless_overlapping(tx, changed);
    return changed.after;
}

Result<Reply<Nothing>> delete_shift(store::Tx& tx, const Call&, const ShiftRef& request) {
    const auto shift = lock_with_driver(tx, request.shift_id);
    if (!shift) return refuse(reasons::not_found, "There is no such shift.");
    events::apply(tx, shifts::remove(*shift, tx.now()).value());
    return Reply<Nothing>{};
}

template <class Request>
std::optional<std::int64_t> version(store::Tx& tx, const Call&, const Request& request) {
    const auto shift = lock_with_driver(tx, request.shift_id);
    return shift ? std::optional(shift->version) : std::nullopt;
}

}  // namespace

Endpoints shift_endpoints() {
    return {
        reads("GET /v1/lastmile/drivers/{driverId}/shifts", Scope("drivers:read") | "driver:self", list_shifts,
              {.summary = "List a driver's shifts", .tag = "Shifts", .refuses = {reasons::not_found, reasons::bad_cursor}}),
        writes("POST /v1/lastmile/drivers/{driverId}/shifts", "drivers:write", create_shift,
               {.summary = "Plan a shift", .tag = "Shifts", .refuses = {reasons::not_found, reasons::shift_overlaps, reasons::driver_not_legal},
                   .status = 201}),
        reads("GET /v1/lastmile/shifts/{shiftId}", Scope("drivers:read") | "driver:self", get_shift,
            {.summary = "Get a shift", .tag = "Shifts", .refuses = {reasons::not_found}}),
        guarded(version<ChangeShift>, writes("PATCH /v1/lastmile/shifts/{shiftId}", "drivers:write", change_shift,
                                             {.summary = "Change a shift", .tag = "Shifts", .refuses = {reasons::not_found, reasons::shift_overlaps,
                                             reasons::shift_not_legal}})),
        guarded(version<ShiftRef>, writes("DELETE /v1/lastmile/shifts/{shiftId}", "drivers:write", delete_shift,
                                          {.summary = "Delete a shift that has not started", .tag = "Shifts", .refuses = {reasons::not_found,
                                          reasons::shift_not_legal}})),
    };
}

}  // namespace lastmile
