#pragma once
// What a credential must be allowed to, in the signature of every endpoint.
#include <array>
#include <span>
#include <string_view>

namespace lastmile::api {

/// `"drivers:read"`, `Scope("drivers:read") | "driver:self"` (one of them is enough), `Scope::any()` (any valid credential) or
/// `Scope::none()` (no credential is asked for). An endpoint without one does not compile.
class Scope {
public:
    consteval Scope(const char* name) : names_{name}, count_(1) {
        if (names_[0].empty()) throw "a scope has a name; Scope::none() is for the public";
    }
    static constexpr Scope none() { return Scope(Kind::open); }
    static constexpr Scope any() { return Scope(Kind::any); }
    constexpr Scope operator|(Scope other) const {
        Scope both = *this;
        for (std::size_t i = 0; i < other.count_; ++i) both.names_.at(both.count_++) = other.names_[i];
        return both;
    }
    constexpr bool open() const { return kind_ == Kind::open; }
    /// One of these suffices; empty for any() and none().
    constexpr std::span<const std::string_view> names() const { return {names_.data(), count_}; }

private:
    enum class Kind { named, any, open };
    constexpr explicit Scope(Kind kind) : kind_(kind) {}
    std::array<std::string_view, 6> names_{};
    std::size_t count_ = 0;
    Kind kind_ = Kind::named;
};

}  // namespace lastmile::api
