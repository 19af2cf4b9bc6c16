#pragma once
// Shapes that only requests have. A request is one described struct: members named in the path template (`{driverId}` is `driver_id`)
// come from the path, `Query<T>` members from the query string (for GET, HEAD and DELETE all the rest do), a member `body` is the whole
// body, every other member is a member of the JSON body.
#include <string>
#include <utility>

#include "platform/schema/schema.hpp"

namespace lastmile::api {

/// From the query string also where there is a body. Lists take commas or repetition.
template <class T>
struct Query {
    T value{};
    const T& operator*() const { return value; }
    const T* operator->() const { return &value; }
};

/// A body that is not JSON (NDJSON, CSV, a form, a picture, a callback whose raw bytes are signed). As `body` of a request, or as a reply.
struct Raw {
    std::string bytes;
    std::string content_type;
};

/// Requests without members.
struct NoInput {};
LASTMILE_VALUE(NoInput, ())
LASTMILE_DOC(NoInput, "Nothing is asked for.")

/// Replies without a body: 204.
struct Nothing {};

/// How many items of a list; `Limit limit;` with LASTMILE_DEFAULTS.
struct Limit : Whole<1, 200> {
    constexpr Limit() : Whole(50) {}
    constexpr Limit(std::int64_t v) : Whole(v) {}
};

/// Where a list goes on: opaque to the client (base64url), the last row's keys to us. A foreign one is 400 `bad_cursor`.
struct Cursor {
    std::string key;
};

}  // namespace lastmile::api

namespace lastmile::schema {

template <class T> struct Describe<api::Query<T>> {
    static Type make() {
        auto type = Describe<T>::make();  // the value is the first member: same address
        type.query = true;
        return type;
    }
};
template <> struct Describe<api::Raw> {
    static Type make() { return {.kind = Kind::raw, .description = "bytes as they are"}; }
};
template <> struct Describe<api::Limit> {
    static Type make() {
        auto type = integer_type<api::Limit>(1, 200);
        type.description = "how many, 1 to 200", type.example = "50";
        return type;
    }
};
template <> struct Describe<api::Cursor> {
    static Type make();
};

}  // namespace lastmile::schema
