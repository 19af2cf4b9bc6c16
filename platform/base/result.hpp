#pragma once
// Outcomes. A rule returns Result<T>; a refusal is an Error that names a Reason of the catalogue, the fields and the remedy.
#include <boost/json/object.hpp>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lastmile {

/// One entry of the catalogue of refusals. `slug` is the wire `code` (stable), `status` the HTTP status.
struct Reason {
    std::string_view slug;
    int status;
    std::string_view title;
    std::string_view remedy;
};

/// A bad field: `pointer` is a JSON Pointer in URI-fragment form (`#/packages/0/weight`), `code` a stable slug.
struct FieldError {
    std::string pointer;
    std::string code;
    std::string detail;
};

/// A refusal. `extras` are extension members of the problem document (for example `legal_actions`).
struct Error {
    const Reason* reason;
    std::string detail;
    std::vector<FieldError> errors{};
    boost::json::object extras{};
};

template <class T>
using Result = std::expected<T, Error>;

/// `return refuse(reasons::not_found, "no such driver");`
inline std::unexpected<Error> refuse(const Reason& reason, std::string detail, std::vector<FieldError> errors = {}) {
    return std::unexpected(Error{&reason, std::move(detail), std::move(errors), {}});
}

/// What a command throws when a Result it relies on is a refusal; the pipeline catches it once and rolls back.
using Refusal = std::bad_expected_access<Error>;

}  // namespace lastmile
