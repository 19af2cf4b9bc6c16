#include "features/tracking/tracking.hpp"

#include <algorithm>

#include "engines/geo/point.hpp"
#include "features/access/key_store.hpp"
#include "features/access/token.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/events_feed/public_event.hpp"
#include "features/pods/pod_store.hpp"
#include "features/positions/position_store.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/store/store.hpp"

namespace lastmile {
namespace {

using namespace api;

/// The page asks for a new one with each look.
constexpr std::chrono::seconds stream_token_lifetime{3600};

/// The stop at which this delivery ends: its dropoff, or the pickup while it has not been fetched.
const Stop* stop_of(const AssignmentRow& assignment, Id<Delivery> delivery) {
    const Stop* found = nullptr;
    for (const auto& stop : assignment.lifecycle.stops)
        for (const auto& item : stop.items)
            if (item.delivery_id == delivery && (!found || stop.type == StopType::dropoff)) found = &stop;
    return found;
}

bool visible(const Visibility& rule, const Progress& progress, Instant now) {
    if (const auto* always = std::get_if<Visible>(&rule)) return *always == Visible::always;
    const auto& from = std::get<VisibleFrom>(rule);
    if (from.stops_before) return progress.stops_before && *progress.stops_before <= from.stops_before->value;
    if (from.minutes) return progress.eta && *progress.eta - now <= std::chrono::minutes(from.minutes->value);
    return from.metres && progress.assignment && progress.remaining_m <= static_cast<double>(from.metres->value);
}

std::string first_word(std::string_view text) { return std::string(text.substr(0, text.find(' '))); }

bool over(const DeliveryRow& row) { return row.status == Status::delivered || row.status == Status::cancelled || row.status == Status::returned; }

double percent_of(const DeliveryRow& row, const Progress& progress) {
    if (over(row)) return 100;
    switch (row.status) {
        case Status::requested:
            return 0;
        case Status::scheduled:
            return 5;
        case Status::assigned:
            return 15;
        case Status::enroute: {
            if (!progress.assignment || progress.assignment->route.distance_m <= 0) return 50;
            return std::clamp(100 - 75 * progress.remaining_m / progress.assignment->route.distance_m, 25.0, 99.0);
        }
        default:
            return 50;
    }
}

/// A recipient's token sees here what the policy lets him see on his page.
void hide(Live& live, const Progress& progress, const VisibilityPolicy& rules, Instant now) {
    if (live.status != Status::enroute || !visible(rules.position, progress, now)) live.driver.reset();
    if (!visible(rules.eta, progress, now)) live.eta.reset(), live.eta_window.reset(), live.confidence.reset();
    if (!visible(rules.stops_before, progress, now)) live.stops_before.reset();
    if (!visible(rules.remaining_distance, progress, now)) live.remaining_distance_m.reset();
}

Result<Reply<Live>> get_live(store::Read& read, const Call& call, const LiveQuery& request) {
    if (call.delivery && *call.delivery != request.delivery_id.bytes) return refuse(reasons::not_found, "There is no such delivery.");
    const auto row = find_delivery(read, request.delivery_id);
    if (!row) return refuse(reasons::not_found, "There is no such delivery.");
    const auto progress = progress_of(read, *row);
    auto live = live_of(read, *row, progress);
    if (call.delivery) hide(live, progress, policies_of(read, {{}, row->service_level}).visibility, read.now().business);
    const auto revision = live_revision(live, progress, read.now().business);
    Reply<Live> reply(std::move(live));
    reply.no_store = true;
    return std::move(reply).at_version(row->version, revision);
}

/// A number or a link's token finds its partition by itself.
Result<Partition> partition_of(const Call& call, const TrackQuery& request) {
    if (request.token) {
        const auto subject = call.service<Tokens>().verify(*request.token, machine_now());
        if (!subject || subject->kind != TokenKind::tracking) return refuse(reasons::not_found, "The link is not valid any more.");
        return subject->partition;
    }
    std::optional<TrackedDelivery> found;
    call.service<store::Store>().look({}, [&](store::Read& read) { found = find_tracked(read, *request.tracking_number); });
    if (!found) return refuse(reasons::not_found, "There is no such tracking number.");
    return found->partition;
}

/// The delivery that a link's token names, while the link is good.
std::optional<DeliveryRow> linked(store::Read& read, const Call& call, std::string_view token) {
    const auto subject = call.service<Tokens>().verify(token, read.now().machine);
    if (!subject || subject->kind != TokenKind::tracking || subject->partition != read.partition() || token_revoked(read, subject->token_id)) return std::nullopt;
    return find_delivery(read, Id<Delivery>{subject->subject});
}

/// The last proof: what the delivery ended with. Seen by the recipient: noted as every view.
Result<std::optional<TrackedProof>> proof_of(store::Read& read, const Call& call, Id<Delivery> delivery) {
    const auto pods = pods_of(read, delivery);
    if (pods.empty()) return std::optional<TrackedProof>();
    auto view = view_of(read, call, pods.back(), schema::from_stored<PodContent>(pods.back().content));
    if (!view) return std::unexpected(std::move(view.error()));
    note_pod_seen(call, view->pod_id, delivery);
    return TrackedProof{view->outcome, view->delivered_at, std::move(view->signature), std::move(view->photos)};
}

/// The number alone is a secret of 128 bits; a postal_code, where it is given, must fit, so that a guest lookup cannot be widened.
std::optional<DeliveryRow> numbered(store::Read& read, const Call& call, const TrackQuery& request) {
    const auto found = find_tracked(read, *request.tracking_number);
    if (!found || found->partition != read.partition()) return std::nullopt;
    auto row = find_delivery(read, found->id);
    if (!row || !request.postal_code) return row;
    const auto policies = policies_of(read, {{}, row->service_level});
    const auto people = personal_data(read, call.service<Vault>(), row->recipient_id);
    const auto fits = people && people->dropoff_address && people->dropoff_address->postal_code &&
                      words_of(*people->dropoff_address->postal_code) == words_of(*request.postal_code);
    if (!policies.tracking.guest_lookup || !fits) return std::nullopt;
    return row;
}

Result<Reply<Tracking>> track(store::Read& read, const Call& call, const TrackQuery& request) {
    const auto unknown = refuse(reasons::not_found, request.token ? "The link is not valid any more." : "There is no such tracking number.");
    const auto row = request.token ? linked(read, call, *request.token) : numbered(read, call, request);
    const auto tenant = row ? tenant_of(read) : std::string();
    auto tracking = row ? find_tracking(read, *row, tenant) : std::nullopt;
    if (!tracking) return unknown;
    if (!is_final(row->lifecycle)) tracking->delivery_id = row->id;
    if (request.token) {
        tracking->tracking_number.reset();
    } else if (tracking->delivery_id) {
        TokenSubject subject;
        subject.kind = TokenKind::tracking, subject.partition = read.partition(), subject.tenant = tenant, subject.test = call.test;
        subject.subject = row->id.bytes, subject.token_id = "track_" + row->tracking_number;
        tracking->stream_token = call.service<Tokens>().sign(subject, read.now().machine, stream_token_lifetime);
    }
    if (row->status == Status::delivered && visible(policies_of(read, {{}, row->service_level}).visibility.proof, {}, read.now().business)) {
        auto proof = proof_of(read, call, row->id);
        if (!proof) return std::unexpected(std::move(proof.error()));
        tracking->proof = std::move(*proof);
    }
    Reply<Tracking> reply(std::move(*tracking));
    reply.no_store = true;
    return reply;
}

}  // namespace

Progress progress_of(store::Read& read, const DeliveryRow& row) {
    Progress progress;
    if (row.assignment_id && !over(row)) progress.assignment = find_assignment(read, *row.assignment_id);
    if (progress.assignment) {
        const auto& assignment = *progress.assignment;
        const auto now = read.now().business;
        progress.eta_source = assignment.route.eta_source;
        if (const auto* own = stop_of(assignment, row.id); own && own->open()) {
            progress.sequence = own->sequence;
            const auto times = times_at(assignment, now);
            if (const auto time = std::ranges::find(times, own->id, &StopTime::stop_id); time != times.end() && own->state == StopState::pending) {
                const auto when = expected(assignment, *time, now);
                progress.eta = when.eta, progress.eta_window = when.window, progress.confidence = when.confidence;
            }
            const auto& on_the_way = assignment.route.on_the_way;
            std::int64_t before = 0;
            for (const auto& stop : assignment.lifecycle.stops) {
                if (!stop.open() || stop.sequence > own->sequence) continue;
                if (stop.id != own->id && stop.type == StopType::dropoff) ++before;
                if (on_the_way && on_the_way->stop_id == stop.id) progress.remaining_m += on_the_way->left_m;
                else if (const auto* time = assignment.route.at(stop.id)) progress.remaining_m += time->leg_m;
            }
            progress.stops_before = before;
        }
    }
    progress.percent = percent_of(row, progress);
    return progress;
}

Live live_of(store::Read& read, const DeliveryRow& row, const Progress& progress) {
    Live live;
    live.delivery_id = row.id, live.status = row.status, live.status_text = status_of(row.lifecycle).status_text, live.updated_at = row.updated_at;
    if (row.phase != Phase::none) live.phase = row.phase;
    live.eta = progress.eta, live.eta_window = progress.eta_window, live.confidence = progress.confidence;
    live.stops_before = progress.stops_before, live.progress_pct = progress.percent;
    if (progress.assignment) {
        live.remaining_distance_m = static_cast<std::int64_t>(progress.remaining_m), live.eta_source = progress.eta_source;
        if (progress.assignment->driver_id && !over(row)) live.driver = place_of(read, *progress.assignment->driver_id);
    }
    return live;
}

std::int64_t live_revision(const Live& live, const Progress& progress, Instant now, std::int64_t more) {
    std::uint64_t mixed = 0xcbf29ce484222325u;  // FNV-1a over whole numbers
    const auto mix = [&](std::int64_t number) { mixed = (mixed ^ static_cast<std::uint64_t>(number)) * 0x100000001b3u; };
    mix(more);
    if (progress.assignment) mix(progress.assignment->route.revision), mix(progress.assignment->version);
    if (live.driver && live.driver->location.timestamp) mix(to_unix_ms(*live.driver->location.timestamp));
    if (live.driver || live.eta) mix(to_unix_ms(now) / 60'000);
    return static_cast<std::int64_t>((mixed ^ mixed >> 32) & 0x7fffffffu);
}

std::optional<Tracking> find_tracking(store::Read& read, const DeliveryRow& row, std::string_view tenant) {
    const auto now = read.now().business;
    const auto policies = policies_of(read, {{}, row.service_level});
    if (is_final(row.lifecycle) && now - row.updated_at > std::chrono::hours(policies.tracking.link_ttl_h.value)) return std::nullopt;
    const auto progress = progress_of(read, row);
    const auto& rules = policies.visibility;
    Tracking tracking;
    tracking.tracking_number = row.tracking_number, tracking.status = row.status, tracking.status_text = status_of(row.lifecycle).status_text,
    tracking.updated_at = row.updated_at;
    tracking.brand.name = tenant, tracking.time_zone = policies.time_zone;
    tracking.progress_pct = progress.percent;
    if (row.phase != Phase::none) tracking.phase = row.phase;
    if (row.dropoff_from) tracking.window = Window{*row.dropoff_from, *row.dropoff_to};
    if (visible(rules.eta, progress, now)) tracking.eta_window = progress.eta_window, tracking.confidence = progress.confidence;
    if (visible(rules.stops_before, progress, now)) tracking.stops_before = progress.stops_before;
    if (visible(rules.remaining_distance, progress, now) && progress.assignment)
        tracking.remaining_distance_m = static_cast<std::int64_t>(progress.remaining_m);
    if (visible(rules.route, progress, now) && progress.assignment) tracking.route_geometry = progress.assignment->route.geometry;
    if (row.status == Status::enroute && progress.assignment && progress.assignment->driver_id) {
        TrackedDriver shown;
        if (const auto driver = find_driver(read, *progress.assignment->driver_id)) shown.first_name = first_word(driver->name);
        if (const auto place = place_of(read, *progress.assignment->driver_id); place && visible(rules.position, progress, now)) {
            shown.location = place->location, shown.location_age_s = place->age_s, shown.stale = place->stale;
            if (row.dropoff_lat)
                tracking.destination = Location{.lat = *row.dropoff_lat, .lon = *row.dropoff_lon, .accuracy_meters = {}, .timestamp = {}};
        }
        tracking.driver = std::move(shown);
    }
    return tracking;
}

Endpoints tracking_endpoints() {
    return {
        reads("GET /v1/lastmile/deliveries/{deliveryId}/live", Scope("deliveries:read") | "track:one", get_live,
              {.summary = "Follow a delivery as it moves", .tag = "Tracking", .refuses = {reasons::not_found}}),
        placed(partition_of, reads("GET /v1/lastmile/public/track", Scope::none(), track,
                                   {.summary = "Track a parcel",
                                    .tag = "Tracking",
                                    .description = "By tracking number (128 random bits), by number and postal_code, or by a link's token. No names, phones or addresses "
                                                   "but the driver's first name; the rest as the visibility policy says.",
                                    .refuses = {reasons::not_found}})),
    };
}

}  // namespace lastmile
