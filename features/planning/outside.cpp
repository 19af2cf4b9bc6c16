// What of a snapshot partners can be asked for, and which of their quotes count.
#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "features/planning/snapshot.hpp"

namespace lastmile::planning {

void add_missing(std::vector<QuoteMissing>& list, std::optional<Id<Partner>> partner, std::string_view code, std::string_view detail, Id<Delivery> delivery) {
    const auto same = std::ranges::find_if(list, [&](const QuoteMissing& one) { return one.partner_id == partner && one.code == code && one.detail == detail; });
    if (same != list.end()) same->delivery_ids.push_back(delivery);
    else list.push_back({partner, std::string(code), std::string(detail), {delivery}});
}

std::vector<std::pair<Id<Delivery>, Id<Leg>>> legs_for_partners(const Snapshot& s, std::vector<QuoteMissing>& missing) {
    std::vector<std::pair<Id<Delivery>, Id<Leg>>> legs;
    for (const auto& task : s.tasks) {
        if (task.held_by >= 0 || !task.row || !task.pickup) continue;
        const auto* leg = task.row->lifecycle.leg(task.leg_id);
        if (!leg) continue;
        if (leg->kind != LegKind::forward) {
            add_missing(missing, {}, "way_back", "ways back are driven by own vehicles: book one by hand", task.delivery_id);
            continue;
        }
        const bool from = leg->from.kind == PlaceKind::sender || leg->from.kind == PlaceKind::hub;
        const bool to = leg->to.kind == PlaceKind::recipient || leg->to.kind == PlaceKind::hub;
        if (!from || !to) continue;
        legs.emplace_back(task.delivery_id, task.leg_id);
    }
    return legs;
}

void drop_late_quotes(Snapshot& s) {
    std::erase_if(s.quotes, [&](const PartnerQuote& quote) {
        const auto task = std::ranges::find(s.tasks, quote.leg_id, &Task::leg_id);
        const bool late = task != s.tasks.end() && task->windows == TimeWindowPolicy::hard && task->dropoff.to && quote.eta && *quote.eta > *task->dropoff.to;
        if (late) add_missing(s.quotes_missing, quote.partner_id, "too_late", "it would arrive after the window's end", quote.delivery_id);
        return late;
    });
}

namespace {

/// All that must ride together with a task, over however many steps; empty when some of it is on a route, or not planned here.
std::vector<std::size_t> group_of(const Snapshot& s, const std::vector<int>& on, std::size_t first) {
    std::vector<std::size_t> group{first};
    std::set<std::size_t> seen{first};
    const auto names = [](const Task& one, const Task& other) {
        return one.row && std::ranges::find(one.row->record.together_with, other.delivery_id) != one.row->record.together_with.end();
    };
    for (std::size_t i = 0; i < group.size(); ++i) {
        const auto& task = s.tasks[group[i]];
        if (!task.row || task.held_by >= 0 || on[group[i]] >= 0) return {};
        for (const auto& mate : task.row->record.together_with)
            if (std::ranges::find(s.tasks, mate, &Task::delivery_id) == s.tasks.end()) return {};
        for (std::size_t t = 0; t < s.tasks.size(); ++t)
            if ((s.tasks[t].delivery_id == task.delivery_id || names(task, s.tasks[t]) || names(s.tasks[t], task)) && seen.insert(t).second) group.push_back(t);
    }
    return group;
}

/// The cheapest partner that offers to carry them all: its quotes.
std::vector<PartnerQuote> one_for_all(const Snapshot& s, const std::vector<std::size_t>& group) {
    std::map<Id<Partner>, std::map<Id<Leg>, const PartnerQuote*>> by_partner;
    for (const auto& quote : s.quotes)
        if (std::ranges::any_of(group, [&](std::size_t t) { return s.tasks[t].leg_id == quote.leg_id; })) by_partner[quote.partner_id][quote.leg_id] = &quote;
    std::vector<PartnerQuote> best;
    double least = std::numeric_limits<double>::infinity();
    for (const auto& [partner, quotes] : by_partner) {
        double sum = 0;
        for (const auto& [leg, quote] : quotes) sum += quote->counted;
        if (quotes.size() != group.size() || sum >= least) continue;
        least = sum;
        best.clear();
        for (const auto& [leg, quote] : quotes) best.push_back(*quote);
    }
    return best;
}

}  // namespace

double give_groups(const Snapshot& s, const std::vector<int>& on, PlanDocument& plan) {
    double counted = 0;
    int number = 0;
    std::set<std::size_t> done;
    for (std::size_t t = 0; t < s.tasks.size(); ++t) {
        const auto& task = s.tasks[t];
        if (!task.row || task.row->record.together_with.empty() || task.held_by >= 0 || on[t] >= 0 || done.contains(t)) continue;
        const auto group = group_of(s, on, t);
        done.insert(group.begin(), group.end());
        if (group.empty()) continue;
        auto quotes = one_for_all(s, group);
        if (quotes.empty() && (!s.quotes.empty() || !s.quotes_missing.empty()))
            for (const auto member : group)
                add_missing(plan.quotes_missing, {}, "together_with", "no partner offers to carry all that must ride together", s.tasks[member].delivery_id);
        ++number;
        for (auto& quote : quotes) {
            quote.group = number, counted += quote.counted;
            std::erase_if(plan.unassigned, [&](const Unplanned& one) { return one.delivery_id == quote.delivery_id; });
            plan.outside.push_back(std::move(quote));
        }
    }
    return counted;
}

}  // namespace lastmile::planning
