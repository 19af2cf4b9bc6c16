// Timing of one route: forward simulation with breaks, then leaving as late as possible.
#include "engines/vrp/schedule.hpp"

#include <algorithm>

namespace lastmile::vrp {

Scheduler::Scheduler(const Instance& instance)
    : in_(instance), position_(instance.nodes.size(), -1), stamp_(instance.nodes.size(), 0), level_(static_cast<std::size_t>(instance.dims)) {}

bool Scheduler::fail(RouteValue& value, Constraint why, std::size_t at) const {
    value.feasible = false;
    value.why = why;
    value.at = static_cast<int>(at);
    return false;
}

/// The vehicle must not leave the hub before the goods of the trip that begins before stop `from` are there.
Time Scheduler::trip_release(std::size_t from) const {
    Time release = always_from;
    for (std::size_t i = from; i < nodes_.size() && !in_.reload(nodes_[i]); ++i) {
        if (in_.node(nodes_[i]).role != Role::deliver) continue;
        if (const auto& at = in_.task_of(nodes_[i]).release) release = std::max(release, *at);
    }
    return release;
}

/// Neither shift nor first stop says when: early enough for whatever has a window; leave_later() takes the slack out again.
Time Scheduler::before_all_windows() const {
    Time opens = always_to, needed = 0;
    int place = car_->start;
    for (int n : nodes_) {
        const Node& node = in_.node(n);
        if (!node.windows->empty()) opens = std::min(opens, node.windows->front().from);
        if (place >= 0 && place != node.place) needed += std::max<Time>(0, car_->roads.leg(place, node.place).duration);
        const auto [setup, service] = in_.times(node, car_->index);
        needed += setup + service;
        place = node.place;
    }
    for (const auto& rest : car_->rests) {
        needed += rest.duration;
        if (!rest.windows.empty()) opens = std::min(opens, rest.windows.front().from);
    }
    return opens == always_to ? 0 : opens - (car_->roads.factors ? 4 : 1) * needed;
}

/// Being at the first stop before it opens helps nobody; whoever is under way cannot choose.
Time Scheduler::first_start() {
    const Time earliest = car_->under_way ? car_->from : std::max(car_->from, trip_release(0));
    if (car_->under_way || nodes_.empty()) return earliest;
    const Node& first = in_.node(nodes_.front());
    if (first.from == always_from && earliest == always_from) return before_all_windows();
    if (first.from == always_from) return earliest_in(car_->data->shift, earliest).value_or(earliest);
    const Time travel = car_->start < 0 ? 0 : std::max<Time>(0, car_->roads.leg(car_->start, first.place).duration);
    const Time start = std::max(earliest, first.from - travel);
    return earliest_in(car_->data->shift, start).value_or(start);
}

std::optional<Time> Scheduler::begin_of(const Node& node, Time ready, bool wait_for_wishes, bool locked) const {
    ready = std::max(ready, node.from);
    const auto begin = earliest_in(*node.windows, ready);
    if (!begin) return locked || node.promised ? std::optional(ready) : std::nullopt;
    if (!wait_for_wishes || !node.preferred || node.preferred->early_per_s == 0) return begin;
    const auto wished = earliest_in(node.preferred->windows, *begin);
    if (!wished) return begin;
    const auto later = earliest_in(*node.windows, *wished);
    return later ? later : begin;
}

/// Before stop `index` (or the end).
bool Scheduler::light_enough(const Rest& rest, std::size_t index) const {
    const auto dims = static_cast<std::size_t>(in_.dims);
    for (std::size_t d = 0; rest.max_load && d < dims; ++d)
        if (levels_[index * dims + d] > (d < rest.max_load->size() ? (*rest.max_load)[d] : 0)) return false;
    return true;
}

bool Scheduler::take(std::size_t rest, Time ready, int place, Time travel, Distance distance, Time& now) {
    const auto begin = earliest_in(car_->rests[rest].windows, ready);
    if (!begin) return false;
    const Time duration = car_->rests[rest].duration;
    Time latest = always_to;
    for (const auto& window : car_->rests[rest].windows)
        if (window.from <= *begin && *begin <= window.to) latest = window.to;
    events_.push_back({StepKind::rest, static_cast<int>(rest), place, ready, *begin, 0, duration, *begin + duration, latest, travel, distance});
    taken_[rest] = 1;
    now = *begin + duration;
    worked_since_ = now;
    return true;
}

/// Takes the breaks that belong between the last stop and `target`: before leaving, or after arriving if waiting hides them there.
/// On return `now` and `place` are where the travel to `target` (0 if already there) still has to be done.
bool Scheduler::place_rests(Time& now, int& place, int target, Time& travel, Time minimum, std::size_t index, RouteValue& value) {
    const bool last = index == nodes_.size();
    for (;;) {
        const Time arrival = now + travel;
        Time done = arrival, begin = arrival;
        if (!last) {
            const Node& node = in_.node(nodes_[index]);
            const auto at = begin_of(node, std::max(arrival, minimum), false, static_cast<int>(index) < car_->locked);
            if (!at) return fail(value, Constraint::time_window, index);
            begin = *at;
            const bool here = place == node.place;
            const auto [setup, service] = in_.times(node, car_->index);
            done = begin + (here ? 0 : setup) + service;
        }
        std::size_t next = car_->rests.size(), must = car_->rests.size();
        const auto start_of_route = events_.front().departure;
        for (std::size_t r = 0; r < car_->rests.size(); ++r) {
            const Rest& rest = car_->rests[r];
            if (taken_[r] || (!rest.windows.empty() && rest.windows.back().to < start_of_route)) continue;
            bool due = rest.windows.empty() ? last : !earliest_in(rest.windows, done) && (!last || rest.windows.back().to < done);
            due |= rest.required && last;
            if (rest.max_load) {  // now or never, if the load will not be as small again
                const bool light = light_enough(rest, index);
                if (due && !light) return fail(value, Constraint::breaks, index);
                if (!light) continue;
                bool again = false;
                for (std::size_t later = index + 1; later <= nodes_.size() && !again; ++later) again = light_enough(rest, later);
                due |= !again && !last;
            }
            if (next == car_->rests.size()) next = r;
            if (due && must == car_->rests.size()) must = r;
        }
        const auto& limit = car_->data->max_work;
        if (limit && done - worked_since_ > *limit) {
            if (next == car_->rests.size()) return fail(value, Constraint::breaks, index);
            if (must == car_->rests.size()) must = next;
        }
        std::size_t chosen = must;
        if (chosen == car_->rests.size() && next != chosen && begin > arrival) {  // waiting anyway: a break that fits in is free
            const auto at = earliest_in(car_->rests[next].windows, arrival);
            if (at && *at + car_->rests[next].duration <= begin) chosen = next;
        }
        if (chosen == car_->rests.size()) return true;
        const Rest& rest = car_->rests[chosen];
        const auto here = earliest_in(rest.windows, now);
        const auto there = earliest_in(rest.windows, arrival);
        const bool work_allows = !limit || arrival - worked_since_ <= *limit;
        const bool go_first = target >= 0 && there && work_allows && (!here || *there + rest.duration <= *here + rest.duration + travel);
        if (go_first) {
            const Distance metres = place >= 0 && place != target ? car_->roads.leg(place, target).distance : 0;
            take(chosen, arrival, target, travel, metres, now);
            place = target;
            travel = 0;
        } else {
            if (!here) return fail(value, Constraint::breaks, index);
            if (limit && *here - worked_since_ > *limit) return fail(value, Constraint::breaks, index);
            take(chosen, now, place, 0, 0, now);
            if (place >= 0 && target >= 0) travel = car_->roads.duration_at(place, target, now);
        }
    }
}

bool Scheduler::simulate(Time start, bool wait_for_wishes, RouteValue& value) {
    events_.clear();
    event_of_.clear();
    taken_.assign(car_->rests.size(), 0);
    const auto& shift = car_->data->shift;
    if (!car_->under_way && earliest_in(shift, start) != start) return fail(value, Constraint::shift, 0);
    const Time latest = car_->under_way ? start : car_->to;
    int place = car_->start;
    if (place < 0) place = nodes_.empty() ? car_->end : in_.node(nodes_.front()).place;
    events_.push_back({StepKind::start, -1, place, start, start, 0, 0, start, latest, 0, 0});
    worked_since_ = start - (car_->data->state ? car_->data->state->worked_since_break.value_or(0) : 0);
    Time now = start;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const Node& node = in_.node(nodes_[i]);
        const int before = place;
        const Leg leg = place == node.place ? Leg{} : car_->roads.leg(place, node.place);
        if (leg.duration < 0) return fail(value, Constraint::unreachable, i);
        Time travel = place == node.place ? 0 : car_->roads.duration_at(place, node.place, now);
        const Time release = node.role == Role::reload ? trip_release(i + 1) : always_from;
        const Time minimum = std::max(release, not_before_[i]);
        if (!car_->rests.empty() || car_->data->max_work)
            if (!place_rests(now, place, node.place, travel, minimum, i, value)) return false;
        const Time arrival = now + travel;
        const auto begin = begin_of(node, std::max(arrival, minimum), wait_for_wishes, static_cast<int>(i) < car_->locked);
        if (!begin) return fail(value, node.role == Role::deliver && release > arrival ? Constraint::release : Constraint::time_window, i);
        Time latest_begin = node.windows->empty() ? always_to : *begin;
        for (const auto& window : *node.windows)
            if (window.from <= *begin && *begin <= window.to) latest_begin = window.to;
        const auto times = in_.times(node, car_->index);
        const Time setup = before == node.place && i > 0 ? 0 : times.setup;
        event_of_.push_back(static_cast<int>(events_.size()));
        events_.push_back({node.role == Role::reload ? StepKind::reload : StepKind::visit, nodes_[i], node.place, arrival, *begin, setup,
                           times.service, *begin + setup + times.service, latest_begin, travel, place == node.place ? 0 : leg.distance});
        now = events_.back().departure;
        place = node.place;
    }
    const int target = car_->end < 0 ? place : car_->end;
    const Leg leg = place == target ? Leg{} : car_->roads.leg(place, target);
    if (leg.duration < 0) return fail(value, Constraint::unreachable, nodes_.size());
    Time travel = place == target ? 0 : car_->roads.duration_at(place, target, now);
    if (!car_->rests.empty() || car_->data->max_work)
        if (!place_rests(now, place, target, travel, always_from, nodes_.size(), value)) return false;
    const Time arrival = now + travel;
    if (arrival > car_->to && car_->locked < static_cast<int>(nodes_.size())) return fail(value, Constraint::shift, nodes_.size());
    events_.push_back({StepKind::end, -1, target, arrival, arrival, 0, 0, arrival, car_->to, travel, place == target ? 0 : leg.distance});
    return true;
}

