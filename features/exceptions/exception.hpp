#pragma once
// What went wrong and wants somebody's eyes. The record with notes, owner and trail belongs to this room; types are shared.
#include <boost/describe/enum.hpp>

namespace lastmile {

enum class ExceptionType {
    address_issue, damaged, driver_issue, refused, wrong_package, missing, pickup_not_possible, attempt_failed, breakdown, driver_silent,
    proof_missing, custody_conflict, cancel_on_board, partner_conflict, partner_unknown, promise_broken, return_failed, late, other,
};
BOOST_DESCRIBE_ENUM(ExceptionType, address_issue, damaged, driver_issue, refused, wrong_package, missing, pickup_not_possible, attempt_failed,
                    breakdown, driver_silent, proof_missing, custody_conflict, cancel_on_board, partner_conflict, partner_unknown, promise_broken,
                    return_failed, late, other)

enum class Severity { low, normal, high, critical };
BOOST_DESCRIBE_ENUM(Severity, low, normal, high, critical)

enum class ExceptionState { open, acknowledged, resolved };
BOOST_DESCRIBE_ENUM(ExceptionState, open, acknowledged, resolved)

}  // namespace lastmile
