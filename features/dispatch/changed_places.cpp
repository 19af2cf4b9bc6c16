// A delivery that was changed while it is planned: its window, place and service time reach the stop that is driven to for it.
#include <algorithm>

#include "features/dispatch/board.hpp"

namespace lastmile {
namespace {

constexpr std::string_view fit_timer = "dispatch.fit";

bool moved(const StopPlace& a, const StopPlace& b) { return a.lat != b.lat || a.lon != b.lon; }
bool differs(const StopPlace& a, const StopPlace& b) { return moved(a, b) || a.from != b.from || a.to != b.to || a.service_s != b.service_s; }

/// Whether anything of this route has changed by it. A stop for several deliveries keeps what they have agreed on.
bool fit_stops(store::Read& read, AssignmentRow& route, const DeliveryRow& row) {
    bool changed = false;
    for (const auto& stop : route.lifecycle.stops) {
        const bool mine = !stop.items.empty() && std::ranges::all_of(stop.items, [&](const StopItem& item) { return item.delivery_id == row.id; });
        if (!mine || stop.state != StopState::pending) continue;
        const auto* leg = row.lifecycle.leg(stop.items.front().leg_id);
        const bool pickup = stop.type == StopType::pickup;
        const auto now = leg ? dispatch::place_of(read, row, pickup ? leg->from : leg->to, pickup) : std::nullopt;
        const auto planned = std::ranges::find(route.places, stop.id, &StopPlace::stop_id);
        if (!now || planned == route.places.end() || !differs(*planned, *now)) continue;
        // Where it lies elsewhere now, the ways there are unknown.
        if (moved(*planned, *now)) std::erase_if(route.route.times, [&](const StopTime& time) { return time.stop_id == stop.id; });
        *planned = *now;
        planned->stop_id = stop.id;
        changed = true;
    }
    return changed;
}

void fit_routes(store::Tx& tx, const Dispatch& dispatch, Id<Delivery> id) {
    dispatch::Board board(tx, dispatch);
    board.lock({}, {id}, false);
    const auto* row = board.delivery(id);
    if (!row) return;
    for (auto& [key, route] : board.assignments()) {
        if (assignments::is_over(route.status) || !fit_stops(tx, route, *row)) continue;
        // A person has changed what was promised: a lock is about the order, which stays.
        board.apply(route, assignments::replan(route.lifecycle, dispatch::pending_stops(route.lifecycle), false, {}));
    }
    board.settle_routes();
}

}  // namespace

events::Reader Dispatch::reader() const {
    return {.name = "dispatch",
            .handle =
                [](store::Tx& tx, std::span<const events::Event> some) {
                    // Each as a command of its own: it locks a delivery with its routes.
                    for (const auto& event : some)
                        if (event.delivery_id && !event.data.contains("note"))
                            work::set_timer(tx, {.kind = std::string(fit_timer), .subject = *event.delivery_id, .due_at = tx.now().business});
                },
            .filter = {.types = {"delivery.updated"}},
            .from_now = true};
}

void Dispatch::register_fit_timer(work::Timers& timers) const {
    timers.on(std::string(fit_timer), [this](store::Tx& tx, const work::Timer& timer) {
        if (const auto id = Id<Delivery>::parse(timer.subject)) fit_routes(tx, *this, *id);
    });
}

}  // namespace lastmile