/// Pickups are put off until their goods ride no longer than allowed; waiting on the way takes that up, or else it is hopeless.
bool Scheduler::rides_hold(Time start, bool wait_for_wishes, RouteValue& value) {
    for (std::size_t round = 0; round <= nodes_.size() + 1; ++round) {
        bool good = true;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            const Node& node = in_.node(nodes_[i]);
            if (node.role != Role::drop || !in_.task_of(nodes_[i]).max_ride) continue;
            const Time limit = *in_.task_of(nodes_[i]).max_ride;
            const Time begin = events_[static_cast<std::size_t>(event_of_[i])].begin;
            const int pickup_node = in_.pickup_node(node.task);
            if (pickup_node < 0) {
                const auto since = in_.on_board_since(node.task);
                if (since && begin - *since > limit && static_cast<int>(i) >= car_->locked && !node.promised)
                    return fail(value, Constraint::max_ride, i);
                continue;
            }
            const auto p = static_cast<std::size_t>(position_[static_cast<std::size_t>(pickup_node)]);
            const Event& pickup = events_[static_cast<std::size_t>(event_of_[p])];
            const Time excess = begin - pickup.departure - limit;
            if (excess <= 0 || static_cast<int>(p) < car_->locked) continue;  // a locked pickup is promised, its ride only watched
            if (round == nodes_.size() + 1) return fail(value, Constraint::max_ride, i);
            not_before_[p] = std::max(not_before_[p], pickup.begin + excess);
            good = false;
        }
        if (good) return true;
        if (!simulate(start, wait_for_wishes, value)) return fail(value, Constraint::max_ride, static_cast<std::size_t>(value.at));
    }
    return fail(value, Constraint::max_ride, 0);
}

