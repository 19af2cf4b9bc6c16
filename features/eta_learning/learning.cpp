#include "features/eta_learning/learning.hpp"

#include <algorithm>

#include "features/areas/area_clock.hpp"
#include "features/positions/position_store.hpp"
#include "features/vehicles/vehicle_store.hpp"

namespace lastmile {
namespace {

constexpr int tracks_a_commit = 5, tracks_a_pass = 500;
constexpr std::size_t pings_a_piece = 2'000;
constexpr double silence_s = 300;
/// An assignment that has not ended by then never will.
constexpr std::chrono::hours longest_track{72};

double seconds(Instant at) { return static_cast<double>(to_unix_ms(at)) / 1000; }

bool at_a_stop(const std::vector<Stop>& stops, Instant at) {
    return std::ranges::any_of(stops, [&](const Stop& stop) { return stop.arrived_at && stop.finished_at && *stop.arrived_at <= at && at < *stop.finished_at; });
}

/// Whether a stop was left between two instants.
bool left_between(const std::vector<Stop>& stops, Instant from, Instant to) {
    return std::ranges::any_of(stops, [&](const Stop& stop) { return stop.finished_at && from < *stop.finished_at && *stop.finished_at <= to; });
}

}  // namespace

std::vector<std::vector<road::Ping>> driven_pieces(const std::vector<Ping>& pings, const std::vector<Stop>& stops, Instant since, Instant until) {
    std::vector<std::vector<road::Ping>> pieces;
    std::optional<Instant> before;
    for (const auto& ping : pings) {
        const auto at = ping.location.timestamp.value_or(Instant{});
        if (at < since || at > until || (before && at <= *before)) continue;
        if (at_a_stop(stops, at)) continue;
        const bool goes_on = before && seconds(at) - seconds(*before) <= silence_s && !left_between(stops, *before, at) && pieces.back().size() < pings_a_piece;
        if (!goes_on) pieces.emplace_back();
        const auto& l = ping.location;
        pieces.back().push_back({{l.lat, l.lon}, seconds(at), l.accuracy_meters ? static_cast<double>(*l.accuracy_meters) : 0});
        before = at;
    }
    std::erase_if(pieces, [](const auto& piece) { return piece.size() < 2; });
    return pieces;
}

events::Reader TrackLearning::reader() const {
    return {.name = "eta_learning",
            .handle =
                [](store::Tx& tx, std::span<const events::Event> some) {
                    for (const auto& event : some) {
                        const auto assignment = event.assignment_id ? Id<Assignment>::parse(*event.assignment_id) : std::nullopt;
                        if (!assignment) continue;
                        if (event.type == "assignment.started") {
                            const auto driver = event.driver_id ? Id<Driver>::parse(*event.driver_id) : std::nullopt;
                            if (driver) begin_track(tx.bookkeeping(), *assignment, *driver, event.timestamp);
                            continue;
                        }
                        end_track(tx.bookkeeping(), *assignment, event.timestamp);
                        if (!work::find_timer(tx, learn_timer, "all"))
                            work::set_timer(tx, {.kind = std::string(learn_timer), .subject = "all", .due_at = tx.now().business + pings_are_late});
                    }
                },
            .filter = {.types = {"assignment.started", "assignment.completed", "assignment.aborted"}},
            .from_now = true};
}

void TrackLearning::register_timer(work::Timers& timers) const {
    timers.on(std::string(learn_timer), [learns = map_ != nullptr](store::Tx& tx, const work::Timer&) {
        if (learns && count_due_tracks(tx) > 0) work::enqueue(tx, {.id = tx.new_id<work::Job>(), .type = std::string(learn_job)});
    });
}

std::vector<TrackLearning::Track> TrackLearning::next_tracks(store::Read& read, LearningState& state) {
    state = learning_state(read);
    state.time_zone = time_zone_of(read).value_or("UTC");
    std::vector<Track> tracks;
    std::map<Id<Driver>, Instant> taken;  // within this batch
    for (auto& due : due_tracks(read, tracks_a_commit)) {
        Track track{std::move(due), {}, {}};
        const auto row = find_assignment(read, track.due.assignment_id);
        const auto vehicle = row && row->vehicle_id ? find_vehicle(read, *row->vehicle_id) : std::nullopt;
        track.profile = vehicle ? std::string(vehicle->profile) : "car";
        // Drivers with two assignments at a time are learned from once.
        auto& until = taken.try_emplace(track.due.driver_id, learned_until(read, track.due.driver_id)).first->second;
        const auto since = std::max(track.due.since, until);
        until = std::max(until, track.due.until);
        const auto pings = pings_between(read, track.due.driver_id, since, track.due.until);
        track.pings = static_cast<std::int64_t>(pings.size());
        track.pieces = driven_pieces(pings, row ? row->lifecycle.stops : std::vector<Stop>{}, since, track.due.until);
        tracks.push_back(std::move(track));
    }
    return tracks;
}

/// One commit's worth. False: nothing was due.
bool TrackLearning::pass(work::JobRun& run) {
    LearningState state;
    std::vector<Track> tracks;
    PartitionSpeeds known;
    store_.look(run.job().partition, [&](store::Read& read) {
        tracks = next_tracks(read, state);
        known = roads.known(read);
    });
    if (tracks.empty()) return false;
    static const road::LearnedSpeeds nothing({});
    std::map<std::string, std::map<road::SpeedCell, std::vector<double>>> taught;
    std::map<std::tuple<std::string, road::AreaTile, std::uint8_t>, Foretold> foretold;
    const auto network = map_->network();
    for (const auto& track : tracks)
        for (const auto& piece : track.pieces) {
            if (run.stop()) return false;
            const road::MatchQuery query{track.profile, piece, 10, silence_s, false};
            const auto match = map_->match(query);
            if (!match) continue;  // a profile that the map lacks, pings off all roads
            const auto lessons = road::lessons_of(*network, query, *match, known.speeds ? *known.speeds : nothing, [&](double time_s) {
                return hour_of_week(state.time_zone, from_unix_ms(static_cast<std::int64_t>(time_s * 1000)));
            });
            for (const auto& lesson : lessons.lessons) taught[track.profile][lesson.cell].push_back(lesson.time_ratio);
            for (const auto& stretch : lessons.stretches) foretold[{track.profile, stretch.tile, stretch.hour_class}].add(stretch);
        }
    const auto keep =
        [&](store::Tx& tx) {
            auto& writer = tx.bookkeeping();
            auto next = state;
            next.revision = state.revision + 1, next.learned_at = tx.now().business;
            for (const auto& track : tracks) {
                drop_track(writer, track.due.assignment_id);
                save_learned_until(writer, track.due.driver_id, track.due.until);
                next.pings += track.pings, next.tracks += !track.pieces.empty();
            }
            // The revision guards the cells: another pass's would be lost.
            save(writer, next);
            for (const auto& [profile, cells] : taught)
                for (const auto& [cell, ratios] : cells) {
                    auto samples = samples_of(tx, profile, cell);
                    for (const double ratio : ratios) samples.add(ratio);
                    save_samples(writer, profile, cell, samples, tx.now().business);
                }
            for (const auto& [key, sums] : foretold) add_foretold(writer, {std::get<0>(key), std::get<1>(key), std::get<2>(key), sums});
            drop_tracks_begun_before(writer, tx.now().business - longest_track);
        };
    try {
        run.commit(keep, {run.job().progress.done + static_cast<std::int64_t>(tracks.size()), 0, 0, "learned"});
    } catch (const Refusal&) {
        return true;  // another pass came between: look again
    }
    store_.look(run.job().partition, [&](store::Read& read) { (void)roads.known(read); });
    return true;
}

work::JobKind TrackLearning::job() {
    return {std::string(learn_job), [this](work::JobRun& run) {
                int done = 0;
                while (done < tracks_a_pass && !run.stop() && pass(run)) done += tracks_a_commit;
                if (done >= tracks_a_pass)
                    run.commit(
                        [](store::Tx& tx) {
                            work::set_timer(tx, {.kind = std::string(learn_timer), .subject = "all", .due_at = tx.now().business + std::chrono::minutes(1)});
                        },
                        run.job().progress);
                return std::string("{}");
            }};
}

}  // namespace lastmile
