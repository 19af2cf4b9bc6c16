// A wish to cancel that its courier does not answer is somebody's to look at.
#include "features/dispatch/board.hpp"
#include "features/exceptions/exception_store.hpp"

namespace lastmile::dispatch {

void register_cancel_timer(work::Timers& timers) {
    timers.on(std::string(unanswered_cancel), [](store::Tx& tx, const work::Timer& timer) {
        const auto id = Id<Delivery>::parse(timer.subject);
        const auto row = id ? lock_delivery(tx, *id) : std::nullopt;
        if (!row || row->lifecycle.cancellation != Cancellation::requested) return;
        Exception found;
        found.delivery_id = row->id, found.assignment_id = row->assignment_id;
        found.type = ExceptionType::cancel_on_board, found.severity = Severity::high;
        found.detail = "The courier was asked to bring it back " + std::to_string(answer_to_cancel.count()) + " minutes ago and has not answered.";
        open_exception(tx, std::move(found));
    });
}

}  // namespace lastmile::dispatch
