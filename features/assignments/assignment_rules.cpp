#include "features/assignments/assignment_rules.hpp"

#include <algorithm>

#include "features/reasons/reasons.hpp"

namespace lastmile {

const Stop* AssignmentLifecycle::stop(Id<Stop> wanted) const {
    const auto at = std::ranges::find(stops, wanted, &Stop::id);
    return at == stops.end() ? nullptr : &*at;
}
Stop* AssignmentLifecycle::stop(Id<Stop> wanted) {
    const auto at = std::ranges::find(stops, wanted, &Stop::id);
    return at == stops.end() ? nullptr : &*at;
}

}  // namespace lastmile

namespace lastmile::assignments {
namespace {

namespace json = boost::json;

json::object data_of(const AssignmentLifecycle& a) {
    json::object data{
        {"assignment_id", a.id.text()}, {"status", name_of(a.state)}, {"route_revision", a.route_revision}, {"plan_version", a.plan_version}};
    if (!a.driver_id.empty()) data["driver_id"] = a.driver_id.text();
    if (!a.vehicle_id.empty()) data["vehicle_id"] = a.vehicle_id.text();
    if (!a.partner_id.empty()) data["partner_id"] = a.partner_id.text();
    return data;
}

std::string_view event_of(Move move) {
    switch (move) {
        case Move::offer:
            return "assignment.offered";
        case Move::accept:
            return "assignment.accepted";
        case Move::decline:
            return "assignment.declined";
        case Move::expire:
            return "assignment.expired";
        case Move::withdraw:
            return "assignment.withdrawn";
        case Move::start:
            return "assignment.started";
        case Move::pause:
            return "assignment.paused";
        case Move::resume:
            return "assignment.resumed";
        case Move::abort:
            return "assignment.aborted";
        case Move::complete:
            return "assignment.completed";
    }
    return {};
}

std::optional<RouteState> route_after(Move move) {
    switch (move) {
        case Move::start:
        case Move::resume:
            return RouteState::started;
        case Move::pause:
            return RouteState::paused;
        case Move::abort:
            return RouteState::aborted;
        case Move::decline:
        case Move::expire:
        case Move::withdraw:
        case Move::complete:
            return RouteState::over;
        case Move::offer:
        case Move::accept:
            break;
    }
    return std::nullopt;
}

Decision moved(const AssignmentLifecycle& a, Move move, std::string_view reason = {}) {
    const auto to = step(reasons::assignment_not_legal, machine, a.state, move);
    if (!to) return std::unexpected(to.error());
    AssignmentChange change{{a}, {}};
    change.after.state = *to;
    if (move != Move::offer && a.state == AssignmentState::offered) change.after.offer_expires_at.reset();
    auto data = data_of(change.after);
    data["previous_status"] = name_of(a.state);
    if (!reason.empty()) data["reason"] = reason;
    change.events.push_back({std::string(event_of(move)), std::move(data)});
    if (const auto route = route_after(move)) change.effects.emplace_back(TellDeliveries{*route});
    return change;
}

/// A locked route whose legs are freed all the same: somebody had a reason to lock it.
Decision freed(const AssignmentLifecycle& a, Move move, std::string_view reason) {
    auto change = moved(a, move, reason);
    if (change && a.locked)
        change->effects.emplace_back(
            RaiseException{ExceptionType::driver_issue, Severity::high, "a locked route was freed: " + std::string(name_of(move)), deliveries_of(a)});
    return change;
}

int open_stops(const AssignmentLifecycle& a) { return static_cast<int>(std::ranges::count_if(a.stops, &Stop::open)); }

void renumber(AssignmentLifecycle& a) {
    for (std::size_t i = 0; i < a.stops.size(); ++i) a.stops[i].sequence = static_cast<int>(i) + 1;
    ++a.route_revision;
    ++a.plan_version;
}

EventDraft replanned(const AssignmentLifecycle& a) {
    auto data = data_of(a);
    json::array stops;
    for (const auto& stop : a.stops) stops.emplace_back(stop.id.text());
    data["stops"] = std::move(stops);
    return {"assignment.replanned", std::move(data)};
}

}  // namespace

std::vector<Id<Delivery>> deliveries_of(const AssignmentLifecycle& a) {
    std::vector<Id<Delivery>> ids;
    for (const auto& stop : a.stops)
        for (const auto& item : stop.items)
            if (std::ranges::find(ids, item.delivery_id) == ids.end()) ids.push_back(item.delivery_id);
    return ids;
}

Decision offer(const AssignmentLifecycle& a, std::optional<Instant> expires_at) {
    auto change = moved(a, Move::offer);
    if (!change) return change;
    change->after.offer_expires_at = expires_at;
    if (expires_at) change->events.front().data["expires_at"] = to_rfc3339(*expires_at);
    return change;
}

Decision accept(const AssignmentLifecycle& a, Instant at) {
    if (a.state == AssignmentState::offered && a.offer_expires_at && at >= *a.offer_expires_at)
        return refuse(reasons::offer_expired, "the offer ended at " + to_rfc3339(*a.offer_expires_at));
    return moved(a, Move::accept);
}

Decision decline(const AssignmentLifecycle& a, std::string_view reason) { return freed(a, Move::decline, reason); }

Decision expire(const AssignmentLifecycle& a, Instant at) {
    if (a.state == AssignmentState::offered && (!a.offer_expires_at || at < *a.offer_expires_at))
        return refuse(reasons::assignment_not_legal, "the offer has not ended yet");
    return freed(a, Move::expire, {});
}

Decision withdraw(const AssignmentLifecycle& a, int loaded) {
    if (loaded > 0 && machine.allows(a.state, Move::withdraw))
        return refuse(reasons::packages_on_board, std::to_string(loaded) + " packages are loaded: unload or hand them over first");
    return moved(a, Move::withdraw);
}

Decision start(const AssignmentLifecycle& a) { return moved(a, Move::start); }

Decision pause(const AssignmentLifecycle& a, std::string_view reason, bool silent) {
    auto change = moved(a, Move::pause, reason);
    if (!change) return change;
    const auto type = silent ? ExceptionType::driver_silent : ExceptionType::breakdown;
    change->effects.emplace_back(RaiseException{type, Severity::high, std::string(reason), deliveries_of(a)});
    return change;
}

Decision resume(const AssignmentLifecycle& a) {
    auto change = moved(a, Move::resume);
    if (!change) return change;
    change->effects.emplace_back(ClearException{ExceptionType::driver_silent});
    change->effects.emplace_back(ClearException{ExceptionType::breakdown});
    return change;
}

Decision abort(const AssignmentLifecycle& a, std::string_view reason) { return freed(a, Move::abort, reason); }

Decision complete(const AssignmentLifecycle& a) {
    if (machine.allows(a.state, Move::complete) && open_stops(a) > 0)
        return refuse(reasons::stops_open, std::to_string(open_stops(a)) + " stops are still open");
    return moved(a, Move::complete);
}

AssignmentChange complete_when_done(const AssignmentLifecycle& a, int on_board) {
    if (on_board == 0 && !a.stops.empty() && open_stops(a) == 0 && machine.allows(a.state, Move::complete)) return moved(a, Move::complete).value();
    return {{a}, {}};
}

Decision lock(const AssignmentLifecycle& a, bool locked) {
    if (is_over(a.state)) return refuse(reasons::assignment_not_legal, "the assignment is " + std::string(name_of(a.state)));
    AssignmentChange change{{a}, {}};
    if (a.locked == locked) return change;
    change.after.locked = locked;
    ++change.after.plan_version;
    change.events.push_back({locked ? "assignment.locked" : "assignment.unlocked", data_of(change.after)});
    return change;
}

Decision replan(const AssignmentLifecycle& a, const std::vector<Stop>& open, bool by_machine, std::optional<std::int64_t> planned_from) {
    if (is_over(a.state)) return refuse(reasons::assignment_not_legal, "the assignment is " + std::string(name_of(a.state)));
    if (a.locked && by_machine) return refuse(reasons::assignment_locked, "the assignment is locked");
    if (planned_from && *planned_from != a.plan_version)
        return refuse(reasons::stale_route, "planned from version " + std::to_string(*planned_from) + ", it is " + std::to_string(a.plan_version));
    for (const auto& stop : open)
        if (const auto* known = a.stop(stop.id); stop.state != StopState::pending || (known && known->state != StopState::pending))
            return refuse(reasons::stale_route, "stop " + stop.id.text() + " is not open any more");
    AssignmentChange change{{a}, {}};
    std::erase_if(change.after.stops, [](const Stop& stop) { return stop.state == StopState::pending; });
    change.after.stops.insert(change.after.stops.end(), open.begin(), open.end());
    renumber(change.after);
    change.events.push_back(replanned(change.after));
    return change;
}

Decision drop_packages(const AssignmentLifecycle& a, const std::vector<Id<Package>>& packages) {
    AssignmentChange change{{a}, {}};
    std::size_t dropped = 0;
    std::erase_if(change.after.stops, [&](Stop& stop) {
        if (!stop.open()) return false;
        const auto gone =
            std::erase_if(stop.items, [&](const StopItem& item) { return std::ranges::find(packages, item.package_id) != packages.end(); });
        dropped += gone;
        return gone > 0 && stop.items.empty() && stop.state == StopState::pending;
    });
    if (dropped == 0) return change;
    renumber(change.after);
    change.events.push_back(replanned(change.after));
    return change;
}

Result<void> check_out(const std::vector<AssignmentLifecycle>& todays, const std::vector<OnBoard>& on_board) {
    if (!on_board.empty()) {
        Error error{&reasons::packages_on_board, std::to_string(on_board.size()) + " packages are still on board", {}, {}};
        json::array list;
        for (const auto& item : on_board)
            list.emplace_back(json::object{{"delivery_id", item.delivery_id.text()}, {"package_id", item.package_id.text()}});
        error.extras["on_board"] = std::move(list);
        error.extras["legal_now"] = json::array{"bring_back", "hand_over"};
        return std::unexpected(std::move(error));
    }
    for (const auto& a : todays)
        if ((a.state == AssignmentState::in_progress || a.state == AssignmentState::paused) && open_stops(a) > 0) {
            Error error{&reasons::stops_open, std::to_string(open_stops(a)) + " stops of " + a.id.text() + " are still open", {}, {}};
            error.extras["assignment_id"] = a.id.text();
            return std::unexpected(std::move(error));
        }
    return {};
}

}  // namespace lastmile::assignments
