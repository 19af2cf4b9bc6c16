#pragma once
// What the decisions about one delivery have in common: it is locked with all that holds it, its routes are settled afterwards.
#include "features/dispatch/assign.hpp"
#include "features/dispatch/dispatch_api.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile::dispatch {

/// The delivery with all that holds it. *Refuses* not_found.
inline DeliveryRow& on(Board& board, Id<Delivery> id) {
    board.lock({}, {id}, false);
    auto* row = board.delivery(id);
    if (!row) throw Refusal(Error{&reasons::not_found, "There is no such delivery.", {}, {}});
    return *row;
}

inline api::Reply<DeliveryState> settled(Board& board, DeliveryRow& row) {
    withdraw_empty(board);
    board.settle_routes();
    return api::Reply(state_of(row, static_cast<int>(board.policies(row).max_attempts.value)));
}

template <class R>
std::optional<std::int64_t> delivery_version(store::Tx& tx, const api::Call& call, const R& request) {
    Board board(tx, call.service<Dispatch>());
    board.lock({}, {request.delivery_id}, false);  // in the command's order: assignments first
    const auto* row = board.delivery(request.delivery_id);
    return row ? std::optional(row->version) : std::nullopt;
}

}  // namespace lastmile::dispatch
