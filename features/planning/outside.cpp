// What of a snapshot partners can be asked for, and which of their quotes count.
#include <algorithm>

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
        if (!leg || leg->kind != LegKind::forward) continue;  // ways back are driven by whoever is there
        const bool from = leg->from.kind == PlaceKind::sender || leg->from.kind == PlaceKind::hub;
        const bool to = leg->to.kind == PlaceKind::recipient || leg->to.kind == PlaceKind::hub;
        if (!from || !to) continue;
        if (!task.row->record.skills.empty())
            add_missing(missing, {}, "skills", "partners state no skills of their couriers: book one by hand", task.delivery_id);
        else if (!task.row->record.together_with.empty())
            add_missing(missing, {}, "together_with", "a partner is asked for each delivery by itself", task.delivery_id);
        else legs.emplace_back(task.delivery_id, task.leg_id);
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

}  // namespace lastmile::planning
