#pragma once
// X-Request-ID and W3C Trace Context (level 2).
#include <string>
#include <string_view>

#include "platform/base/random.hpp"
#include "platform/http/message.hpp"

namespace lastmile::api {

/// 1 to 128 characters of `A-Z a-z 0-9 . _ : ~ / + = @ -`, else not the caller's to choose.
bool fit_request_id(std::string_view text);

struct Trace {
    std::string parent;  // our own traceparent: the caller's trace, or a new one
    std::string state;   // passed on unless the traceparent was not valid
};

/// Same trace id and flags' sampled bit, a new span. Invalid, absent or repeated traceparent: a new trace, and tracestate is not looked at.
Trace continue_trace(const http::Headers& headers, Random& random);

}  // namespace lastmile::api
