#pragma once
// What is bound to a statement and what comes back: null, integer, real, text, bytes. Both stores know just these.
#include <concepts>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platform/base/id.hpp"

namespace lastmile::store {

using Bytes = std::vector<std::uint8_t>;

class Value {
public:
    using Holder = std::variant<std::monostate, std::int64_t, double, std::string, Bytes>;

    Value() = default;
    Value(std::nullptr_t) {}
    Value(bool v) : holder_(std::int64_t{v}) {}
    template <std::integral Whole>
    Value(Whole v) : holder_(static_cast<std::int64_t>(v)) {}
    Value(double v) : holder_(v) {}
    Value(const char* v) : holder_(std::string(v)) {}
    Value(std::string_view v) : holder_(std::string(v)) {}
    Value(std::string v) : holder_(std::move(v)) {}
    Value(Bytes v) : holder_(std::move(v)) {}
    Value(Instant v) : holder_(to_unix_ms(v)) {}
    Value(const IdBytes& v) : holder_(Bytes(v.begin(), v.end())) {}
    template <class Noun>
    Value(const Id<Noun>& v) : Value(v.bytes) {}
    template <class T>
    Value(const std::optional<T>& v) {
        if (v) *this = Value(*v);
    }

    bool null() const { return std::holds_alternative<std::monostate>(holder_); }
    const Holder& holder() const { return holder_; }
    /// Each throws std::logic_error when the column is of another kind: a fault of ours, never a client's.
    std::int64_t integer() const { return get<std::int64_t>(); }
    bool boolean() const { return integer() != 0; }
    double real() const {
        if (auto* whole = std::get_if<std::int64_t>(&holder_)) return static_cast<double>(*whole);
        return get<double>();
    }
    const std::string& text() const { return get<std::string>(); }
    const Bytes& bytes() const { return get<Bytes>(); }
    Instant instant() const { return from_unix_ms(integer()); }
    template <class Noun>
    Id<Noun> id() const {
        const auto& b = bytes();
        if (b.size() != 16) throw std::logic_error("an id column does not hold 16 bytes");
        Id<Noun> id;
        std::copy(b.begin(), b.end(), id.bytes.begin());
        return id;
    }

private:
    template <class T>
    const T& get() const {
        if (auto* held = std::get_if<T>(&holder_)) return *held;
        throw std::logic_error("a column is of another type than the statement expects");
    }
    Holder holder_;
};

using Row = std::vector<Value>;
using Rows = std::vector<Row>;

}  // namespace lastmile::store
