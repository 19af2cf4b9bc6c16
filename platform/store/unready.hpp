#pragma once
#include <functional>

namespace lastmile::store {

/// What a command's body throws when it needs something slow that can be made without the store (a customised road network): the command is rolled
/// back, `prepare` runs outside of any transaction while others commit, and the command starts again. Eight times at most, then the caller gets 503.
/// `prepare` must not ask the store.
struct Unready {
    std::function<void()> prepare;
};

inline constexpr int most_preparations = 8;

}  // namespace lastmile::store
