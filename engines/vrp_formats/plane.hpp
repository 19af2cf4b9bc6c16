#pragma once
// Points in the plane to integer legs, by one of the conventions.
#include <cmath>
#include <memory>
#include <vector>

#include "engines/vrp_formats/text.hpp"

namespace lastmile::vrp {

/// Integers per unit of the text.
inline int scale_of(Rounding rounding) { return rounding == Rounding::none ? 1000 : rounding == Rounding::dimacs ? 10 : 1; }

inline std::int64_t scaled(double value, Rounding rounding) { return std::llround(value * scale_of(rounding)); }

inline std::shared_ptr<const Matrix> plane(const std::vector<Point>& points, Rounding rounding) {
    const int count = static_cast<int>(points.size());
    const auto leg = [points, rounding](int a, int b) {
        const auto& p = points[static_cast<std::size_t>(a)];
        const auto& q = points[static_cast<std::size_t>(b)];
        const double exact = std::hypot(p.x - q.x, p.y - q.y) * scale_of(rounding);
        const auto length = static_cast<std::int32_t>(rounding == Rounding::dimacs ? std::floor(exact + 1e-9) : std::floor(exact + 0.5));
        return Leg{length, length};
    };
    if (count > 6000) return std::make_shared<CallableMatrix<decltype(leg)>>(count, leg);
    auto table = std::make_shared<DenseMatrix>(count);
    for (int a = 0; a < count; ++a)
        for (int b = 0; b < count; ++b) table->set(a, b, leg(a, b));
    return table;
}

}  // namespace lastmile::vrp
