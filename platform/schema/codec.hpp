#pragma once
// JSON in and out of described types.
#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "platform/base/reasons.hpp"
#include "platform/base/result.hpp"
#include "platform/schema/type_of.hpp"

namespace lastmile::schema {

/// Strict JSON (RFC 8259): one value, UTF-8, no comments, at most 32 levels. *Refuses* `malformed_request` (400) with the byte offset;
/// duplicate members are `invalid_request` (422) with their pointers.
Result<boost::json::value> parse_json(std::string_view text);

enum class Strictness { request, stored };  // stored: unknown members are passed over (a row written by a newer or older version)

/// Into an object that holds its defaults. Everything that is wrong goes into `findings`, under pointers that start with `pointer`.
void decode_value(const Type& type, const boost::json::value& from, void* at, const std::string& pointer, Findings& findings,
                  Strictness strictness = Strictness::request);
/// Only those fields of a struct for which `belongs` holds, out of one object; other members are unknown. The struct's own check is left
/// to `check_struct`, once all its parts are there (path, query, body).
void decode_members(const Type& type, const boost::json::object& from, void* at, const std::string& pointer, Findings& findings,
                    const std::function<bool(const Field&)>& belongs);
void check_struct(const Type& type, const void* at, const std::string& pointer, Findings& findings);
/// A value that came as text (path, query, form): numbers, booleans, enums and all text kinds; a list takes commas.
void decode_text(const Type& type, std::string_view from, void* at, const std::string& pointer, Findings& findings);

void encode_value(const Type& type, const void* at, View view, std::string& out);

/// *Refuses* 400 when it is not JSON, else 422 with every bad field at once.
Result<void> decode_into(const Type& type, std::string_view json, void* at);
/// Of our own rows: throws std::logic_error when it does not fit.
void decode_stored(const Type& type, std::string_view json, void* at);

template <class T>
Result<T> decode(std::string_view json) {
    T value{};
    if (auto done = decode_into(type_of<T>(), json, &value); !done) return std::unexpected(std::move(done.error()));
    return value;
}
template <class T>
T from_stored(std::string_view json) {
    T value{};
    decode_stored(type_of<T>(), json, &value);
    return value;
}
/// Compact JSON, members in the order of description. Throws std::logic_error for a resource that has no such view.
template <class T>
std::string encode(const T& value, View view = View::owner) {
    std::string out;
    encode_value(type_of<T>(), &value, view, out);
    return out;
}
template <class T>
std::string to_stored(const T& value) { return encode(value, View::stored); }
/// The same as a document of Boost.JSON: an event's data, a problem's extras.
boost::json::value to_json_value(const Type& type, const void* at, View view);
template <class T>
boost::json::value to_json(const T& value, View view = View::event) { return to_json_value(type_of<T>(), &value, view); }
template <class T>
boost::json::object to_object(const T& value, View view = View::event) { return to_json_value(type_of<T>(), &value, view).as_object(); }

/// Any JSON as compact text; numbers in their shortest form (Boost's serialiser writes 1E0).
void write_json(const boost::json::value& value, std::string& out);
std::string to_text(const boost::json::value& value);
void write_string(std::string_view text, std::string& out);  // with quotes and escapes

/// The wire value of a described enum, and back.
std::string_view enum_name(const Type& type, std::int64_t value);
template <DescribedEnum E>
std::string_view wire_name(E value) { return enum_name(type_of<E>(), static_cast<std::int64_t>(value)); }
template <DescribedEnum E>
std::optional<E> from_wire(std::string_view name) {
    for (const auto& known : type_of<E>().values)
        if (known.name == name) return static_cast<E>(known.value);
    return std::nullopt;
}

/// `#/a/b` + `c`, escaped (RFC 6901) and percent-encoded for a URI fragment.
std::string child_pointer(std::string_view pointer, std::string_view name);
/// The known name nearest to what was written, or empty when none is near (distance over a third of its length).
std::string_view nearest(std::string_view written, const std::vector<std::string_view>& known);

}  // namespace lastmile::schema
