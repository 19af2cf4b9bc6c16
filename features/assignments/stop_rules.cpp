// What a report about a stop does: to the stop, and to each package of each delivery at it.
#include <algorithm>

#include "features/assignments/assignment_rules.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile::assignments {
namespace {

namespace json = boost::json;

constexpr std::size_t most_contacts = 50;

bool is_outcome(StopMove move) { return move == StopMove::complete || move == StopMove::partial || move == StopMove::fail; }

ItemOutcome success_at(StopType type) {
    return type == StopType::pickup ? ItemOutcome::collected : type == StopType::hub ? ItemOutcome::unloaded : ItemOutcome::delivered;
}

bool fits(StopType type, ItemOutcome outcome) {
    if (outcome == ItemOutcome::open) return false;
    if (is_success(outcome)) return outcome == success_at(type);
    return type != StopType::pickup || outcome != ItemOutcome::failed;  // at a pickup it must be said why
}

json::object stop_data(const AssignmentLifecycle& a, const Stop& stop, std::string_view reason) {
    json::array deliveries, items;
    std::vector<Id<Delivery>> seen;
    for (const auto& item : stop.items) {
        items.emplace_back(json::object{{"delivery_id", item.delivery_id.text()},
                                        {"package_id", item.package_id.text()},
                                        {"outcome", name_of(item.outcome)},
                                        {"reason", item.reason}});
        if (std::ranges::find(seen, item.delivery_id) != seen.end()) continue;
        seen.push_back(item.delivery_id);
        deliveries.emplace_back(item.delivery_id.text());
    }
    json::object data{{"assignment_id", a.id.text()}, {"stop_id", stop.id.text()},     {"type", name_of(stop.type)},
                      {"sequence", stop.sequence},    {"status", name_of(stop.state)}, {"delivery_ids", std::move(deliveries)},
                      {"items", std::move(items)}};
    if (seen.size() == 1) data["delivery_id"] = seen.front().text();
    if (!a.driver_id.empty()) data["driver_id"] = a.driver_id.text();
    if (!reason.empty()) data["reason"] = reason;
    return data;
}

std::unexpected<Error> illegal(const AssignmentLifecycle& a, const Stop& stop, StopMove move) {
    auto refusal = not_legal(reasons::stop_not_legal, stop_machine, stop.state, move);
    refusal.error().extras["legal_now"] = names_of(legal_now(a, stop));
    return refusal;
}

/// The route must be under way; what a report implies about it (start, resume) is done first.
Result<void> imply_route(AssignmentChange& change, const StopReport& report) {
    const auto state = change.after.state;
    if (state == AssignmentState::in_progress) return {};
    const bool synced_fact = report.report == Report::synced && is_outcome(report.move);
    Decision implied = state == AssignmentState::paused                    ? resume(change.after)
                       : synced_fact && state == AssignmentState::accepted ? start(change.after)
                                                                           : refuse(reasons::route_not_started, "");
    if (implied) {
        change = std::move(*implied);
        return {};
    }
    if (synced_fact) return {};  // whatever has become of the assignment: it has happened
    Error error{&reasons::route_not_started, "the assignment is " + std::string(name_of(state)), {}, {}};
    error.extras["state"] = name_of(state);
    error.extras["legal_now"] = names_of(machine.legal_now(state));
    return std::unexpected(std::move(error));
}

/// Sets the outcome of every item; all that is wrong with the list at once.
Result<void> set_outcomes(Stop& stop, const StopReport& report) {
    std::vector<FieldError> errors;
    for (auto& item : stop.items) item.outcome = ItemOutcome::open;
    for (std::size_t i = 0; i < report.items.size(); ++i) {
        const auto& said = report.items[i];
        const auto pointer = "#/items/" + std::to_string(i);
        if (!fits(stop.type, said.outcome))
            errors.push_back({pointer + "/outcome", "invalid", std::string(name_of(said.outcome)) + " is no outcome of such a stop"});
        bool any = false;
        for (auto& item : stop.items) {
            if (item.delivery_id != said.delivery_id || (!said.package_id.empty() && item.package_id != said.package_id)) continue;
            if (item.outcome != ItemOutcome::open) errors.push_back({pointer, "duplicate", "named twice"});
            item.outcome = said.outcome;
            item.reason = said.reason.empty() ? report.reason : said.reason;
            any = true;
        }
        if (!any) errors.push_back({pointer, "unknown", "not at this stop"});
    }
    const auto rest = report.move == StopMove::complete ? success_at(stop.type)
                      : stop.type == StopType::pickup   ? pickup_outcome(report.reason)
                      : report.reason == "refused"      ? ItemOutcome::refused
                                                        : ItemOutcome::failed;
    for (auto& item : stop.items) {
        if (item.outcome != ItemOutcome::open) continue;
        if (report.move == StopMove::partial) errors.push_back({"#/items", "missing", "says nothing of package " + item.package_id.text()});
        item.outcome = rest;
        if (!is_success(rest)) item.reason = report.reason;
    }
    if (!errors.empty()) return refuse(reasons::items_invalid, "the items do not fit this stop", std::move(errors));
    return {};
}

StopState folded(const Stop& stop, StopMove move) {
    const auto well = std::ranges::count_if(stop.items, [](const StopItem& item) { return is_success(item.outcome); });
    if (stop.items.empty()) return move == StopMove::fail ? StopState::failed : StopState::completed;
    return well == std::ssize(stop.items) ? StopState::completed : well == 0 ? StopState::failed : StopState::partial;
}

void ask_deliveries(AssignmentChange& change, const Stop& stop) {
    std::vector<PackagesDone> groups;
    for (const auto& item : stop.items) {
        const auto same = [&](const PackagesDone& g) {
            return g.delivery_id == item.delivery_id && g.leg_id == item.leg_id && g.outcome == item.outcome && g.reason == item.reason;
        };
        const auto at = std::ranges::find_if(groups, same);
        if (at != groups.end())
            at->package_ids.push_back(item.package_id);
        else
            groups.push_back({item.delivery_id, item.leg_id, {item.package_id}, item.outcome, item.reason});
    }
    for (auto& group : groups) change.effects.emplace_back(std::move(group));
}

void tell(AssignmentChange& change, std::string type, const Stop& stop, std::string_view reason) {
    change.events.push_back({std::move(type), stop_data(change.after, stop, reason)});
}

/// complete, partial, failed
Decision outcome(AssignmentChange change, const StopReport& report) {
    auto& stop = *change.after.stop(report.stop_id);
    const bool late =
        report.report == Report::synced && (stop.state == StopState::pending || stop.state == StopState::skipped || stop.state == StopState::failed);
    if (!late && !stop_machine.allows(stop.state, report.move)) return illegal(change.after, stop, report.move);
    if (auto fits_stop = set_outcomes(stop, report); !fits_stop) return std::unexpected(fits_stop.error());
    if (!stop.arrived_at) {
        stop.arrived_at = report.at;
        stop.state = StopState::arrived;
        tell(change, "stop.arrived", stop, {});
    }
    stop.state = folded(stop, report.move);
    stop.finished_at = report.at;
    tell(change, "stop." + std::string(name_of(stop.state)), stop, report.reason);
    ask_deliveries(change, stop);
    return change;
}

}  // namespace

