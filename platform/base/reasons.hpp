#pragma once
// The refusals that any HTTP service knows. The product's own are in features/reasons/reasons.hpp.
#include "platform/base/result.hpp"

namespace lastmile::reasons {

inline constexpr Reason malformed{"malformed_request", 400, "The request is not HTTP or JSON as this API speaks it", "Send what the OpenAPI document describes."};
inline constexpr Reason bad_cursor{"bad_cursor", 400, "The cursor is not one of ours", "Start again without a cursor."};
inline constexpr Reason idempotency_key_missing{"idempotency_key_missing", 400, "This tenant requires an Idempotency-Key", "Repeat the request with the header Idempotency-Key."};
inline constexpr Reason unauthenticated{"unauthenticated", 401, "No valid credentials", "Send Authorization: Bearer with a valid key or token."};
inline constexpr Reason forbidden{"forbidden", 403, "The credentials do not allow this", "Use a key whose scopes include the one named."};
inline constexpr Reason not_found{"not_found", 404, "There is no such thing here", "Check the id; ids of other tenants look like absent ones."};
inline constexpr Reason method_not_allowed{"method_not_allowed", 405, "The resource does not know this method", "Use one of the methods in the Allow header."};
inline constexpr Reason not_acceptable{"not_acceptable", 406, "No representation that the client accepts", "Accept application/json."};
inline constexpr Reason conflict{"conflict", 409, "The state does not allow this", "Read the resource again; extension members say what is legal now."};
inline constexpr Reason in_flight{"request_in_flight", 409, "A request with this Idempotency-Key is still running", "Repeat it after Retry-After seconds."};
inline constexpr Reason stale{"stale_version", 412, "The resource has changed since it was read", "Read it again and repeat with the new ETag."};
inline constexpr Reason too_large{"too_large", 413, "The body is larger than this endpoint takes", "Send less, or use the bulk endpoint."};
inline constexpr Reason unsupported_media{"unsupported_media_type", 415, "The content type or encoding is not understood", "Send application/json."};
inline constexpr Reason invalid{"invalid_request", 422, "The request was understood and refused", "Correct the fields that errors[] names."};
inline constexpr Reason key_reused{"idempotency_key_reused", 422, "This Idempotency-Key was used for another request", "Use a new key for a new request."};
inline constexpr Reason precondition_required{"precondition_required", 428, "This tenant requires If-Match", "Send If-Match with the ETag you read."};
inline constexpr Reason rate_limited{"rate_limited", 429, "Too many requests", "Wait Retry-After seconds."};
inline constexpr Reason header_too_large{"header_too_large", 431, "The header fields are too large", "Send fewer or shorter header fields."};
inline constexpr Reason internal{"internal_error", 500, "A fault on our side", "Repeat the request; quote the request id if it persists."};
inline constexpr Reason overloaded{"overloaded", 503, "The service cannot take this now", "Repeat it after Retry-After seconds."};

}  // namespace lastmile::reasons
