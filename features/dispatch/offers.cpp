#include "features/dispatch/offers.hpp"

#include <functional>

namespace lastmile::dispatch {
namespace {

/// A timer's command: alone with one assignment and all its deliveries.
void with_assignment(store::Tx& tx, const Dispatch& dispatch, const work::Timer& timer, const std::function<void(Board&, AssignmentRow&)>& then) {
    const auto id = Id<Assignment>::parse(timer.subject);
    if (!id) return;
    Board board(tx, dispatch);
    board.lock({*id}, {});
    auto* row = board.assignment(*id);
    if (!row) return;
    then(board, *row);
    board.settle_routes();
}

}  // namespace

void offer_now(Board& board, AssignmentRow& row) {
    auto& tx = board.tx();
    const auto policy = policies_of(tx).offer;
    work::cancel_timer(tx, release_timer, row.id.text());
    if (policy.auto_accept) {
        board.apply(row, assignments::offer(row.lifecycle, {}));
        board.apply(row, assignments::accept(row.lifecycle, tx.now().business));
        return;
    }
    const auto ends = tx.now().business + Seconds{policy.expires_s.value};
    board.apply(row, assignments::offer(row.lifecycle, ends));
    work::set_timer(tx, {.kind = std::string(expire_timer), .subject = row.id.text(), .due_at = ends});
}

void offer_by_policy(Board& board, AssignmentRow& row) {
    if (row.status != AssignmentState::planned) return;
    auto& tx = board.tx();
    const auto policy = policies_of(tx).offer;
    const auto release = row.starts_at - Seconds{policy.release_before_start_s.value};
    if (policy.push == OfferPush::at_release && release > tx.now().business)
        work::set_timer(tx, {.kind = std::string(release_timer), .subject = row.id.text(), .due_at = release});
    else
        offer_now(board, row);
}

}  // namespace lastmile::dispatch

namespace lastmile {

void Dispatch::register_timers(work::Timers& timers) {
    using namespace dispatch;
    register_fit_timer(timers);
    timers.on(std::string(expire_timer), [this](store::Tx& tx, const work::Timer& timer) {
        with_assignment(tx, *this, timer, [&](Board& board, AssignmentRow& row) {
            const auto ends = row.lifecycle.offer_expires_at;
            if (row.status == AssignmentState::offered && ends && *ends <= tx.now().business)
                board.apply(row, assignments::expire(row.lifecycle, tx.now().business));
        });
    });
    register_cancel_timer(timers);
    timers.on(std::string(finish_timer), [this](store::Tx& tx, const work::Timer& timer) {
        with_assignment(tx, *this, timer, [](Board& board, AssignmentRow& row) { board.complete_when_done(row); });
    });
    timers.on(std::string(release_timer), [this](store::Tx& tx, const work::Timer& timer) {
        with_assignment(tx, *this, timer, [](Board& board, AssignmentRow& row) {
            if (row.status == AssignmentState::planned) offer_now(board, row);
        });
    });
}

}  // namespace lastmile
