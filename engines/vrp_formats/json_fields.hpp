#pragma once
// The members of our schema, each once: what reads them (json_problem.cpp) and what writes the JSON Schema (json_schema.cpp) walk the same list.
#include <initializer_list>
#include <limits>

#include "engines/vrp/problem.hpp"

namespace lastmile::vrp::fields {

/// Both ends belong to it.
struct Range {
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
};
inline constexpr Range any{}, not_negative{0}, index{0};

template <class Enum>
using Words = std::initializer_list<std::pair<const char*, Enum>>;

template <class F>
void members(F& f, Preference& p) {
    f.windows("windows", p.windows, "wished begins of service, [[from, to], …] in seconds, in order");
    f.number("early_per_s", p.early_per_s, not_negative, "price of a second before the nearest wished window");
    f.number("late_per_s", p.late_per_s, not_negative, "price of a second behind it");
}

template <class F>
void members(F& f, TypeTimes& t) {
    f.text("type", t.type, "the `type` of the vehicles that take these times");
    f.integer("service", t.service, not_negative, "seconds; absent: as for everybody");
    f.integer("setup", t.setup, not_negative, "seconds; absent: as for everybody");
}

template <class F>
void members(F& f, Visit& v) {
    f.integer("place", v.place, index, "index into `places`");
    f.integer("service", v.service, not_negative, "seconds of work at the stop");
    f.integer("setup", v.setup, not_negative, "seconds once per place: not counted if the stop before was at the same place");
    f.windows("windows", v.windows, "hard windows of the begin of setup and service, [[from, to], …] in order; none: any time");
    f.object("preferred", v.preferred, "Preference", "soft windows: a wish with a price");
    f.objects("per_type", v.per_type, "TypeTimes", "other times for vehicles of a type, such as crews of two");
}

template <class F>
void members(F& f, Offer& o) {
    f.integer("partner", o.partner, index, "index into `partners`");
    f.number("price", o.price, not_negative, "what the partner asks for the task");
    f.integer("eta", o.eta, any, "second at which the partner's last visit is expected");
    f.number("co2_g", o.co2_g, not_negative, "grams of CO2 of the partner's ride");
}

template <class F>
void members(F& f, Task& t) {
    f.text("id", t.id, "the caller's name for it, echoed in the answer");
    f.word("kind", t.kind,
           Words<TaskKind>{{"shipment", TaskKind::shipment}, {"delivery", TaskKind::delivery}, {"pickup", TaskKind::pickup}, {"service", TaskKind::service}},
           "shipment: pickup and dropoff by one vehicle; delivery: from the vehicle's start or last reload; pickup: to its end or next reload; "
           "service: a visit that moves nothing");
    f.required("kind");
    f.objects("visits", t.visits, "Visit", "two for a shipment (pickup, dropoff), one for any other task");
    f.required("visits");
    f.integers("load", t.load, not_negative, "by dimension of capacity");
    f.integers("collect", t.collect, not_negative, "delivery: what is taken along at the same visit (empties, returns)");
    f.texts("skills", t.skills, "all of them are needed");
    f.integers("allowed_vehicles", t.allowed_vehicles, index, "indices into `vehicles`; none: all");
    f.integers("forbidden_vehicles", t.forbidden_vehicles, index, "indices into `vehicles`");
    f.integer("priority", t.priority, Range{0, 100}, "among tasks without a price the higher ones are left out last");
    f.number("leave_out_price", t.leave_out_price, not_negative, "what leaving it out costs; absent: only if nothing else is possible");
    f.integer("release", t.release, any, "second before which the goods are not at the pickup, or for a delivery at the hub");
    f.integer("max_ride", t.max_ride, not_negative, "shipment: seconds from leaving the pickup to the begin of the dropoff's service");
    f.integers("together_with", t.together_with, index, "indices of tasks: planned on one vehicle, all or none");
    f.integers("not_with", t.not_with, index, "indices of tasks that may not share a vehicle with this one");
    f.integers("after", t.after, index, "indices of tasks: on the same vehicle, all of their visits before any of this one's");
    f.objects("offers", t.offers, "Offer", "quotes of partners to do the task instead");
}

template <class F>
void members(F& f, Break& b) {
    f.windows("windows", b.windows, "of its begin, [[from, to], …]; none: any time");
    f.integer("duration", b.duration, not_negative, "seconds");
    f.boolean("paid", b.paid, "whether `per_hour` runs on");
    f.boolean("required", b.required, "taken also where the route could end before its last window closes");
    f.optional_integers("max_load", b.max_load, not_negative, "taken only with at most this on board");
}

template <class F>
void members(F& f, ReloadPlace& r) {
    f.integer("place", r.place, index, "index into `places`");
    f.integer("service", r.service, not_negative, "seconds");
    f.windows("windows", r.windows, "of its begin");
    f.boolean("recharges", r.recharges, "whether `range` is full again afterwards");
}

template <class F>
void members(F& f, OnBoard& o) {
    f.integer("task", o.task, index, "index of a shipment or delivery whose goods are loaded");
    f.integer("since", o.since, any, "second at which the pickup was left; counts for `max_ride`");
}

template <class F>
void members(F& f, LockedStop& l) {
    f.integer("task", l.task, index, "index into `tasks`");
    f.integer("visit", l.visit, index, "index into the task's visits");
}

template <class F>
void members(F& f, VehicleState& s) {
    f.integer("place", s.place, index, "where it is: index into `places`");
    f.integer("time", s.time, any, "when that is");
    f.objects("on_board", s.on_board, "OnBoard", "goods that are loaded: only this vehicle can bring them");
    f.objects("locked", s.locked, "LockedStop", "stops that are promised or begun: first, in this order, late if need be");
    f.integer("range_left", s.range_left, not_negative, "metres; absent: full");
    f.integer("worked_since_break", s.worked_since_break, not_negative, "seconds; counts for `max_work`");
    f.integers("breaks_taken", s.breaks_taken, index, "indices into the vehicle's breaks");
}

template <class F>
void members(F& f, Vehicle& v) {
    f.text("id", v.id, "the caller's name for it, echoed in the answer");
    f.integer("profile", v.profile, index, "index into `profiles`");
    f.number("speed_factor", v.speed_factor, Range{0}, "above 0; 1.25 travels in 80 % of the profile's time");
    f.integer("start", v.start, index, "index into `places`; absent: the route begins at its first stop");
    f.integer("end", v.end, index, "index into `places`; absent: the route ends at its last stop");
    f.windows("shift", v.shift, "[[from, to], …]; nothing is driven or served between two of them; none: any time");
    f.integers("capacity", v.capacity, not_negative, "by dimension");
    f.texts("skills", v.skills, "what it can do");
    f.text("type", v.type, "what `per_type` of visits calls it");
    f.number("fixed", v.fixed, not_negative, "price of using it at all");
    f.number("per_hour", v.per_hour, not_negative, "from leaving the start to the end, waits and paid breaks included");
    f.number("per_driving_hour", v.per_driving_hour, not_negative, "for travel alone");
    f.number("per_service_hour", v.per_service_hour, not_negative, "for setup and service alone");
    f.number("per_km", v.per_km, not_negative, "per 1000 units of distance");
    f.number("overtime_per_hour", v.overtime_per_hour, not_negative, "for what is later than `overtime_after`");
    f.integer("overtime_after", v.overtime_after, any, "second from which the route's end is overtime");
    f.number("co2_g_per_km", v.co2_g_per_km, not_negative, "grams");
    f.integer("max_stops", v.max_stops, not_negative, "visits of tasks");
    f.integer("max_distance", v.max_distance, not_negative, "metres");
    f.integer("max_driving", v.max_driving, not_negative, "seconds of travel");
    f.integer("max_duration", v.max_duration, not_negative, "seconds from leaving the start to the end");
    f.objects("breaks", v.breaks, "Break", "rests that are due while the route lasts");
    f.integer("max_work", v.max_work, not_negative, "seconds between breaks");
    f.objects("reloads", v.reloads, "ReloadPlace", "hubs at which it can load its next trip, unload and recharge");
    f.integer("max_reloads", v.max_reloads, not_negative, "visits of those");
    f.integer("range", v.range, not_negative, "metres between recharges");
    f.word("loading", v.loading,
           Words<Loading>{{"any", Loading::any}, {"lifo", Loading::lifo}, {"deliveries_first", Loading::deliveries_first}},
           "lifo: what was picked up last is dropped off first; deliveries_first: no pickup before the trip's last delivery");
    f.optional_object("state", v.state, "VehicleState", "a vehicle that is under way");
}

template <class F>
void members(F& f, TimeOfDayFactor& t) {
    f.integer("from", t.from, any, "second from which it holds, until the next entry");
    f.number("factor", t.factor, Range{0}, "above 0; 1.5: travel takes half as long again");
}

template <class F>
void members(F& f, Partner& p) {
    f.text("id", p.id, "the caller's name for it");
    f.integer("max_jobs", p.max_jobs, not_negative, "absent: any number");
}

template <class F>
void members(F& f, Weights& w) {
    f.number("fixed", w.fixed, not_negative, "factor on fixed costs");
    f.number("time", w.time, not_negative, "factor on costs per hour");
    f.number("distance", w.distance, not_negative, "factor on costs per km");
    f.number("overtime", w.overtime, not_negative, "factor on overtime");
    f.number("lateness", w.lateness, not_negative, "factor on the prices of wishes");
    f.number("left_out", w.left_out, not_negative, "factor on prices of leaving out");
    f.number("outside", w.outside, not_negative, "factor on partners' prices");
    f.number("carbon_per_kg", w.carbon_per_kg, not_negative, "price of a kilogram of CO2");
    f.number("latency_per_hour", w.latency_per_hour, not_negative, "for each task, from `origin` to the begin of its last visit");
    f.number("moved_task", w.moved_task, not_negative, "price of a task on another vehicle than in the incumbent");
    f.number("late_promise_per_s", w.late_promise_per_s, not_negative, "for goods on board that come behind their last hard window");
    f.number("balance_per_hour", w.balance_per_hour, not_negative, "a route of h hours costs h² × this / `balance_reference` in hours");
    f.integer("balance_reference", w.balance_reference, Range{1}, "seconds");
}

template <class F>
void members(F& f, PlanStop& s) {
    f.integer("task", s.task, Range{-1}, "index into `tasks`; -1: a reload");
    f.integer("visit", s.visit, index, "index into the task's visits, or of the reload place");
}

template <class F>
void members(F& f, PlanRoute& r) {
    f.integer("vehicle", r.vehicle, index, "index into `vehicles`");
    f.objects("stops", r.stops, "PlanStop", "in order");
}

template <class F>
void members(F& f, Plan::Outside& o) {
    f.integer("task", o.task, index, "index into `tasks`");
    f.integer("offer", o.offer, index, "index into the task's offers");
}

template <class F>
void members(F& f, Plan& p) {
    f.objects("routes", p.routes, "PlanRoute", "at most one a vehicle");
    f.objects("outside", p.outside, "PlanOutside", "tasks with partners");
}

}  // namespace lastmile::vrp::fields
