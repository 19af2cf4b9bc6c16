#pragma once
// The reason codes of a visit that failed, and what can be done after each. Couriers may give others: then what always helps is offered.
#include <array>
#include <span>
#include <string_view>

namespace lastmile {

enum class Remedy { retry, reschedule, correct_address, bring_back, close, escalate };

struct FailureCode {
    std::string_view code;
    std::span<const Remedy> remedies;
};

namespace failure_details {
inline constexpr std::array away{Remedy::retry, Remedy::reschedule, Remedy::bring_back};
inline constexpr std::array nowhere{Remedy::correct_address, Remedy::retry, Remedy::bring_back};
inline constexpr std::array unwanted{Remedy::bring_back, Remedy::close};
inline constexpr std::array broken{Remedy::bring_back, Remedy::close, Remedy::escalate};
inline constexpr std::array unknown{Remedy::retry, Remedy::bring_back, Remedy::escalate};
}  // namespace failure_details

inline constexpr FailureCode failure_codes[] = {
    {"no_one_home", failure_details::away},      {"nobody", failure_details::away},     {"closed", failure_details::away},
    {"no_access", failure_details::away},        {"wrong_address", failure_details::nowhere}, {"refused", failure_details::unwanted},
    {"damaged", failure_details::broken},        {"wrong", failure_details::broken},    {"missing", failure_details::broken},
};

constexpr FailureCode failure_of(std::string_view code) {
    for (const auto& known : failure_codes)
        if (known.code == code) return known;
    return {code, failure_details::unknown};
}
static_assert(failure_of("refused").remedies.front() == Remedy::bring_back, "who has refused it is not asked again");
static_assert(failure_of("wrong_address").remedies.front() == Remedy::correct_address);

}  // namespace lastmile
