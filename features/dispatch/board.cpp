#include "features/dispatch/board.hpp"

#include <algorithm>

#include "features/deliveries/delivery_create.hpp"
#include "features/deliveries/end_rules.hpp"
#include "features/deliveries/plan_rules.hpp"
#include "features/dispatch/offers.hpp"
#include "features/exceptions/exception_store.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile::dispatch {
namespace {

/// Drivers' assignments that hold anything of it now: planned, on board, or failed and still on board (a retry goes on from there).
void add_holders(const DeliveryRow& row, std::set<Id<Assignment>>& ids) {
    const auto failed = [](const LegItem& item) { return item.state == ItemState::failed; };
    for (const auto& leg : row.lifecycle.legs)
        if (leg.holder && leg.holder->kind == HolderKind::driver && (leg.live() || std::ranges::any_of(leg.items, failed)))
            ids.insert(leg.holder->assignment_id);
}

RouteState route_of(AssignmentState state) {
    switch (state) {
        case AssignmentState::in_progress:
            return RouteState::started;
        case AssignmentState::paused:
            return RouteState::paused;
        case AssignmentState::aborted:
            return RouteState::aborted;
        case AssignmentState::completed:
        case AssignmentState::declined:
        case AssignmentState::expired:
        case AssignmentState::withdrawn:
            return RouteState::over;
        default:
            return RouteState::waiting;
    }
}

}  // namespace

std::vector<Stop> pending_stops(const AssignmentLifecycle& assignment) {
    std::vector<Stop> pending;
    std::ranges::copy_if(assignment.stops, std::back_inserter(pending), [](const Stop& stop) { return stop.state == StopState::pending; });
    return pending;
}

void Board::lock(const std::vector<Id<Assignment>>& wanted, const std::vector<Id<Delivery>>& also, bool whole) {
    std::set<Id<Assignment>> assignment_ids(wanted.begin(), wanted.end());
    std::set<Id<Delivery>> delivery_ids(also.begin(), also.end());
    std::map<Id<Assignment>, std::int64_t> seen;
    for (const auto& id : wanted) {
        const auto row = find_assignment(tx_, id);
        if (!row) continue;
        seen[id] = row->lifecycle.route_revision;
        if (!whole) continue;
        for (const auto& delivery : assignments::deliveries_of(row->lifecycle)) delivery_ids.insert(delivery);
    }
    for (const auto& row : find_deliveries(tx_, {delivery_ids.begin(), delivery_ids.end()})) add_holders(row, assignment_ids);
    for (auto& row : lock_assignments(tx_, {assignment_ids.begin(), assignment_ids.end()})) {
        const auto was = seen.find(row.id);
        if (was != seen.end() && was->second != row.lifecycle.route_revision) throw store::Moved{};
        assignments_.insert_or_assign(row.id, std::move(row));
    }
    for (auto& row : lock_deliveries(tx_, {delivery_ids.begin(), delivery_ids.end()})) {
        std::set<Id<Assignment>> holders;
        add_holders(row, holders);
        for (const auto& id : holders)
            if (!assignment_ids.contains(id)) throw store::Moved{};
        deliveries_.insert_or_assign(row.id, std::move(row));
    }
}

AssignmentRow* Board::assignment(Id<Assignment> id) {
    const auto found = assignments_.find(id);
    return found == assignments_.end() ? nullptr : &found->second;
}
DeliveryRow* Board::delivery(Id<Delivery> id) {
    const auto found = deliveries_.find(id);
    return found == deliveries_.end() ? nullptr : &found->second;
}
DeliveryRow& Board::need(Id<Delivery> id) {
    if (auto* row = delivery(id)) return *row;
    throw store::Moved{};  // it has come to this route since it was looked up
}

AssignmentRow& Board::create(AssignmentRow row) {
    row.version = row.lifecycle.version = 1;
    row.status = row.lifecycle.state;
    const auto id = row.id;
    boost::json::object data{{"assignment_id", id.text()}, {"status", name_of(row.status)}, {"route_id", row.route_id.text()}};
    if (row.driver_id) data["driver_id"] = row.driver_id->text();
    if (row.vehicle_id) data["vehicle_id"] = row.vehicle_id->text();
    events::apply(tx_, Changed<AssignmentRow>{row, {{"assignment.created", std::move(data)}}});
    row.saved_revision = row.lifecycle.route_revision;
    return assignments_.insert_or_assign(id, std::move(row)).first->second;
}

