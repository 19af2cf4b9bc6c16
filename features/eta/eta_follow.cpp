// What follows from the log and from time passing: routes are looked at anew, arrivals settle predictions, silence pauses.
#include <algorithm>

#include "features/dispatch/board.hpp"
#include "features/eta/eta_desk.hpp"
#include "features/positions/position_store.hpp"

namespace lastmile {
namespace {

constexpr std::string_view check_timer = "eta.check", reprice_timer = "eta.reprice";
/// A route of which nothing is heard is looked at again after so long.
constexpr Seconds between_checks{600}, soon{30};
/// A way that is so much longer, or shorter, is told.
constexpr double worth_telling_s = 60;

/// A route whose times are other ones for a reason from outside.
struct Rerouted {
    const AssignmentRow* row;
};
void save(store::Writer& writer, const Rerouted& rerouted) { save_route(writer, *rerouted.row); }

void set_check(store::Tx& tx, Id<Assignment> id, Instant due) {
    work::set_timer(tx, {.kind = std::string(check_timer), .subject = id.text(), .due_at = due});
}

Instant said_at(const events::Event& event) {
    const auto* at = event.data.if_contains("at");
    const auto said = at && at->is_string() ? parse_rfc3339(at->get_string()) : std::nullopt;
    return said ? *said : event.timestamp;
}

/// When the driver was last heard of: by a ping, or by anything that changed his route.
Instant heard_of(store::Read& read, const AssignmentRow& row) {
    auto heard = row.updated_at;
    if (const auto place = row.driver_id ? place_of(read, *row.driver_id) : std::nullopt; place && place->location.timestamp)
        heard = std::max(heard, std::min(*place->location.timestamp, read.now().business));
    return heard;
}

}  // namespace

events::Reader EtaDesk::reader() {
    return {.name = "eta",
            .handle =
                [this](store::Tx& tx, std::span<const events::Event> some) {
                    // In the order of locks, as every command has them.
                    std::vector<Id<Assignment>> concerned;
                    for (const auto& event : some)
                        if (const auto id = event.assignment_id ? Id<Assignment>::parse(*event.assignment_id) : std::nullopt) concerned.push_back(*id);
                    lock_assignments(tx, concerned);
                    for (const auto& event : some) follow(tx, event);
                },
            .batch = 20,
            .filter = {.types = {"assignment.created", "assignment.started", "assignment.resumed", "assignment.replanned", "stop.arrived", "closure.created", "closure.deleted"}},
            .from_now = true};
}

void EtaDesk::follow(store::Tx& tx, const events::Event& event) {
    if (event.type.starts_with("closure.")) {
        for (const auto& row : tx.query("select id from assignments where partition = $1 and kind = 'driver' and status in ('planned', 'offered', 'accepted', "
                                        "'in_progress', 'paused') order by id limit 5000", {}))
            work::set_timer(tx, {.kind = std::string(reprice_timer), .subject = row[0].id<Assignment>().text(), .due_at = tx.now().business, .payload = event.type});
        return;
    }
    if (event.type == "stop.arrived") {
        const auto* said = event.data.if_contains("stop_id");
        if (const auto stop = said && said->is_string() ? Id<Stop>::parse(said->get_string()) : std::nullopt) eta::settle(tx, *stop, said_at(event));
        return;
    }
    const auto id = event.assignment_id ? Id<Assignment>::parse(*event.assignment_id) : std::nullopt;
    auto row = id ? lock_assignment(tx, *id) : std::nullopt;
    if (!row || !eta::is_predicted(*row)) return;
    eta::predict(tx, *row, {}, live);
    if (event.type == "assignment.created") set_check(tx, *id, std::max(tx.now().business, row->starts_at) + between_checks);
    if (event.type == "assignment.started" || event.type == "assignment.resumed")
        set_check(tx, *id, tx.now().business + std::min(between_checks, Seconds{policies_of(tx).driver.offline_grace_s.value}));
}

void EtaDesk::register_timers(work::Timers& timers) {
    timers.on(std::string(check_timer), [this](store::Tx& tx, const work::Timer& timer) { check(tx, timer); });
    timers.on(std::string(reprice_timer), [this](store::Tx& tx, const work::Timer& timer) { reprice(tx, timer); });
}

/// Time passes and nobody says anything: arrivals move, promises break, and from driver.offline_grace_s on the route is paused.
void EtaDesk::check(store::Tx& tx, const work::Timer& timer) {
    const auto id = Id<Assignment>::parse(timer.subject);
    const auto found = id ? find_assignment(tx, *id) : std::nullopt;
    if (!found || !eta::is_predicted(*found) || found->status == AssignmentState::paused) return;
    const auto now = tx.now().business;
    if (found->status == AssignmentState::in_progress) {
        const Seconds grace{policies_of(tx).driver.offline_grace_s.value};
        const auto heard = heard_of(tx, *found);
        if (now - heard >= grace) {
            dispatch::Board board(tx, dispatch_);
            board.lock({*id}, {});
            auto* row = board.assignment(*id);
            if (!row || row->status != AssignmentState::in_progress) return;
            const auto silence = std::chrono::duration_cast<Seconds>(now - heard).count();
            board.apply(*row, assignments::pause(row->lifecycle, "nothing heard for " + std::to_string(silence) + " s", true));
            board.settle_routes();
            return;
        }
        set_check(tx, *id, std::max(now + soon, std::min(now + between_checks, heard + grace)));
    } else {
        set_check(tx, *id, std::max(now, found->starts_at) + between_checks);
    }
    auto row = lock_assignment(tx, *id);
    if (row) eta::predict(tx, *row, {}, live);
}

/// Streets have closed or opened: the ways anew, and what that does to the times.
void EtaDesk::reprice(store::Tx& tx, const work::Timer& timer) {
    const auto id = Id<Assignment>::parse(timer.subject);
    auto row = id ? lock_assignment(tx, *id) : std::nullopt;
    if (!row || !eta::is_predicted(*row)) return;
    const auto now = tx.now().business;
    const auto pricer = dispatch_.pricer(tx, now);
    const double before = row->route.time_s;
    price(*row, dispatch::wheels_of(tx, row->vehicle_id), *pricer, dispatch_.roads != nullptr, now);
    const double change = row->route.time_s - before;
    if (std::abs(change) >= worth_telling_s) {
        boost::json::object data{{"assignment_id", row->id.text()},
                                 {"cause", timer.payload},
                                 {"change_s", std::llround(change)},
                                 {"estimated_time_s", std::llround(row->route.time_s)}};
        events::apply(tx, Changed<Rerouted>{{&*row}, {{"assignment.retimed", std::move(data)}}}, event_refs(*row));
    }
    std::optional<eta::Sighting> seen;
    if (const auto place = row->driver_id ? place_of(tx, *row->driver_id) : std::nullopt; place && !place->stale) seen = sighting(tx, *row, *place, *pricer);
    eta::predict(tx, *row, seen, live);
}

/// Arrival and departure by position: told, and by policy the arrival is marked as well.
void EtaDesk::heed_fence(store::Tx& tx, AssignmentRow& row, const DriverPlace& place) {
    const Stop* stop = nullptr;
    for (const auto& one : row.lifecycle.stops)
        if (one.state == StopState::arrived) stop = &one;
    if (!stop) stop = next_stop_of(row);
    const auto* there = stop ? row.place(stop->id) : nullptr;
    if (!there || stop->type == StopType::break_ || !place.location.timestamp) return;
    const auto policy = policies_of(tx).driver;
    const auto metres = geo::distance_m({place.location.lat, place.location.lon}, there->point());
    const auto accuracy = place.location.accuracy_meters ? std::optional<double>(*place.location.accuracy_meters) : std::nullopt;
    const auto radius = static_cast<double>(policy.geofence_m.value);
    const auto crossing = eta::crossed(row.route.fence, stop->id, stop->state == StopState::arrived, metres, accuracy, radius, *place.location.timestamp);
    row.route.fence = crossing.fence;
    if (!crossing.entered && !crossing.left) return;
    std::vector<EventDraft> told;
    std::vector<Id<Delivery>> deliveries;
    for (const auto& item : stop->items)
        if (std::ranges::find(deliveries, item.delivery_id) == deliveries.end()) deliveries.push_back(item.delivery_id);
    for (const auto& id : deliveries)
        told.push_back({crossing.entered ? "stop.geofence_entered" : "stop.geofence_left",
                        {{"assignment_id", row.id.text()},
                         {"stop_id", stop->id.text()},
                         {"delivery_id", id.text()},
                         {"at", to_rfc3339(*place.location.timestamp)},
                         {"distance_m", std::llround(metres)}}});
    if (told.empty()) return;
    events::apply(tx, Changed<Rerouted>{{&row}, std::move(told)}, event_refs(row));
    if (!crossing.entered || !policy.geofence_marks_arrival) return;
    const auto stop_id = stop->id;
    dispatch::Board board(tx, dispatch_);
    board.source.at = *place.location.timestamp;
    board.source.location = place.location;
    board.lock({row.id}, deliveries, false);
    auto* mine = board.assignment(row.id);
    if (!mine) return;
    board.apply(*mine, assignments::report(mine->lifecycle, {.stop_id = stop_id, .move = assignments::StopMove::arrive, .at = board.source.at}));
    board.settle_routes();
    row = *mine;
}

}  // namespace lastmile
