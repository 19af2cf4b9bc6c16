#include "features/driver_api/contacts.hpp"

#include <algorithm>
#include <set>

#include "features/exceptions/exception_store.hpp"
#include "features/reasons/reasons.hpp"

namespace lastmile::driver_api {
namespace {

bool speaks_of(const ContactRule& rule, std::string_view reason, int failed_before) {
    switch (rule.when) {
        case ContactWhen::before_attempt: return true;
        case ContactWhen::after_no_answer: return reason == "no_one_home" || reason == "nobody";
        case ContactWhen::after_failed: return failed_before > 0;
    }
    return false;
}

std::string sentence_of(const ContactWanted& wanted) {
    const auto& rule = wanted.rule;
    std::string text = std::to_string(rule.times.value) + " by " + std::string(schema::wire_name(rule.channel)) + " (" +
                       std::string(schema::wire_name(rule.when)) + "), " + std::to_string(wanted.made) + " reported in this attempt";
    if (wanted.left_s > 0) text += "; wait " + std::to_string(wanted.left_s) + " s more for an answer";
    return text + ": report each with attempt and its channel";
}

}  // namespace

std::vector<ContactWanted> contacts_wanted(std::span<const ContactRule> rules, std::span<const ContactTry> tried, std::string_view reason, int failed_before, Instant at) {
    std::vector<ContactWanted> wanted;
    for (const auto& rule : rules) {
        if (!speaks_of(rule, reason, failed_before)) continue;
        ContactWanted one{rule, 0, 0};
        Instant last{};
        bool reached = false;
        for (const auto& contact : tried) {
            if (contact.channel != rule.channel) continue;
            ++one.made, last = std::max(last, contact.at), reached = reached || contact.reached;
        }
        if (one.made > 0 && !reached) {
            const auto waited = std::chrono::duration_cast<Seconds>(at - last).count();
            one.left_s = std::max<std::int64_t>(0, rule.wait_s.value - waited);
        }
        // Who has answered need not be tried again.
        if (!reached && (one.made < rule.times.value || one.left_s > 0)) wanted.push_back(one);
    }
    return wanted;
}

std::vector<ContactTry> contacts_of(store::Read& read, const DeliveryRow& row, Id<Leg> leg_id, const AssignmentRow& route, Id<Stop> stop_id) {
    std::vector<ContactTry> tried;
    const auto* mine = row.lifecycle.leg(leg_id);
    if (!mine) return tried;
    std::set<Id<Leg>> legs;
    std::set<Id<Assignment>> routes{route.id};
    for (const auto& leg : row.lifecycle.legs) {
        if (leg.attempt != mine->attempt || leg.kind != LegKind::forward) continue;
        legs.insert(leg.id);
        if (leg.holder && leg.holder->kind == HolderKind::driver) routes.insert(leg.holder->assignment_id);
    }
    const auto* door = route.place(stop_id);
    for (const auto& id : routes) {
        const auto other = id == route.id ? std::optional(route) : find_assignment(read, id);
        if (!other) continue;
        for (const auto& stop : other->lifecycle.stops) {
            if (stop.type != StopType::dropoff) continue;
            // Where the parcel was handed over at the door, the stop is there without it.
            const auto* place = stop.items.empty() ? other->place(stop.id) : nullptr;
            const bool emptied = door && place && place->lat == door->lat && place->lon == door->lon;
            if (emptied || std::ranges::any_of(stop.items, [&](const StopItem& item) { return legs.contains(item.leg_id); }))
                tried.insert(tried.end(), stop.contacts.begin(), stop.contacts.end());
        }
    }
    return tried;
}

void check_contacts(dispatch::Board& board, deliveries::Report report, const AssignmentRow& route, const Stop& stop, std::string_view reason) {
    if (stop.type != StopType::dropoff) return;
    Error error{&reasons::invalid, "The recipient was not tried as the policy contact_attempt_rules asks.", {}, {}};
    boost::json::array missing;
    std::vector<Id<Delivery>> seen;
    for (const auto& item : stop.items) {
        if (std::ranges::find(seen, item.delivery_id) != seen.end()) continue;
        seen.push_back(item.delivery_id);
        const auto* row = board.delivery(item.delivery_id);
        if (!row) continue;
        const auto& rules = board.policies(*row).contact_attempt_rules;
        if (rules.empty()) continue;
        const auto tried = contacts_of(board.tx(), *row, item.leg_id, route, stop.id);
        const auto wanted = contacts_wanted({rules.begin(), rules.end()}, tried, reason, row->lifecycle.failed_attempts, board.source.at);
        if (wanted.empty()) continue;
        std::string detail;
        for (const auto& one : wanted) {
            detail += (detail.empty() ? "" : "; ") + sentence_of(one);
            error.errors.push_back({"#/reason", "contact_missing", sentence_of(one)});
            missing.emplace_back(boost::json::object{{"delivery_id", item.delivery_id.text()},
                                                     {"channel", schema::wire_name(one.rule.channel)},
                                                     {"when", schema::wire_name(one.rule.when)},
                                                     {"times", one.rule.times.value},
                                                     {"made", one.made},
                                                     {"wait_s", one.left_s}});
        }
        if (report == deliveries::Report::online) continue;
        Exception found;
        found.delivery_id = item.delivery_id, found.assignment_id = route.id, found.stop_id = stop.id;
        found.type = ExceptionType::contact_missing, found.detail = std::move(detail);
        open_exception(board.tx(), std::move(found));
    }
    if (report != deliveries::Report::online || missing.empty()) return;
    error.extras["missing_contacts"] = std::move(missing);
    throw Refusal(std::move(error));
}

}  // namespace lastmile::driver_api
