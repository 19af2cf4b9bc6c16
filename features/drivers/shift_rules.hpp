#pragma once
// Pure decisions about shifts. That a driver's shifts do not overlap is checked by the store's caller under the driver's lock.
#include "features/drivers/shift.hpp"
#include "platform/base/changed.hpp"
#include "platform/base/state_machine.hpp"

namespace lastmile::shifts {

enum class ShiftMove { check_in, check_out };
BOOST_DESCRIBE_ENUM(ShiftMove, check_in, check_out)
inline constexpr auto shift_machine = state_machine<ShiftStatus, ShiftMove>({
    {ShiftStatus::planned, ShiftMove::check_in, ShiftStatus::started},
    {ShiftStatus::started, ShiftMove::check_out, ShiftStatus::ended},
});

/// *Emits* `shift.created`. *Refuses* an end that is not after the start or more than 24 hours later, breaks outside the shift or too
/// long for it in all.
Result<Changed<Shift>> create(Id<Shift> id, const CreateShift& request, const Now& now);
/// *Emits* `shift.updated` where something changes. *Refuses* like create, and `shift_not_legal_now` for what has begun.
Result<Changed<Shift>> change(const Shift& before, const ChangeShift& request, const Now& now);
/// *Emits* `shift.deleted`. *Refuses* `shift_not_legal_now` once it has started.
Result<Changed<Shift>> remove(const Shift& shift, const Now& now);

/// The driver checks in, out. *Emits* `shift.updated`. *Refuses* `shift_not_legal_now`. `at` may be the device's time.
Result<Changed<Shift>> check_in(const Shift& shift, Instant at, const Now& now);
Result<Changed<Shift>> check_out(const Shift& shift, Instant at, const Now& now);

/// The refusal when `other`, another shift of the driver, overlaps.
Error overlap(const Shift& other);

}  // namespace lastmile::shifts
