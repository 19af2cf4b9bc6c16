#pragma once
// What an exception can do: open → acknowledged → resolved, by a person or by itself when its cause is over.
#include "features/exceptions/exception.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/base/state_machine.hpp"

namespace lastmile::exceptions {

enum class Move { acknowledge, resolve };
BOOST_DESCRIBE_ENUM(Move, acknowledge, resolve)

inline constexpr auto machine = state_machine<ExceptionState, Move>({
    {ExceptionState::open, Move::acknowledge, ExceptionState::acknowledged},
    {ExceptionState::open, Move::resolve, ExceptionState::resolved},  // by itself, or by who sees and settles it at once
    {ExceptionState::acknowledged, Move::resolve, ExceptionState::resolved},
});
static_assert(machine.is_final(ExceptionState::resolved), "what happens again is a new exception");

/// *Refuses* exception_not_legal_now.
inline Result<ExceptionState> moved(ExceptionState from, Move move) { return step(reasons::exception_not_legal, machine, from, move); }

}  // namespace lastmile::exceptions
