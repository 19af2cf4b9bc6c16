#include "features/drivers/shift_rules.hpp"

#include "features/administered/changes.hpp"
#include "features/administered/requests.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile::shifts {
namespace {

Result<void> sound(const Shift& shift) {
    administered::Referred wrong;
    if (shift.starts_at >= shift.ends_at) wrong.add("#/ends_at", "not_after_from", "must be later than starts_at");
    else if (shift.ends_at - shift.starts_at > std::chrono::hours{24}) wrong.add("#/ends_at", "out_of_range", "a shift is 24 hours at most");
    Seconds rest{0};
    for (std::size_t i = 0; i < shift.breaks.size(); ++i) {
        const auto& pause = shift.breaks[i];
        rest += Seconds{pause.duration_s};
        if (pause.window.from < shift.starts_at || pause.window.to > shift.ends_at)
            wrong.add("#/breaks/" + std::to_string(i) + "/window", "outside_shift", "lies outside the shift");
    }
    if (shift.starts_at < shift.ends_at && rest >= shift.ends_at - shift.starts_at) wrong.add("#/breaks", "out_of_range",
        "nothing is left of the shift");
    return wrong.check();
}

Result<Changed<Shift>> moved(const Shift& before, ShiftMove move, Instant at, const Now& now) {
    auto next = step(reasons::shift_not_legal, shift_machine, before.status, move);
    if (!next) return std::unexpected(std::move(next.error()));
    auto after = before;
    after.status = *next;
    (move == ShiftMove::check_in ? after.started_at : after.ended_at) = at;
    return administered::updated(before, std::move(after), "shift", now);
}

std::unexpected<Error> too_late(const Shift& shift, std::string detail) {
    Error error{&reasons::shift_not_legal, std::move(detail), {}, {}};
    error.extras["state"] = schema::wire_name(shift.status);
    error.extras["legal_now"] = names_of(shift_machine.legal_now(shift.status));
    return std::unexpected(std::move(error));
}

}  // namespace

Result<Changed<Shift>> create(Id<Shift> id, const CreateShift& request, const Now& now) {
    Shift shift;
    shift.id = shift.shift_id = id;
    shift.driver_id = request.driver_id;
    shift.starts_at = request.starts_at;
    shift.ends_at = request.ends_at;
    shift.breaks = request.breaks;
    shift.start_place = request.start_place;
    shift.end_place = request.end_place;
    shift.metadata = request.metadata;
    if (auto ok = sound(shift); !ok) return std::unexpected(std::move(ok.error()));
    return administered::created(std::move(shift), "shift", now);
}

Result<Changed<Shift>> change(const Shift& before, const ChangeShift& request, const Now& now) {
    if (before.status == ShiftStatus::ended) return too_late(before, "The shift has ended.");
    if (before.status == ShiftStatus::started && (request.starts_at || request.start_place.present)) return too_late(before,
        "The shift has started: its start stays.");
    auto after = before;
    if (request.starts_at) after.starts_at = *request.starts_at;
    if (request.ends_at) after.ends_at = *request.ends_at;
    if (request.breaks) after.breaks = *request.breaks;
    request.start_place.onto(after.start_place);
    request.end_place.onto(after.end_place);
    if (request.metadata) after.metadata = *request.metadata;
    if (auto ok = sound(after); !ok) return std::unexpected(std::move(ok.error()));
    return administered::updated(before, std::move(after), "shift", now);
}

Result<Changed<Shift>> remove(const Shift& shift, const Now& now) {
    if (shift.status != ShiftStatus::planned) return too_late(shift, "Only a shift that has not started can be deleted.");
    return administered::deleted(shift, "shift", now);
}

Result<Changed<Shift>> check_in(const Shift& shift, Instant at, const Now& now) { return moved(shift, ShiftMove::check_in, at, now); }
Result<Changed<Shift>> check_out(const Shift& shift, Instant at, const Now& now) { return moved(shift, ShiftMove::check_out, at, now); }

Error overlap(const Shift& other) {
    Error error{&reasons::shift_overlaps, "The driver has a shift from " + to_rfc3339(other.starts_at) + " to " + to_rfc3339(other.ends_at) + ".", {},
        {}};
    error.extras["shift_id"] = other.id.text();
    return error;
}

}  // namespace lastmile::shifts