void Board::apply(AssignmentRow& row, assignments::Decision decision) {
    auto change = std::move(decision).value();
    for (auto& event : change.events) {
        add_time(event);
        if (source.location) event.data["location"] = schema::to_json(*source.location);
        if (!source.event_id.empty()) event.data["event_id"] = source.event_id;
        if (event.type.starts_with("stop.") && event.type != "stop.arrived")
            for (const auto& [key, value] : source.more) event.data[key] = value;
    }
    apply_change(tx_, row, change);
    if (!change.events.empty()) priced_.try_emplace(row.id, -1);
    for (const auto& effect : change.effects) carry_out(row, effect);
}

/// What a device reports later has happened then: both times stand in every event that follows from it.
void Board::add_time(EventDraft& event) const {
    if (source.device_time) event.data["device_time"] = to_rfc3339(*source.device_time), event.data["at"] = to_rfc3339(source.at);
}

void Board::apply(DeliveryRow& row, Decision decision) {
    auto change = std::move(decision).value();
    for (auto& event : change.events) add_time(event);
    apply_change(tx_, row, change);
    for (const auto& effect : change.effects) carry_out(row, effect);
    if (!binding_) take_off_routes(row);
}

void Board::bind(AssignmentRow& to, const std::vector<std::pair<Id<Delivery>, Id<Leg>>>& legs) {
    binding_ = true;
    for (const auto& [delivery_id, leg_id] : legs) {
        auto& row = need(delivery_id);
        apply(row, deliveries::bind(row.lifecycle, leg_id, holder(to), given(row)));
    }
    binding_ = false;
    for (auto& [id, row] : deliveries_) take_off_routes(row);
}

void Board::take_off_routes(const DeliveryRow& row) {
    for (auto& [id, route] : assignments_)
        if (!assignments::is_over(route.status)) take_off(route, row);
}

/// Open items whose leg is not live in this assignment's hands any more: freed, dropped, failed, handed over.
void Board::take_off(AssignmentRow& route, const DeliveryRow& row) {
    const auto dead = [&](const StopItem& item) {
        if (item.delivery_id != row.id) return false;
        const auto* leg = row.lifecycle.leg(item.leg_id);
        const auto* package = leg ? leg->item(item.package_id) : nullptr;
        return !package || !package->live() || !leg->holder || leg->holder->assignment_id != route.id;
    };
    std::vector<Stop> open;
    std::vector<Id<Package>> stays, at_the_stop;
    bool changed = false;
    for (const auto& stop : route.lifecycle.stops) {
        if (stop.state == StopState::arrived)
            for (const auto& item : stop.items)
                if (item.outcome == ItemOutcome::open && dead(item)) at_the_stop.push_back(item.package_id);
        if (stop.state != StopState::pending) continue;
        auto kept = stop;
        changed |= std::erase_if(kept.items, dead) > 0;
        for (const auto& item : kept.items) stays.push_back(item.package_id);
        if (!kept.items.empty() || stop.items.empty()) open.push_back(std::move(kept));
    }
    if (changed) apply(route, assignments::replan(route.lifecycle, open, false, {}));
    std::erase_if(at_the_stop, [&](const Id<Package>& package) { return std::ranges::find(stays, package) != stays.end(); });
    if (!at_the_stop.empty()) apply(route, assignments::drop_packages(route.lifecycle, at_the_stop));
}

void Board::tell_deliveries(const AssignmentRow& row, RouteState route) {
    std::vector<Id<Delivery>> concerned;
    for (const auto& id : assignments::deliveries_of(row.lifecycle)) concerned.push_back(id);
    for (const auto& id : concerned) {
        auto& delivery = need(id);
        const bool holds =
            std::ranges::any_of(delivery.lifecycle.legs, [&](const Leg& leg) { return leg.holder && leg.holder->assignment_id == row.id; });
        if (holds) apply(delivery, deliveries::route_changed(delivery.lifecycle, row.id, route, given(delivery)));
    }
}

