#include "app/simulation/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <boost/json/serialize.hpp>

#include "app/simulation/desk.hpp"

namespace lastmile::simulation {
namespace json = boost::json;

void Verdict::judge_delivery(const json::value& delivery) {
    const auto id = text_of(delivery, "id"), status = text_of(delivery, "status"), phase = text_of(delivery, "phase");
    ++deliveries_;
    const auto until = text_of(member(member(delivery, "dropoff"), "window"), "to");
    if (!until.empty()) promised_until_[id] = until;
    ++ends_[phase.empty() ? status : status + " " + phase];
    if (!has_ended(delivery)) broken(fmt::format("{} has not come to an end: {} {}", id, status, phase));
    for (const auto& package : list_of(delivery, "packages")) {
        int takers = 0;
        for (const auto& leg : list_of(delivery, "legs"))
            for (const auto& item : list_of(leg, "packages"))
                takers += text_of(item, "package_id") == text_of(package, "id") && text_of(item, "state") == "taken";
        if (takers > 1) broken(fmt::format("{} of {} has {} couriers", text_of(package, "id"), id, takers));
        if (has_ended(delivery) && takers != 0) broken(fmt::format("{} of {} has ended and is on board", text_of(package, "id"), id));
    }
}

void Verdict::judge_log(const std::set<std::string>& ours) {
    std::map<std::string, int> created;
    std::int64_t sequence = 0;
    for (;;) {
        const auto page = town_.api.call(town_.plan.key, "GET", fmt::format("/events?after={}&limit=200", sequence));
        if (!page.ok()) return broken("the log cannot be read: " + page.fault);
        const auto& events = list_of(page.body, "data");
        if (events.empty()) break;
        for (const auto& event : events) {
            const auto& number = member(event, "sequence");
            if (!number.is_int64() || number.as_int64() != sequence + 1) return broken(fmt::format("the log has a gap after {}", sequence));
            ++sequence;
            if (text_of(event, "type") == "delivery.created") ++created[text_of(event, "delivery_id")];
            hear(event);
        }
    }
    events_ = sequence;
    for (const auto& id : ours)
        if (!ended_by_log_.contains(id)) broken(id + " has no end by the log");
    for (const auto& id : ours)
        if (created[id] != 1) broken(fmt::format("{} was created {} times by the log", id, created[id]));
}

/// What takes room in a slot, by the log alone: never more than its template's capacity.
void Verdict::hear_slot(const std::string& type, const json::value& event) {
    const auto& data = member(event, "data");
    const auto id = text_of(data, "reservation_id"), slot = text_of(data, "slot_id");
    if (type == "slot.reserved") {
        slot_of_[id] = slot;
        const auto taken = ++taken_[slot];
        most_taken_ = std::max(most_taken_, taken);
        const auto room = town_.slot_capacity.find(text_of(data, "template_id"));
        if (room != town_.slot_capacity.end() && taken > room->second)
            broken(fmt::format("{} is taken {} times and has room for {}", slot, taken, room->second));
    }
    if (type == "slot.released" || type == "slot.expired")
        if (const auto held = slot_of_.extract(id)) --taken_[held.mapped()];
}

/// What partners delivered since `opened`, and what they asked for it.
void Verdict::judge_partners(Time opened) {
    const auto partners = town_.api.call(town_.plan.key, "GET", "/partners?limit=100");
    for (const auto& partner : list_of(partners.body, "data")) {
        const auto path = fmt::format("/partners/{}/performance?from={}", text_of(partner, "id"), text_of(opened));
        const auto done = town_.api.call(town_.plan.key, "GET", path);
        if (!done.ok()) return broken("a partner's performance cannot be read: " + done.fault);
        if (const auto& count = member(done.body, "delivered"); count.is_int64()) partner_delivered_ += count.as_int64();
        for (const auto& money : list_of(done.body, "cost")) partner_minor_ += member(money, "amount").to_number<std::int64_t>();
    }
}

/// Ends, and locks: what is locked may lose stops and get a way back at its end; its order stays.
void Verdict::hear(const json::value& event) {
    const auto type = text_of(event, "type"), delivery = text_of(event, "delivery_id"), assignment = text_of(event, "assignment_id");
    for (const auto end : {"delivery.delivered", "delivery.partially_delivered", "delivery.cancelled", "delivery.returned", "delivery.closed"})
        if (type == end) ended_by_log_.insert(delivery);
    if (type == "delivery.delivered" || type == "delivery.partially_delivered") {
        const auto said = text_of(member(event, "data"), "at");
        delivered_at_.emplace(delivery, said.empty() ? text_of(event, "timestamp") : said);
    }
    if (type.starts_with("slot.")) hear_slot(type, event);
    if (type == "assignment.locked") locked_order_[assignment] = order_[assignment];
    if (type == "assignment.unlocked") locked_order_.erase(assignment);
    if (type != "assignment.replanned") return;
    std::vector<std::string> stops;
    for (const auto& stop : list_of(member(event, "data"), "stops"))
        if (stop.is_string()) stops.emplace_back(stop.as_string());
    order_[assignment] = stops;
    const auto locked = locked_order_.find(assignment);
    if (locked == locked_order_.end()) return;
    std::size_t at = 0;
    for (const auto& stop : locked->second) {
        const auto found = std::find(stops.begin(), stops.end(), stop);
        if (found == stops.end()) continue;
        const auto place = static_cast<std::size_t>(found - stops.begin());
        if (place < at) broken("the lock of " + assignment + " was broken: its stops have another order");
        at = place;
    }
}

void Verdict::judge_promises(const std::set<std::string>& urgent) {
    for (const auto& [id, until] : promised_until_) {
        const auto at = delivered_at_.find(id);
        if (at == delivered_at_.end()) continue;
        // Both as the API writes them: text compares like time.
        const bool kept = at->second <= until;
        ++promised_, on_time_ += kept;
        if (urgent.contains(id)) ++urgent_, urgent_on_time_ += kept;
    }
}

void Verdict::judge(const std::vector<std::string>& made, Time opened) {
    const std::set<std::string> ours(made.begin(), made.end());
    std::set<std::string> seen;
    std::string cursor;
    do {
        const auto page = town_.api.call(town_.plan.key, "GET", "/deliveries?limit=200" + (cursor.empty() ? "" : "&cursor=" + cursor));
        if (!page.ok()) return broken("the deliveries cannot be read: " + page.fault);
        for (const auto& delivery : list_of(page.body, "data"))
            if (ours.contains(text_of(delivery, "id")) && seen.insert(text_of(delivery, "id")).second) judge_delivery(delivery);
        cursor = text_of(page.body, "next_cursor");
    } while (!cursor.empty());
    if (seen.size() != ours.size()) broken(fmt::format("{} deliveries were made, {} are there", ours.size(), seen.size()));
    judge_log(ours);
    judge_partners(opened);
    if (town_.api.faults() > 0) broken(fmt::format("the server answered {} calls with 5xx", town_.api.faults()));
}

void Verdict::tell(Time opened) const {
    const auto& t = town_.tally;
    json::object ends, refusals;
    for (const auto& [end, count] : ends_) ends[end] = count;
    for (const auto& [code, count] : t.refusals) refusals[code] = count;
    const json::object day{{"seed", town_.plan.seed},
                           {"deliveries", deliveries_},
                           {"ends", ends},
                           {"routes", t.routes},
                           {"declined", t.declined},
                           {"stops", t.stops},
                           {"nobody_home", t.nobody_home},
                           {"refused_at_door", t.refused_at_door},
                           {"missing", t.missing},
                           {"cancel_wishes", t.cancel_wishes},
                           {"lost_signal", t.lost_signal},
                           {"synced", t.synced},
                           {"said_twice", t.said_twice},
                           {"breakdowns", t.breakdowns},
                           {"taken_over", t.taken_over},
                           {"second_attempts", t.second_attempts},
                           {"brought_back", t.brought_back}};
    const auto share = [](std::int64_t part, std::int64_t whole) {
        return whole == 0 ? 100.0 : std::round(1000.0 * static_cast<double>(part) / static_cast<double>(whole)) / 10;
    };
    const double km = t.driven_m / 1000, hours = t.worked_s / 3600;
    const double own = km * 0.30 + hours * 20, partners = static_cast<double>(partner_minor_) / 100;
    const json::object kpis{{"on_time_pct", share(on_time_, promised_)},
                            {"promised", promised_},
                            {"urgent_on_time_pct", share(urgent_on_time_, urgent_)},
                            {"urgent_delivered", urgent_},
                            {"urgent", t.urgent},
                            {"booked_by_hand", t.at_partners},
                            {"by_partners", partner_delivered_},
                            {"in_slots", t.in_slots},
                            {"slots_full", t.slots_full},
                            {"fullest_slot", most_taken_},
                            {"locked_routes", t.locked},
                            {"km", std::round(km)},
                            {"driver_hours", std::round(hours * 10) / 10},
                            {"own_cost", std::round(own)},
                            {"partner_cost", std::round(partners)},
                            {"cost", std::round(own + partners)}};
    const auto simulated_s = std::chrono::duration_cast<std::chrono::seconds>(town_.agenda.now() - opened).count();
    const json::object run{{"simulated_s", simulated_s}, {"calls", town_.api.calls()}, {"events", events_}, {"refusals", refusals}};
    if (town_.plan.json) {
        std::cout << json::serialize(
                         json::object{{"day", day}, {"kpis", kpis}, {"run", run}, {"broken", json::array(t.broken.begin(), t.broken.end())}})
                  << std::endl;
        return;
    }
    std::cout << "\nthe day is over\n";
    for (const auto& [name, value] : day) std::cout << "  " << std::string(name) << ": " << json::serialize(value) << '\n';
    for (const auto& [name, value] : kpis) std::cout << "  " << std::string(name) << ": " << json::serialize(value) << '\n';
    for (const auto& [name, value] : run) std::cout << "  " << std::string(name) << ": " << json::serialize(value) << '\n';
    for (const auto& sentence : t.broken) std::cout << "  BROKEN " << sentence << '\n';
    std::cout << (t.broken.empty() ? "every invariant held\n" : "") << std::flush;
}

}  // namespace lastmile::simulation
