#pragma once
// Randomness is injected: rules and tests never ask the system.
#include <cstdint>
#include <random>
#include <span>

namespace lastmile {

struct Random {
    virtual ~Random() = default;
    virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

/// The kernel's generator (getrandom): ids, secrets, nonces.
struct SystemRandom final : Random {
    void fill(std::span<std::uint8_t> bytes) override;
};

/// Reproducible: simulations and tests.
struct SeededRandom final : Random {
    explicit SeededRandom(std::uint64_t seed) : engine(seed) {}
    void fill(std::span<std::uint8_t> bytes) override {
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(engine());
    }
    std::mt19937_64 engine;
};

}  // namespace lastmile