void Board::packages_done(AssignmentRow& row, const assignments::PackagesDone& done) {
    auto& delivery = need(done.delivery_id);
    const auto by = holder(row);
    const auto* leg = delivery.lifecycle.leg(done.leg_id);
    if (!leg) throw Refusal(refuse(reasons::unknown_leg, "the stop speaks of a leg that the delivery does not have").error());
    switch (done.outcome) {
        case ItemOutcome::collected:
            for (const auto& package : done.package_ids)
                apply(delivery,
                      deliveries::scan(delivery.lifecycle, {.package_id = package, .by = by, .report = source.report, .confirmed = source.confirmed},
                                       given(delivery)));
            return;
        case ItemOutcome::delivered:
        case ItemOutcome::unloaded: {
            const auto where = leg->to.kind == PlaceKind::recipient ? Custody{source.left_with, {}} : Custody::of(leg->to);
            return apply(delivery, deliveries::drop_off(delivery.lifecycle, done.package_ids, by, where, given(delivery)));
        }
        default:
            break;
    }
    const auto* stop = [&]() -> const Stop* {
        for (const auto& candidate : row.lifecycle.stops)
            for (const auto& item : candidate.items)
                if (item.leg_id == done.leg_id && item.outcome == done.outcome &&
                    std::ranges::find(done.package_ids, item.package_id) != done.package_ids.end())
                    return &candidate;
        return nullptr;
    }();
    if (stop && stop->type == StopType::pickup) {
        const auto problem = parse_name<deliveries::PickupProblem>(name_of(done.outcome)).value_or(deliveries::PickupProblem::not_ready);
        return apply(delivery, deliveries::pickup_failed(delivery.lifecycle, done.leg_id, done.package_ids, problem, given(delivery)));
    }
    const auto reason = done.reason.empty() ? std::string(name_of(done.outcome)) : done.reason;
    apply(delivery, deliveries::attempt_failed(delivery.lifecycle, done.package_ids, by, reason, given(delivery)));
}

void Board::carry_out(AssignmentRow& row, const assignments::Effect& effect) {
    using namespace assignments;
    if (const auto* tell = std::get_if<TellDeliveries>(&effect)) return tell_deliveries(row, tell->route);
    if (const auto* done = std::get_if<PackagesDone>(&effect)) return packages_done(row, *done);
    if (const auto* undone = std::get_if<PackagesUndone>(&effect)) {
        auto& delivery = need(undone->delivery_id);
        return apply(delivery, deliveries::undo(delivery.lifecycle, undone->package_ids, holder(row), given(delivery)));
    }
    if (const auto* raise = std::get_if<RaiseException>(&effect)) {
        Exception found;
        found.assignment_id = row.id, found.type = raise->type, found.severity = raise->severity, found.detail = raise->detail;
        if (raise->delivery_ids.size() == 1) found.delivery_id = raise->delivery_ids.front();
        open_exception(tx_, std::move(found));
        return;
    }
    const auto type = std::get<ClearException>(effect).type;
    resolve_exceptions(tx_, row.id, type, "the route goes on");
}

void Board::carry_out(DeliveryRow& row, const Effect& effect) {
    const auto ask_partner = [&](std::string kind, Id<Booking> booking) {
        work::set_timer(tx_, {.kind = std::move(kind), .subject = booking.text(), .due_at = tx_.now().business, .payload = row.id.text()});
    };
    if (const auto* e = std::get_if<AskBookingToCancel>(&effect)) return ask_partner("booking.ask_to_cancel", e->booking_id);
    if (const auto* e = std::get_if<LookUpBooking>(&effect)) return ask_partner("booking.look_up", e->booking_id);
    if (const auto* e = std::get_if<BookNextPartner>(&effect)) return ask_partner("booking.next_partner", e->after_booking_id);
    if (const auto* e = std::get_if<DropFromRoute>(&effect)) {
        if (!assignment(e->assignment_id)) throw store::Moved{};
        return;  // what is on no live leg of its holder any more comes off the routes after the effects
    }
    if (const auto* e = std::get_if<AddToRoute>(&effect)) return add_to_route(row, *e);
    if (const auto* e = std::get_if<OpenException>(&effect)) {
        Exception found;
        found.delivery_id = row.id, found.type = e->type, found.severity = e->severity, found.detail = e->detail, found.package_ids = e->package_ids;
        found.assignment_id = row.assignment_id;
        open_exception(tx_, std::move(found));
        return;
    }
    if (const auto* e = std::get_if<ResolveException>(&effect)) return resolve_exceptions(tx_, row.id, e->type, "its cause is over");
    // The app hears delivery.cancel_requested; a courier who says nothing is followed up (cancels.cpp).
    if (std::holds_alternative<AskCourierToCancel>(effect))
        return work::set_timer(tx_, {.kind = std::string(unanswered_cancel), .subject = row.id.text(), .due_at = tx_.now().business + answer_to_cancel});
    // PlanLeg: free legs are found where plans are made.
}

