#pragma once
// The policies of a tenant: one typed document. The initialisers are the defaults; any key can be overridden for the tenant, per area
// and per service level (nearest wins: service level, area, tenant, default). Only keys that something obeys are here.
#include <algorithm>
#include <map>

#include "features/ids/ids.hpp"
#include "features/shapes/contact_channel.hpp"
#include "features/shapes/kinds.hpp"
#include "features/shapes/shapes.hpp"

namespace lastmile {

struct RetryPolicy {
    RetryFrom from = RetryFrom::on_board;
};
LASTMILE_VALUE(RetryPolicy, (from))
LASTMILE_DOC(RetryPolicy, "Where a retry starts.", {"from", "on_board: the same courier tries again; hub: after a way back to the hub"})

struct RequiredPolicy {
    bool required = false;
};
LASTMILE_VALUE(RequiredPolicy, (required))
LASTMILE_DOC(RequiredPolicy, "Whether a header is mandatory.",
             {"required", "true: requests without it are refused (400 Idempotency-Key, 428 If-Match)"})

enum class Strategy { latency, cost, balanced, carbon };
LASTMILE_ENUM(Strategy, latency, cost, balanced, carbon)
enum class TimeWindowPolicy { hard, soft, soft_with_penalty };
LASTMILE_ENUM(TimeWindowPolicy, hard, soft, soft_with_penalty)
enum class PlanTrigger { off, suggest, auto_ };
LASTMILE_ENUM(PlanTrigger, off, suggest, auto_)
struct PlanTriggers {
    PlanTrigger new_delivery = PlanTrigger::suggest;
    PlanTrigger cancel = PlanTrigger::suggest;
    PlanTrigger decline = PlanTrigger::auto_;
    PlanTrigger driver_offline = PlanTrigger::auto_;
    PlanTrigger running_late = PlanTrigger::suggest;
    PlanTrigger exception = PlanTrigger::suggest;
    PlanTrigger closure = PlanTrigger::suggest;
};
LASTMILE_VALUE(PlanTriggers, (new_delivery, cancel, decline, driver_offline, running_late, exception, closure))
LASTMILE_DOC(PlanTriggers, "What makes a planning run by itself: off; suggest: kept in optimizer/suggestions until somebody commits it; auto: committed.",
             {"new_delivery", "deliveries came in"}, {"cancel", "a delivery was taken off a route by its cancellation"},
             {"decline", "a driver declined, or an offer expired"}, {"driver_offline", "a route was broken off"},
             {"running_late", "a stop will be reached later than lateness.replan_after_s behind its window"},
             {"exception", "an exception left something without a plan"}, {"closure", "closed streets have made a route longer"})
struct PlanningPolicy {
    PlanTriggers trigger;
    Whole<0, 3'600> debounce_s = 10;
    double stability = 0.3;
    Whole<1, 600> budget_s = 5;
    Strategy strategy = Strategy::balanced;
    Nullable<Whole<1, 500>> max_stops_per_route;
    TimeWindowPolicy time_window_policy = TimeWindowPolicy::hard;
    double lateness_cost_per_min = 1.0;
};
LASTMILE_VALUE(PlanningPolicy, (trigger, debounce_s, stability, budget_s, strategy, max_stops_per_route, time_window_policy, lateness_cost_per_min))
LASTMILE_DOC(PlanningPolicy, "How plans are made.", {"trigger", "what makes a run by itself"},
             {"debounce_s", "seconds in which what happens is gathered before a run; what was declined or broken off is planned at once"},
             {"stability", "0 to 1: how dear it is that a delivery changes routes when replanning; 1: none does"},
             {"budget_s", "seconds a plan may take"}, {"strategy", "what a plan minimises"},
             {"max_stops_per_route", "null: no limit"},
             {"time_window_policy",
              "hard: a window is never missed by plan; soft: lateness is allowed; soft_with_penalty: allowed at lateness_cost_per_min"},
             {"lateness_cost_per_min", "price of a minute's lateness in the tenant's currency"})

inline void schema_check(const PlanningPolicy& p, const schema::Check& check) {
    if (!(p.stability >= 0 && p.stability <= 1)) check.add("stability", "out_of_range", "must be from 0 to 1");
}

enum class OfferPush { at_once, at_release };
LASTMILE_ENUM(OfferPush, at_once, at_release)
struct OfferPolicy {
    OfferPush push = OfferPush::at_once;
    Whole<0, 86'400> release_before_start_s = 1800;
    Whole<10, 86'400> expires_s = 120;
    bool auto_accept = false;
};
LASTMILE_VALUE(OfferPolicy, (push, release_before_start_s, expires_s, auto_accept))
LASTMILE_DOC(OfferPolicy, "How assignments are offered to drivers.", {"push", "when an assignment is offered: at once, or before its start"},
             {"release_before_start_s", "with at_release: so long before the route's start"}, {"expires_s", "an offer not answered by then expires"},
             {"auto_accept", "true: an offer counts as accepted"})

struct ScanPolicy {
    ScanRebind rebind = ScanRebind::auto_;
};
LASTMILE_VALUE(ScanPolicy, (rebind))
LASTMILE_DOC(ScanPolicy, "What a scan of another driver's parcel does.",
             {"rebind", "auto: the parcel changes drivers; ask: an exception asks a person; refuse: 409"})

struct DriverPolicy {
    Whole<30, 86'400> offline_grace_s = 600;
    Whole<10, 2'000> geofence_m = 80;
    bool geofence_marks_arrival = false;
    Whole<0, 3'600> undo_s = 60;
};
LASTMILE_VALUE(DriverPolicy, (offline_grace_s, geofence_m, geofence_marks_arrival, undo_s))
LASTMILE_DOC(DriverPolicy, "Rules about drivers and their app.", {"offline_grace_s", "silence after which a route is paused (never aborted)"},
             {"geofence_m", "radius round a stop that counts as there"}, {"geofence_marks_arrival", "true: entering it marks the arrival"},
             {"undo_s", "seconds in which a driver may take a stop's outcome back"})

struct LatenessPolicy {
    Whole<0, 86'400> alert_after_s = 300;
    Whole<0, 86'400> replan_after_s = 900;
};
LASTMILE_VALUE(LatenessPolicy, (alert_after_s, replan_after_s))
LASTMILE_DOC(LatenessPolicy, "What foreseen lateness leads to.", {"alert_after_s", "an arrival so many seconds behind the window's end raises an alert"},
             {"replan_after_s", "and so many the trigger planning.trigger.running_late"})

/// What must have been tried before a visit may be reported as failed.
enum class ContactWhen { before_attempt, after_no_answer, after_failed };
LASTMILE_ENUM(ContactWhen, before_attempt, after_no_answer, after_failed)
struct ContactRule {
    ContactWhen when = ContactWhen::after_no_answer;
    ContactChannel channel = ContactChannel::call;
    Whole<1, 10> times = 1;
    Whole<0, 3'600> wait_s = 0;
};
LASTMILE_VALUE(ContactRule, (when, channel, times, wait_s))
LASTMILE_DEFAULTS(ContactRule, (times, wait_s))
LASTMILE_DOC(ContactRule, "A way in which the recipient must have been tried, reported at the stop by `attempt`.",
             {"when", "before_attempt: before any failure; after_no_answer: before a failure with no_one_home; after_failed: where an earlier attempt has failed already"},
             {"channel", "call, sms, email or push"}, {"times", "how often at least"}, {"wait_s", "seconds that must have passed since the last of them"})

struct ProofPolicy {
    List<ProofKind, 0, 5> pickup;
    List<ProofKind, 0, 5> dropoff = std::vector<ProofKind>{ProofKind::photo};
};
LASTMILE_VALUE(ProofPolicy, (pickup, dropoff))
LASTMILE_DOC(ProofPolicy, "Proof that every stop needs.", {"pickup", "kinds of proof at a pickup"}, {"dropoff", "kinds of proof at a dropoff"})

enum class Visible { always, never };
LASTMILE_ENUM(Visible, always, never)
struct VisibleFrom {
    std::optional<Whole<0, 1'000>> stops_before;
    std::optional<Whole<0, 10'000>> minutes;
    std::optional<Whole<0, 1'000'000>> metres;
};
LASTMILE_VALUE(VisibleFrom, (stops_before, minutes, metres))
LASTMILE_DOC(VisibleFrom, "A threshold from which something is visible; exactly one.", {"stops_before", "at most so many stops before the own"},
             {"minutes", "at most so many minutes away"}, {"metres", "at most so many metres away"})
inline void schema_check(const VisibleFrom& v, const schema::Check& check) {
    if (int{v.stops_before.has_value()} + int{v.minutes.has_value()} + int{v.metres.has_value()} != 1)
        check.add("stops_before", "ambiguous", "give exactly one of stops_before, minutes, metres");
}
using Visibility = std::variant<Visible, VisibleFrom>;
struct VisibilityPolicy {
    Visibility position = VisibleFrom{.stops_before = 1, .minutes = {}, .metres = {}};
    Visibility eta = Visible::always;
    Visibility stops_before = Visible::always;
    Visibility route = Visible::never;
    Visibility remaining_distance = Visible::never;
    Visibility proof = Visible::always;
};
LASTMILE_VALUE(VisibilityPolicy, (position, eta, stops_before, route, remaining_distance, proof))
LASTMILE_DOC(VisibilityPolicy, "What a recipient may see.", {"position", "where the driver is"}, {"eta", "the expected window"},
             {"stops_before", "how many stops come before"}, {"route", "the line to drive"}, {"remaining_distance", "metres to go"},
             {"proof", "proof after the dropoff"})

struct TrackingPolicy {
    Whole<1, 17'520> link_ttl_h = 720;
    bool guest_lookup = true;
};
LASTMILE_VALUE(TrackingPolicy, (link_ttl_h, guest_lookup))
LASTMILE_DOC(TrackingPolicy, "Public tracking.", {"link_ttl_h", "hours after the delivery's end that its tracking page answers"},
             {"guest_lookup", "whether number and postcode are enough"})

struct WebhookPolicy {
    List<Text<1, 50>, 0, 50> allow_private_networks;
    Whole<1, 8'760> disable_after_h = 120;
};
LASTMILE_VALUE(WebhookPolicy, (allow_private_networks, disable_after_h))
LASTMILE_DOC(WebhookPolicy, "Webhook targets.", {"allow_private_networks", "networks (CIDR) inside private ranges that targets may lie in"},
             {"disable_after_h", "hours of failure after which an endpoint is disabled"})

struct RoutingWeights {
    double cost = 1, eta = 1, sla = 1, performance = 1, carbon = 1;
};
LASTMILE_VALUE(RoutingWeights, (cost, eta, sla, performance, carbon))
LASTMILE_DOC(RoutingWeights, "How much each part of a partner's offer counts beside the others; equal: each as it is in money.",
             {"cost", "the price"}, {"eta", "the time until it arrives"}, {"sla", "being behind the promised window, now and in the past"},
             {"performance", "what was refused, missed or not delivered in the past"}, {"carbon", "CO2"})
inline void schema_check(const RoutingWeights& w, const schema::Check& check) {
    const std::pair<std::string_view, double> all[] = {{"cost", w.cost}, {"eta", w.eta}, {"sla", w.sla}, {"performance", w.performance}, {"carbon", w.carbon}};
    double sum = 0;
    for (const auto& [name, weight] : all) {
        if (!(weight >= 0 && weight <= 1000)) check.add(name, "out_of_range", "must be from 0 to 1000");
        sum += weight;
    }
    if (!(sum > 0)) check.add("cost", "all_zero", "at least one weight must be above 0");
}
enum class UnknownBooking { wait, ask, book_and_cancel };
LASTMILE_ENUM(UnknownBooking, wait, ask, book_and_cancel)
struct BreakerPolicy {
    Whole<1, 1'000> failures = 5;
    Whole<1, 86'400> window_s = 60;
    Whole<1, 86'400> open_s = 120;
};
LASTMILE_VALUE(BreakerPolicy, (failures, window_s, open_s))
LASTMILE_DOC(BreakerPolicy, "When a partner is left alone for a while.", {"failures", "so many failed calls"}, {"window_s", "within so many seconds"},
             {"open_s", "seconds in which it is not asked; then one call tries"})
struct RoutingPolicy {
    RoutingWeights weights;
    List<Id<Partner>, 0, 200> allow;
    List<Id<Partner>, 0, 200> deny;
    bool own_fleet_first = false;
    Whole<50, 30'000> quote_deadline_ms = 1500;
    Whole<1, 86'400> quotes_max_age_s = 240;
    UnknownBooking unknown_booking = UnknownBooking::wait;
    BreakerPolicy breaker;
};
LASTMILE_VALUE(RoutingPolicy, (weights, allow, deny, own_fleet_first, quote_deadline_ms, quotes_max_age_s, unknown_booking, breaker))
LASTMILE_DOC(RoutingPolicy, "How partners are chosen.", {"weights", "what counts in an offer"}, {"allow", "only these partners; empty: all"},
             {"deny", "never these partners"}, {"own_fleet_first", "true: plans give a partner only what no own vehicle can take"},
             {"quote_deadline_ms", "milliseconds in which partners must answer with a quote"},
             {"quotes_max_age_s", "seconds after which a quote is asked for anew before it is booked, even where the partner says it still holds"},
             {"unknown_booking",
              "a booking whose answer was lost at a network that cannot be looked up. wait: for its callback, a person is asked after an hour; ask: a person "
              "is asked at once; book_and_cancel: the next partner is booked, and the first is cancelled if it shows up"},
             {"breaker", "when a partner is left alone for a while"})

struct RetentionPolicy {
    Whole<30, 3'650> events_days = 730;
    Whole<1, 3'650> positions_days = 90;
    Whole<30, 3'650> payloads_days = 365;
    Whole<30, 3'650> proofs_days = 730;
    Whole<1, 30> idempotency_days = 7;
};
LASTMILE_VALUE(RetentionPolicy, (events_days, positions_days, payloads_days, proofs_days, idempotency_days))
LASTMILE_DOC(RetentionPolicy, "How long things are kept.",
             {"events_days", "the event log, timelines and the audit trail; cut at a signed checkpoint"},
             {"positions_days", "driver positions"}, {"payloads_days", "what was exchanged with partners"},
             {"proofs_days", "proofs of delivery with their files; their chain is cut at a signed checkpoint"}, {"idempotency_days", "remembered answers"})

struct LimitsPolicy {
    Whole<1, 10'000'000> requests_per_min = 6000;
    Whole<1, 100'000> streams = 200;
    Whole<1, 10'000'000> import_lines = 1'000'000;
};
LASTMILE_VALUE(LimitsPolicy, (requests_per_min, streams, import_lines))
LASTMILE_DOC(LimitsPolicy, "Limits per key.", {"requests_per_min", "requests a minute"}, {"streams", "event streams open at once, per partition"},
             {"import_lines", "lines of one import"})

struct SlotsPolicy {
    Whole<10, 86'400> hold_ttl_s = 600;
    bool check_reachability = false;
    Whole<0, 2'592'000> cutoff_s = 3600;
};
LASTMILE_VALUE(SlotsPolicy, (hold_ttl_s, check_reachability, cutoff_s))
LASTMILE_DOC(SlotsPolicy, "Delivery slots.", {"hold_ttl_s", "seconds that a reservation is held before it must be confirmed"},
             {"check_reachability", "true: the planner is asked whether a slot can still be reached, and what it costs"},
             {"cutoff_s", "seconds before a slot's start at which it closes, where its template says nothing"})

struct Policies {
    Whole<1, 10> max_attempts = 3;
    Nullable<Whole<1, 10>> auto_return_after_attempts = Whole<1, 10>{3};
    RetryPolicy retry;
    RequiredPolicy idempotency;
    RequiredPolicy if_match;
    PlanningPolicy planning;
    OfferPolicy offer;
    ScanPolicy scan;
    DriverPolicy driver;
    LatenessPolicy lateness;
    List<ContactRule, 0, 20> contact_attempt_rules = std::vector<ContactRule>{ContactRule{}};
    ProofPolicy proof;
    VisibilityPolicy visibility;
    TrackingPolicy tracking;
    WebhookPolicy webhooks;
    RetentionPolicy retention;
    LimitsPolicy limits;
    SlotsPolicy slots;
    RoutingPolicy routing;
    Currency currency = std::string("EUR");
    std::map<std::string, double> currency_rates;
    Text<1, 64> time_zone = std::string("UTC");
    List<Language, 1, 20> languages = std::vector<Language>{Language(std::string("en"))};
};
LASTMILE_VALUE(Policies, (max_attempts, auto_return_after_attempts, retry, idempotency, if_match, planning, offer, scan, driver, lateness, contact_attempt_rules, proof,
                          visibility, tracking, webhooks, retention, limits, slots, routing, currency, currency_rates, time_zone, languages))
LASTMILE_DOC(Policies, "The policies in force.", {"max_attempts", "failed attempts (or pickups) after which a delivery waits for a decision"},
             {"auto_return_after_attempts", "failed attempts after which the parcels go back by themselves; null: never"},
             {"retry", "where a retry starts"}, {"idempotency", "whether Idempotency-Key is mandatory"},
             {"if_match", "whether If-Match is mandatory"}, {"planning", "how plans are made"}, {"offer", "how assignments are offered"},
             {"scan", "what a scan of another driver's parcel does"}, {"driver", "rules about drivers"}, {"lateness", "what foreseen lateness leads to"},
             {"contact_attempt_rules", "how the recipient must have been tried before a visit may fail"},
             {"proof", "proof that every stop needs"}, {"visibility", "what a recipient may see"}, {"tracking", "public tracking"},
             {"webhooks", "webhook targets"}, {"retention", "how long things are kept"}, {"limits", "limits per key"},
             {"slots", "delivery slots"},
             {"routing", "how partners are chosen"}, {"currency", "the tenant's currency"},
             {"currency_rates", "what one unit of another currency is worth in the tenant's; quotes in a currency without a rate are left out",
              "{\"USD\":0.92}"}, {"time_zone", "IANA time zone where no area says otherwise", "Europe/Berlin"},
             {"languages", "languages of messages, the first is the default"})
inline void schema_check(const Policies& p, const schema::Check& check) {
    for (const auto& [name, rate] : p.currency_rates) {
        if (name.size() != 3 || !std::ranges::all_of(name, [](char c) { return c >= 'A' && c <= 'Z'; }))
            check.add("currency_rates/" + name, "invalid", "the name must be an ISO 4217 code in capitals, such as USD");
        if (!(rate > 0 && rate < 1e9)) check.add("currency_rates/" + name, "out_of_range", "must be above 0");
    }
}

}  // namespace lastmile
