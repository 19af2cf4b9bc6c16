#include "app/simulation/verdict.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "app/simulation/desk.hpp"

namespace lastmile::simulation {
namespace json = boost::json;

void Verdict::judge_delivery(const json::value& delivery) {
    const auto id = text_of(delivery, "id"), status = text_of(delivery, "status"), phase = text_of(delivery, "phase");
    ++deliveries_;
    ++ends_[phase.empty() ? status : status + " " + phase];
    if (!has_ended(delivery)) broken(fmt::format("{} has not come to an end: {} {}", id, status, phase));
    for (const auto& package : list_of(delivery, "packages")) {
        int takers = 0;
        for (const auto& leg : list_of(delivery, "legs"))
            for (const auto& item : list_of(leg, "packages")) takers += text_of(item, "package_id") == text_of(package, "id") && text_of(item, "state") == "taken";
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
        }
    }
    events_ = sequence;
    for (const auto& id : ours)
        if (created[id] != 1) broken(fmt::format("{} was created {} times by the log", id, created[id]));
}

void Verdict::judge(const std::vector<std::string>& made) {
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
    const auto simulated_s = std::chrono::duration_cast<std::chrono::seconds>(town_.agenda.now() - opened).count();
    const json::object run{{"simulated_s", simulated_s}, {"calls", town_.api.calls()}, {"events", events_}, {"refusals", refusals}};
    if (town_.plan.json) {
        std::cout << json::serialize(json::object{{"day", day}, {"run", run}, {"broken", json::array(t.broken.begin(), t.broken.end())}}) << std::endl;
        return;
    }
    std::cout << "\nthe day is over\n";
    for (const auto& [name, value] : day) std::cout << "  " << std::string(name) << ": " << json::serialize(value) << '\n';
    for (const auto& [name, value] : run) std::cout << "  " << std::string(name) << ": " << json::serialize(value) << '\n';
    for (const auto& sentence : t.broken) std::cout << "  BROKEN " << sentence << '\n';
    std::cout << (t.broken.empty() ? "every invariant held\n" : "") << std::flush;
}

}  // namespace lastmile::simulation