/// The same end with a later start: as much as the waits swallow and no chosen window forbids.
void Scheduler::leave_later(RouteValue& value) {
    if (car_->under_way || events_.size() < 3) return;
    if (car_->roads.factors) {  // travel depends on the hour: look for the latest start by halving (travel is FIFO)
        Time low = events_.front().departure, high = events_.back().arrival;
        const Time end = events_.back().arrival;
        RouteValue scratch;
        while (low < high) {
            const Time middle = low + (high - low + 1) / 2;
            if (simulate(middle, false, scratch) && events_.back().arrival <= end)
                low = middle;
            else
                high = middle - 1;
        }
        simulate(low, false, value);
        return;
    }
    Time waits = 0, room = car_->to - events_.front().begin;
    for (std::size_t e = 1; e + 1 < events_.size(); ++e) {
        waits += events_[e].begin - events_[e].arrival;
        room = std::min(room, events_[e].latest - events_[e].begin + waits);
    }
    Time shift = std::min(waits, room);
    if (shift <= 0) return;
    events_.front().arrival = events_.front().begin = events_.front().departure = events_.front().begin + shift;
    for (std::size_t e = 1; e + 1 < events_.size(); ++e) {
        Event& event = events_[e];
        event.arrival += shift;
        shift = std::max<Time>(0, event.arrival - event.begin);
        event.begin += shift;
        event.departure += shift;
    }
}

