#pragma once
// What a recipient sees of his delivery, as far as the policy lets him: by tracking number and postal_code, or by a token.
#include "features/assignments/assignment_store.hpp"
#include "features/deliveries/delivery_view.hpp"
#include "features/pods/pod_view.hpp"
#include "features/policies/policy_store.hpp"
#include "features/positions/position.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

struct TrackedDriver {
    std::optional<std::string> first_name;
    std::optional<Location> location;
    std::optional<std::int64_t> location_age_s;
    bool stale = false;
};
LASTMILE_VALUE(TrackedDriver, (first_name, location, location_age_s, stale))
LASTMILE_DOC(TrackedDriver, "Who brings it.", {"first_name", "his first name, nothing more"},
             {"location", "where he is, when the policy lets the recipient see it"}, {"location_age_s", "how old that is"},
             {"stale", "true: too old to be shown as live"})

struct Brand {
    std::string name;
};
LASTMILE_VALUE(Brand, (name))
LASTMILE_DOC(Brand, "Whose page it is.", {"name", "the tenant's name"})

struct TrackedProof {
    PodOutcome outcome = PodOutcome::delivered;
    Instant delivered_at;
    std::optional<PodFile> signature;
    std::vector<PodFile> photos;
};
LASTMILE_VALUE(TrackedProof, (outcome, delivered_at, signature, photos))
LASTMILE_DOC(TrackedProof, "What was seen and signed at the door.", {"outcome", "delivered, partial or failed"}, {"delivered_at", "when it happened"},
             {"signature", "the picture of the signature"}, {"photos", "pictures of the courier"})

/// The public payload: no names, phones or addresses.
struct Tracking {
    std::optional<std::string> tracking_number;
    Status status = Status::requested;
    std::optional<Phase> phase;
    std::string status_text;
    std::optional<Window> window;
    std::optional<Window> eta_window;
    std::optional<double> confidence;
    std::optional<std::int64_t> stops_before;
    Percent progress_pct;
    std::optional<std::int64_t> remaining_distance_m;
    std::optional<std::string> route_geometry;
    std::optional<TrackedDriver> driver;
    std::optional<Location> destination;
    std::optional<TrackedProof> proof;
    std::vector<std::string> actions;
    Instant updated_at;
    std::string time_zone;
    Brand brand;
    std::optional<Id<Delivery>> delivery_id;
    std::optional<std::string> stream_token;
};
LASTMILE_VALUE(Tracking, (tracking_number, status, phase, status_text, window, eta_window, confidence, stops_before, progress_pct, remaining_distance_m,
                          route_geometry, driver, destination, proof, actions, updated_at, time_zone, brand, delivery_id, stream_token))
LASTMILE_DOC(Tracking, "What a recipient may see.", {"tracking_number", "the number asked for; absent for a link, which must not outlive its end"}, {"status", "of the delivery"},
             {"phase", "finer than the status"}, {"status_text", "in a sentence"}, {"window", "what was promised"},
             {"eta_window", "when it is expected"}, {"confidence", "0 to 1: how likely it comes in that window"},
             {"stops_before", "how many stops come before"}, {"progress_pct", "how far it has come"},
             {"remaining_distance_m", "metres to go"}, {"route_geometry", "the line to drive, encoded"}, {"driver", "who brings it"},
             {"destination", "where it goes, shown only with the driver's place"}, {"actions", "what the recipient can do now"},
             {"updated_at", "when something last changed"},
             {"proof", "of the dropoff, once it was delivered, as far as visibility.proof shows it"},
             {"time_zone", "that times are shown in", "Europe/Berlin"}, {"brand", "whose page it is"},
             {"delivery_id", "of the stream /streams/deliveries/{deliveryId}"},
             {"stream_token", "opens that stream for an hour; absent once the delivery is over"})

/// For dispatchers and machines: everything that moves.
struct Live {
    Id<Delivery> delivery_id;
    Status status = Status::requested;
    std::optional<Phase> phase;
    std::string status_text;
    std::optional<DriverPlace> driver;
    std::optional<Instant> eta;
    std::optional<Window> eta_window;
    std::optional<double> confidence;
    std::optional<std::int64_t> stops_before;
    Percent progress_pct;
    std::optional<std::int64_t> remaining_distance_m;
    std::optional<std::string> eta_source;
    Instant updated_at;
};
LASTMILE_VALUE(Live, (delivery_id, status, phase, status_text, driver, eta, eta_window, confidence, stops_before, progress_pct, remaining_distance_m, eta_source,
                      updated_at))
LASTMILE_DOC(Live, "A delivery as it moves.", {"delivery_id", "ours"}, {"status", "of the delivery"}, {"phase", "finer than the status"},
             {"status_text", "in a sentence"}, {"driver", "where the driver is"}, {"eta", "expected arrival"},
             {"eta_window", "with its uncertainty; never in the past"},
             {"confidence", "0 to 1: how likely the arrival lies in eta_window"}, {"stops_before", "stops before this one"},
             {"progress_pct", "how far it has come"}, {"remaining_distance_m", "metres to go on the route"},
             {"eta_source", "roads, osrm, valhalla or straight_line"},
             {"updated_at", "when something last changed"})

/// How far a delivery is on its route; what live, tracking and the full record are made of.
struct Progress {
    std::optional<Instant> eta;
    std::optional<Window> eta_window;
    std::optional<double> confidence;
    std::optional<std::int64_t> stops_before;
    std::optional<std::int64_t> sequence;
    double remaining_m = 0;
    double percent = 0;
    std::string eta_source;
    std::optional<AssignmentRow> assignment;
};
Progress progress_of(store::Read& read, const DeliveryRow& row);
Live live_of(store::Read& read, const DeliveryRow& row, const Progress& progress);
/// Changes when something of `live` does, as far as a client can tell: the route was timed anew, the driver has moved, a minute has passed on
/// the way. The ETag's second part; `more` mixes in what else an answer holds.
std::int64_t live_revision(const Live& live, const Progress& progress, Instant now, std::int64_t more = 0);

struct TrackQuery {
    std::optional<Text<10, 60>> tracking_number;
    std::optional<Text<1, 20>> postal_code;
    std::optional<Text<1, 4000>> token;
};
LASTMILE_VALUE(TrackQuery, (tracking_number, postal_code, token))
LASTMILE_DOC(TrackQuery, "Which delivery.", {"tracking_number", "from the message to the recipient"},
             {"postal_code", "of the recipient's address; gives the view of a guest"}, {"token", "of a tracking link, instead of the number"})
inline void schema_check(const TrackQuery& q, const schema::Check& check) {
    if (!q.tracking_number && !q.token) check.add("tracking_number", "required", "give tracking_number or token");
    if (q.tracking_number && q.token) check.add("token", "ambiguous", "give tracking_number or token, not both");
    if (q.postal_code && q.token) check.add("postal_code", "ambiguous", "goes with tracking_number");
}
struct LiveQuery {
    Id<Delivery> delivery_id;
};
LASTMILE_VALUE(LiveQuery, (delivery_id))
LASTMILE_DOC(LiveQuery, "Which delivery.", {"delivery_id", "ours"})

/// For the tracking page without JavaScript. nullopt: there is no such number (or it is too old).
std::optional<Tracking> find_tracking(store::Read& read, const DeliveryRow& row, std::string_view tenant);

api::Endpoints tracking_endpoints();

}  // namespace lastmile
