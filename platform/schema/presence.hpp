#pragma once
// Presence and shape: what may be absent, null, repeated or free.
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <utility>
#include <vector>

namespace lastmile {

/// Always on the wire, `null` when there is none. (std::optional: left out when there is none, and null is refused.)
template <class T>
struct Nullable : std::optional<T> {
    using std::optional<T>::optional;
    Nullable() = default;
    Nullable(std::optional<T> other) : std::optional<T>(std::move(other)) {}
    friend bool operator==(const Nullable& a, const Nullable& b) {
        return static_cast<const std::optional<T>&>(a) == static_cast<const std::optional<T>&>(b);
    }
};

/// A member of a merge patch (RFC 7396): absent leaves, null clears, a value sets. Where nothing may be cleared use std::optional.
template <class T>
struct Patch {
    bool present = false;
    std::optional<T> value{};

    Patch() = default;
    Patch(T v) : present(true), value(std::move(v)) {}
    bool clears() const { return present && !value; }
    /// Onto a field that may be empty.
    template <class U>
    void onto(std::optional<U>& field) const {
        if (!present) return;
        if (value) field = *value;
        else field.reset();
    }
    friend bool operator==(const Patch&, const Patch&) = default;
};

/// `Min` to `Max` items. A plain std::vector takes up to 10,000.
template <class T, int Min, int Max>
struct List : std::vector<T> {
    using std::vector<T>::vector;
    List() = default;
    List(std::vector<T> other) : std::vector<T>(std::move(other)) {}
};

/// Any JSON value, up to 64 KiB as text and 32 levels deep.
using Json = boost::json::value;

/// A free object of the caller's, up to 16 KiB as text. Kept and given back, never read.
struct Metadata {
    boost::json::value value = boost::json::object{};
    friend bool operator==(const Metadata&, const Metadata&) = default;
};

/// A JSON object kept as it is, up to 1 MiB (GeoJSON, a plan, a partner's payload).
struct Document {
    boost::json::value value = boost::json::object{};
    friend bool operator==(const Document&, const Document&) = default;
};

}  // namespace lastmile