bool Scheduler::time_it(bool wait_for_wishes, RouteValue& value) {
    not_before_.assign(nodes_.size(), always_from);
    const Time start = first_start();
    if (!simulate(start, wait_for_wishes, value)) return false;
    if (has_ride_ && !rides_hold(start, wait_for_wishes, value)) return false;
    if (has_moments_) {  // wishes and latency may prefer the early one
        price(value);
        const double early_total = value.total;
        kept_ = events_;
        leave_later(value);
        price(value);
        if (value.total > early_total) {
            events_.swap(kept_);
            price(value);
        }
    } else {
        leave_later(value);
        price(value);
    }
    if (value.end - value.begin > car_->max_duration) return fail(value, Constraint::max_duration, nodes_.size());
    value.feasible = true;
    return true;
}

RouteValue Scheduler::value(int car, std::span<const int> nodes) {
    car_ = &in_.car(car);
    nodes_ = nodes;
    RouteValue value;
    if (nodes.empty() && !car_->under_way) {
        value.feasible = true;
        return value;
    }
    if (!order_holds(value) || !loads_hold(value) || !distances_hold(value)) return value;
    if (!time_it(false, value)) return value;
    if (has_wish_) {
        const RouteValue first = value;
        kept_ = events_;
        auto plain = kept_;
        RouteValue waited = first;
        if (time_it(true, waited) && waited.total < first.total) return waited;
        events_ = std::move(plain);
        return first;
    }
    return value;
}

}  // namespace lastmile::vrp