void Board::add_to_route(DeliveryRow& row, const AddToRoute& wanted) {
    auto* route = assignment(wanted.assignment_id);
    if (!route) throw store::Moved{};
    const auto* leg = row.lifecycle.leg(wanted.leg_id);
    const auto place = leg ? place_of(tx_, row, leg->to, false) : std::nullopt;
    if (!place || assignments::is_over(route->status)) {
        Exception found;
        found.delivery_id = row.id, found.assignment_id = wanted.assignment_id, found.type = ExceptionType::other;
        found.detail = place ? "It is on board of a route that is over." : "It is on board and its way's end could not be placed.";
        open_exception(tx_, std::move(found));
        return;
    }
    auto open = pending_stops(route->lifecycle);
    const auto type = leg->to.kind == PlaceKind::hub ? StopType::hub : StopType::dropoff;
    const auto same = std::ranges::find_if(open, [&](const Stop& stop) {
        const auto* there = route->place(stop.id);
        return stop.type == type && there && there->kind == place->kind && there->hub_id == place->hub_id && there->lat == place->lat &&
               there->lon == place->lon;
    });
    Stop fresh;
    fresh.id = tx_.new_id<Stop>(), fresh.type = type;
    auto& stop = same != open.end() ? *same : open.emplace_back(std::move(fresh));
    for (const auto& package : wanted.package_ids) {
        stop.items.push_back({row.id, package, wanted.leg_id, ItemOutcome::open, {}});
        if (!route->parcel(package)) route->parcels.push_back(parcel_of(row, package));
    }
    if (!route->place(stop.id)) {
        route->places.push_back(*place);
        route->places.back().stop_id = stop.id;
    }
    apply(*route, assignments::replan(route->lifecycle, open, false, {}));
}

void Board::complete_when_done(AssignmentRow& row) {
    if (std::ranges::any_of(row.lifecycle.stops, &Stop::open)) return;
    int on_board = 0;
    const auto mine = holder(row).custody();
    for (const auto& id : assignments::deliveries_of(row.lifecycle)) {
        const auto& delivery = need(id);
        for (const auto& package : delivery.lifecycle.packages) {
            const bool by_this = std::ranges::any_of(
                delivery.lifecycle.legs, [&](const Leg& leg) { return leg.holder && leg.holder->assignment_id == row.id && leg.item(package.id); });
            on_board += by_this && package.end == PackageEnd::none && package.custody == mine;
        }
    }
    apply(row, assignments::complete_when_done(row.lifecycle, on_board));
}

const Policies& Board::policies(const DeliveryRow& row) {
    const auto found = policies_.find(row.service_level);
    if (found != policies_.end()) return found->second;
    return policies_.emplace(row.service_level, policies_of(tx_, {{}, row.service_level})).first->second;
}

Given Board::given(const DeliveryRow& row) {
    auto policy = lifecycle_policy(policies(row));
    if (row.pickup_hub_id) policy.return_to = Place{PlaceKind::hub, *row.pickup_hub_id};
    return {source.at, tx_.now().machine, tx_.random(), policy};
}

Holder Board::holder(const AssignmentRow& row) const {
    return {HolderKind::driver, row.id, row.driver_id.value_or(Id<Driver>{}), {}, {}, route_of(row.status)};
}

void Board::settle_routes() {
    for (auto& [id, revision] : priced_) {
        auto& row = assignments_.at(id);
        const bool ways = revision != row.lifecycle.route_revision &&
                          (row.route.times.size() != row.lifecycle.stops.size() || revision >= 0 || row.route.revision == 0 ||
                           !std::ranges::equal(row.route.times, row.lifecycle.stops, {}, &StopTime::stop_id, &Stop::id));
        if (ways && !assignments::is_over(row.status))
            price(row, wheels_of(tx_, row.vehicle_id), *dispatch_.pricer(tx_, tx_.now().business), dispatch_.roads != nullptr, tx_.now().business);
        else
            retime(row, tx_.now().business);
        revision = row.lifecycle.route_revision;
        save_route(tx_.bookkeeping(), row);
        // The last of it was taken off, or off board, by no report of its driver's. All its deliveries must be held to see that: a command of its own.
        const bool under_way = row.status == AssignmentState::in_progress || row.status == AssignmentState::paused;
        if (under_way && !row.lifecycle.stops.empty() && std::ranges::none_of(row.lifecycle.stops, &Stop::open))
            work::set_timer(tx_, {.kind = std::string(finish_timer), .subject = row.id.text(), .due_at = tx_.now().business});
    }
    priced_.clear();
    // What a route under way still had on board may have left it over another one of the same driver's.
    for (const auto& [id, row] : deliveries_)
        for (const auto& leg : row.lifecycle.legs)
            if (!leg.live() && leg.holder && leg.holder->kind == HolderKind::driver && leg.holder->route == RouteState::started &&
                !assignments_.contains(leg.holder->assignment_id))
                work::set_timer(tx_, {.kind = std::string(finish_timer), .subject = leg.holder->assignment_id.text(), .due_at = tx_.now().business});
}

}  // namespace lastmile::dispatch
