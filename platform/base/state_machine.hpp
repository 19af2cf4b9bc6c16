#pragma once
// A state machine as a constexpr table: rows of (from, move, to). Rules, the "legal now" list of a 409, documentation, console and
// simulator read the same rows; business sentences are static_asserts on them.
#include <array>
#include <boost/json/array.hpp>
#include <optional>

#include "platform/base/enum_names.hpp"
#include "platform/base/result.hpp"

namespace lastmile {

template <class State, class Move>
struct Transition {
    State from;
    Move move;
    State to;
};

template <class State, class Move, std::size_t N>
struct StateMachine {
    std::array<Transition<State, Move>, N> rows;

    /// Where `move` leads from here; nullopt if the table does not allow it.
    constexpr std::optional<State> after(State from, Move move) const {
        for (const auto& row : rows)
            if (row.from == from && row.move == move) return row.to;
        return std::nullopt;
    }
    constexpr bool allows(State from, Move move) const { return after(from, move).has_value(); }
    constexpr bool leads(State from, State to) const {
        for (const auto& row : rows)
            if (row.from == from && row.to == to) return true;
        return false;
    }
    /// Nothing leads out of it.
    constexpr bool is_final(State state) const {
        for (const auto& row : rows)
            if (row.from == state && row.to != state) return false;
        return true;
    }
    /// By any number of moves.
    constexpr bool reaches(State from, State to) const {
        std::array<bool, 64> seen{};
        seen[static_cast<std::size_t>(from)] = true;
        for (std::size_t round = 0; round < N; ++round)
            for (const auto& row : rows)
                if (seen[static_cast<std::size_t>(row.from)]) seen[static_cast<std::size_t>(row.to)] = true;
        return seen[static_cast<std::size_t>(to)];
    }
    constexpr std::vector<Move> legal_now(State from) const {
        std::vector<Move> moves;
        for (const auto& row : rows)
            if (row.from == from) moves.push_back(row.move);
        return moves;
    }
};

template <class State, class Move, std::size_t N>
constexpr StateMachine<State, Move, N> state_machine(const Transition<State, Move> (&rows)[N]) {
    return {std::to_array(rows)};
}

template <class E>
boost::json::array names_of(const std::vector<E>& values) {
    boost::json::array names;
    for (const auto value : values) names.emplace_back(name_of(value));
    return names;
}

/// A refusal (409) that names the state, what was wanted and what is legal now.
template <class State, class Move, std::size_t N>
std::unexpected<Error> not_legal(const Reason& reason, const StateMachine<State, Move, N>& machine, State from, Move wanted) {
    Error error{&reason, std::string(name_of(wanted)) + " is not possible in the state " + std::string(name_of(from)), {}, {}};
    error.extras["state"] = name_of(from);
    error.extras["legal_now"] = names_of(machine.legal_now(from));
    return std::unexpected(std::move(error));
}

/// The next state, or that refusal.
template <class State, class Move, std::size_t N>
Result<State> step(const Reason& reason, const StateMachine<State, Move, N>& machine, State from, Move move) {
    if (auto to = machine.after(from, move)) return *to;
    return not_legal(reason, machine, from, move);
}

}  // namespace lastmile
