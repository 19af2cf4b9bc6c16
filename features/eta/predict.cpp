#include "features/eta/predict.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "features/alerts/alert_store.hpp"
#include "features/deliveries/delivery_store.hpp"
#include "features/policies/policy_store.hpp"

namespace lastmile {
namespace {

/// A route with other times only: saved without raising its version.
struct Retimed {
    const AssignmentRow* row;
};
void save(store::Writer& writer, const Retimed& retimed) { save_route(writer, *retimed.row); }

}  // namespace
}  // namespace lastmile

namespace lastmile::eta {
namespace {

std::vector<Id<Delivery>> deliveries_at(const Stop& stop) {
    std::vector<Id<Delivery>> ids;
    for (const auto& item : stop.items)
        if (std::ranges::find(ids, item.delivery_id) == ids.end()) ids.push_back(item.delivery_id);
    return ids;
}

class Predictor {
public:
    Predictor(store::Tx& tx, AssignmentRow& row) : tx_(tx), row_(row), now_(tx.now().business), roads_(row.route.eta_source != "straight_line"), spreads_(spreads(tx)) {}

    std::vector<EventDraft> run() {
        std::vector<EventDraft> events;
        const auto& on_the_way = row_.route.on_the_way;
        basis_ = on_the_way && on_the_way->seen && now_ - on_the_way->at <= fresh ? Basis::position : Basis::route;
        for (auto& time : row_.route.times) {
            const auto* stop = row_.lifecycle.stop(time.stop_id);
            const auto* place = row_.place(time.stop_id);
            if (!stop || !place || stop->state != StopState::pending) continue;
            const auto ahead = std::chrono::duration_cast<Seconds>(time.arrival - now_);
            const int horizon = horizon_of(ahead);
            const auto spread = spread_in(spreads_, basis_, horizon);
            // Where nothing was learnt, the usual window moves with the time that is left.
            time.spread_s = spread.count > 0 ? usual_spread_s(static_cast<double>(ahead.count()), roads_) * spread.scale : 0;
            time.confidence = spread.count > 0 ? confidence_of(spread, roads_) : 0;
            if (row_.status == AssignmentState::in_progress) keep_one(time, *place, horizon);
            if (time.kept && std::chrono::abs(time.arrival - time.kept->told) >= worth_telling) tell(time, *stop, events);
        }
        return events;
    }

    std::vector<LiveEta> live() const {
        std::vector<LiveEta> etas;
        for (const auto& time : row_.route.times)
            if (const auto* stop = row_.lifecycle.stop(time.stop_id); stop && stop->state == StopState::pending)
                etas.push_back({row_.id, stop->id, row_.driver_id, deliveries_at(*stop), expected(row_, time, now_)});
        return etas;
    }

    /// Promises that will not be kept, and those that were in doubt: each delivery by the policy of its service level.
    void follow_promises() {
        std::set<std::pair<Id<Delivery>, AddressSide>> doubted;
        for (const auto& found : tx_.query("select delivery_id, side from alerts where partition = $1 and assignment_id = $2 and state <> 'cleared'", {row_.id}))
            doubted.emplace(found[0].id<Delivery>(), found[1].text() == "pickup" ? AddressSide::pickup : AddressSide::dropoff);
        for (const auto& time : row_.route.times) {
            const auto* stop = row_.lifecycle.stop(time.stop_id);
            const auto* place = row_.place(time.stop_id);
            if (!stop || !place || !place->to || stop->state != StopState::pending) continue;
            if (stop->type != StopType::pickup && stop->type != StopType::dropoff) continue;
            const auto side = stop->type == StopType::pickup ? AddressSide::pickup : AddressSide::dropoff;
            for (const auto& id : deliveries_at(*stop))
                if (time.arrival > *place->to || doubted.contains({id, side})) follow(id, side, time, *place->to);
        }
    }

private:
    void keep_one(StopTime& time, const StopPlace& place, int horizon) {
        if (!is_to_be_kept(time.kept, time.arrival, horizon)) return;
        const auto half = (expected(row_, time, now_).window.to - std::max(time.arrival, now_));
        keep(tx_, {time.stop_id, now_, row_.id, row_.driver_id, basis_, horizon, place.lat, place.lon, time.arrival,
                   std::chrono::duration_cast<Seconds>(half).count(), {}, {}, {}, {}, {}});
        const auto told = time.kept ? time.kept->told : time.arrival;
        time.kept = KeptPrediction{time.arrival, horizon, time.kept ? time.kept->count + 1 : 1, told};
    }

    void tell(StopTime& time, const Stop& stop, std::vector<EventDraft>& events) {
        const auto when = expected(row_, time, now_);
        for (const auto& id : deliveries_at(stop)) {
            boost::json::object data{{"assignment_id", row_.id.text()}, {"stop_id", stop.id.text()}, {"delivery_id", id.text()}, {"type", schema::wire_name(stop.type)},
                                     {"previous_eta", to_rfc3339(time.kept->told)}, {"eta", to_rfc3339(when.eta)}, {"eta_window", schema::to_json(when.window)},
                                     {"confidence", when.confidence}};
            if (row_.driver_id) data["driver_id"] = row_.driver_id->text();
            events.push_back({"stop.eta_changed", std::move(data)});
        }
        time.kept->told = time.arrival;
    }

    void follow(Id<Delivery> id, AddressSide side, const StopTime& time, Instant until) {
        const auto delivery = find_delivery(tx_, id);
        if (!delivery) return;
        const auto policy = policies_of(tx_, {{}, delivery->service_level}).lateness;
        alerts::Finding finding{id, side, row_.id, time.stop_id, row_.driver_id, until, time.arrival};
        found_promise(tx_, finding, {Seconds{policy.alert_after_s.value}, Seconds{policy.replan_after_s.value}});
    }

    store::Tx& tx_;
    AssignmentRow& row_;
    Instant now_;
    bool roads_;
    std::vector<Spread> spreads_;
    Basis basis_ = Basis::route;
};

bool looks_alike(const StopTime& a, const StopTime& b) {
    return a.stop_id == b.stop_id && a.arrival == b.arrival && a.departure == b.departure && a.spread_s == b.spread_s && a.confidence == b.confidence;
}

}  // namespace

bool is_predicted(const AssignmentRow& row) { return row.kind == AssignmentKind::driver && !assignments::is_over(row.status) && !row.route.times.empty(); }

void predict(store::Tx& tx, AssignmentRow& row, const std::optional<Sighting>& sighting, LiveEtas& live) {
    if (!is_predicted(row)) return;
    const auto now = tx.now().business;
    const auto before = times_at(row, now);
    const auto revision = row.route.revision;
    if (const auto* next = next_stop_of(row); sighting && next && next->id == sighting->stop_id)
        row.route.on_the_way = OnTheWay{sighting->stop_id, sighting->at, sighting->left_s, sighting->left_m, true};
    retime(row, now);
    Predictor predictor(tx, row);
    auto events = predictor.run();
    // What looks the same is the same to whoever has seen it.
    const bool changed = !std::ranges::equal(before, row.route.times, looks_alike);
    if (!changed) row.route.revision = revision;
    const bool driven = row.status == AssignmentState::in_progress;
    if (events.empty() && (changed || driven)) save_route(tx.bookkeeping(), row);
    if (!events.empty()) events::apply(tx, Changed<Retimed>{{&row}, std::move(events)}, event_refs(row));
    predictor.follow_promises();
    if (changed) tx.after_commit([&live, partition = tx.partition(), etas = predictor.live()] { live.changed(partition, etas); });
}

}  // namespace lastmile::eta