ItemOutcome pickup_outcome(std::string_view reason) {
    if (reason == "no_one_home") return ItemOutcome::nobody;
    if (reason == "wrong_address") return ItemOutcome::no_access;
    const auto named = parse_name<ItemOutcome>(reason);
    return named && *named != ItemOutcome::open && *named != ItemOutcome::failed && !is_success(*named) ? *named : ItemOutcome::not_ready;
}

std::vector<StopMove> legal_now(const AssignmentLifecycle& a, const Stop& stop) {
    if (a.state != AssignmentState::in_progress && a.state != AssignmentState::paused) return {};
    auto moves = stop_machine.legal_now(stop.state);
    const bool elsewhere = std::ranges::any_of(a.stops, [&](const Stop& other) { return other.id != stop.id && other.state == StopState::arrived; });
    if (elsewhere) std::erase_if(moves, [](StopMove move) { return move == StopMove::arrive; });
    return moves;
}

Decision report(const AssignmentLifecycle& a, const StopReport& report) {
    const auto* known = a.stop(report.stop_id);
    if (!known) return refuse(reasons::unknown_stop, "the assignment has no stop " + report.stop_id.text());
    if (report.move == StopMove::undo) return illegal(a, *known, report.move);  // undo_stop, with its time limit
    AssignmentChange change{{a}, {}};
    if (auto under_way = imply_route(change, report); !under_way) return std::unexpected(under_way.error());
    if (is_outcome(report.move)) return outcome(std::move(change), report);
    auto& stop = *change.after.stop(report.stop_id);
    const auto to = stop_machine.after(stop.state, report.move);
    if (!to) return illegal(change.after, stop, report.move);
    if (report.move == StopMove::arrive && report.report == Report::online)
        for (const auto& other : change.after.stops)
            if (other.id != stop.id && other.state == StopState::arrived) {
                Error error{&reasons::stop_not_next, "stop " + std::to_string(other.sequence) + " is being served", {}, {}};
                error.extras["stop_id"] = other.id.text();
                error.extras["legal_now"] = names_of(legal_now(change.after, other));
                return std::unexpected(std::move(error));
            }
    stop.state = *to;
    if (report.move == StopMove::arrive) stop.arrived_at = report.at;
    if (report.move == StopMove::attempt) {
        ++stop.attempts;
        if (report.contact && stop.contacts.size() < most_contacts) stop.contacts.push_back(*report.contact);
    }
    if (report.move == StopMove::skip) stop.finished_at = report.at;
    tell(change,
         report.move == StopMove::arrive    ? "stop.arrived"
         : report.move == StopMove::attempt ? "stop.attempted"
                                            : "stop.skipped",
         stop, report.reason);
    return change;
}

Decision undo_stop(const AssignmentLifecycle& a, Id<Stop> id, Instant at, Seconds undo_for) {
    const auto* known = a.stop(id);
    if (!known) return refuse(reasons::unknown_stop, "the assignment has no stop " + id.text());
    const auto to = stop_machine.after(known->state, StopMove::undo);
    if (!to) return illegal(a, *known, StopMove::undo);
    if (!known->finished_at || at > *known->finished_at + undo_for)
        return refuse(reasons::undo_too_late, "an outcome can be taken back for " + std::to_string(undo_for.count()) + " s");
    AssignmentChange change{{a}, {}};
    auto& stop = *change.after.stop(id);
    std::vector<PackagesUndone> undone;
    for (auto& item : stop.items) {
        if (item.outcome == ItemOutcome::open) continue;
        item.outcome = ItemOutcome::open;
        item.reason.clear();
        const auto of = std::ranges::find(undone, item.delivery_id, &PackagesUndone::delivery_id);
        if (of != undone.end())
            of->package_ids.push_back(item.package_id);
        else
            undone.push_back({item.delivery_id, {item.package_id}});
    }
    stop.state = *to;
    stop.finished_at.reset();
    tell(change, "stop.undone", stop, {});
    for (auto& group : undone) change.effects.emplace_back(std::move(group));
    return change;
}

}  // namespace lastmile::assignments
