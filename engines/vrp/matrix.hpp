#pragma once
// Travel between places. The optimizer asks an interface, so that a caller may hand over a table, a compact form or a function.
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lastmile::vrp {

/// Seconds and metres (or any other two units, used consistently). Negative duration: no way from here to there.
struct Leg {
    std::int32_t duration = 0;
    std::int32_t distance = 0;
    friend bool operator==(const Leg&, const Leg&) = default;
};

/// Must answer the same for the same pair during a solve, from several threads at once.
struct Matrix {
    virtual ~Matrix() = default;
    virtual int size() const = 0;
    virtual Leg leg(int from, int to) const = 0;
    /// Row-major size() × size() table if there is one: saves a virtual call per question, of which there are billions.
    virtual const Leg* table() const { return nullptr; }
};

/// A full table; 8 bytes a pair, so 5,000 places are 200 MB.
class DenseMatrix final : public Matrix {
public:
    explicit DenseMatrix(int size) : size_(size), legs_(static_cast<std::size_t>(size) * static_cast<std::size_t>(size)) {}
    int size() const override { return size_; }
    Leg leg(int from, int to) const override { return legs_[at(from, to)]; }
    const Leg* table() const override { return legs_.data(); }
    void set(int from, int to, Leg leg) { legs_[at(from, to)] = leg; }

private:
    std::size_t at(int from, int to) const { return static_cast<std::size_t>(from) * static_cast<std::size_t>(size_) + static_cast<std::size_t>(to); }
    int size_;
    std::vector<Leg> legs_;
};

/// A function `Leg(int from, int to)`: geometric instances with many places, compact road distances.
template <class Function>
class CallableMatrix final : public Matrix {
public:
    CallableMatrix(int size, Function function) : size_(size), function_(std::move(function)) {}
    int size() const override { return size_; }
    Leg leg(int from, int to) const override { return function_(from, to); }

private:
    int size_;
    Function function_;
};

}  // namespace lastmile::vrp
