#pragma once
// Randomness drawn from another source in larger portions: a request needs three small ones, and each would be a call to the kernel.
#include <algorithm>
#include <array>

#include "platform/base/random.hpp"

namespace lastmile::api {

/// Each byte is given away once. Not thread-safe. For ids and traces, which are no secrets: what is drawn lies in memory for a while.
class DrawnRandom final : public Random {
public:
    explicit DrawnRandom(Random& source) : source_(source) {}
    void fill(std::span<std::uint8_t> bytes) override {
        while (!bytes.empty()) {
            if (at_ == drawn_.size()) source_.fill(drawn_), at_ = 0;
            const auto count = std::min(bytes.size(), drawn_.size() - at_);
            std::copy_n(drawn_.begin() + static_cast<std::ptrdiff_t>(at_), count, bytes.begin());
            at_ += count;
            bytes = bytes.subspan(count);
        }
    }

private:
    Random& source_;
    std::array<std::uint8_t, 4096> drawn_{};
    std::size_t at_ = drawn_.size();
};

}  // namespace lastmile::api
