#pragma once
// A refusal on the wire: application/problem+json (RFC 9457).
#include <string>

#include "platform/base/result.hpp"
#include "platform/store/store.hpp"

namespace lastmile::api {

/// Members: type, title, status, detail, instance (the request), code, errors, remediation, then the error's extras.
std::string problem_text(const Error& error, std::string_view request_id);
/// With the headers that belong to the status: Retry-After on 503, 429 and a request in flight.
store::Answer problem(const Error& error, std::string_view request_id);

}  // namespace lastmile::api
