#pragma once
// What a PATCH may change in which status: a table, read by the refusal and by the tests.
#include <array>
#include <string>
#include <vector>

#include "features/deliveries/lifecycle.hpp"
#include "features/deliveries/status.hpp"
#include "platform/base/enum_names.hpp"
#include "platform/base/result.hpp"

namespace lastmile::deliveries {

struct ChangeRow {
    std::string_view pointer;  // in the request
    bool requested, scheduled, assigned, enroute, delivered, failed, cancelled, returned;
    constexpr bool in(Status status) const {
        return std::array{requested, scheduled, assigned, enroute, delivered, failed, cancelled, returned}[static_cast<std::size_t>(status)];
    }
};

inline constexpr ChangeRow change_table[] = {
    // pointer                  requested scheduled assigned enroute delivered failed cancelled returned
    {"#/pickup",                 true,     true,     true,    false,  false,    false, false,    false},
    {"#/dropoff/address",        true,     true,     true,    false,  false,    true,  false,    false},  // failed: put right for another attempt
    {"#/dropoff/window",         true,     true,     true,    false,  false,    true,  false,    false},
    {"#/dropoff/service_s",      true,     true,     true,    false,  false,    true,  false,    false},
    {"#/dropoff/recipient",      true,     true,     true,    true,   false,    true,  false,    false},  // enroute: the courier reads it at the door
    {"#/dropoff/instructions",   true,     true,     true,    true,   false,    true,  false,    false},
    {"#/dropoff/leave_at",       true,     true,     true,    true,   false,    true,  false,    false},
    {"#/slot_reservation_id",    true,     true,     true,    false,  false,    true,  false,    false},
    {"#/priority",               true,     true,     true,    false,  false,    true,  false,    false},
    {"#/metadata",               true,     true,     true,    true,   false,    true,  false,    false},
};

/// Of the pointers that a request changes those that may not be changed now; also all of a delivery that was given up.
inline std::vector<FieldError> not_changeable(const DeliveryLifecycle& delivery, const std::vector<std::string_view>& wanted) {
    const auto status = status_of(delivery).status;
    std::vector<FieldError> faults;
    for (const auto pointer : wanted)
        for (const auto& row : change_table)
            if (row.pointer == pointer && (!row.in(status) || delivery.closed != Closing::open))
                faults.push_back({std::string(pointer), "not_changeable_now", "cannot be changed while the delivery is " + std::string(name_of(status))});
    return faults;
}

}  // namespace lastmile::deliveries
