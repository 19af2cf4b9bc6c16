#pragma once
// All SQL on what is learned of speeds.
#include <map>
#include <optional>
#include <vector>

#include "engines/road/lessons.hpp"
#include "features/assignments/assignment.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

/// A partition keeps at most this many cells; the ones that were not driven for longest are not used beyond.
inline constexpr std::int64_t most_cells = 50'000;

struct LearningState {
    std::int64_t revision = 0;
    std::string time_zone = "UTC";
    std::int64_t tracks = 0, pings = 0;
    std::optional<Instant> learned_at;
};
LearningState learning_state(store::Read& read);
/// Replaces the state of the revision before. *Refuses* by starting the command again where another pass came between.
void save(store::Writer& writer, const LearningState& state);

/// An assignment whose track is to be learned from.
struct DueTrack {
    Id<Assignment> assignment_id;
    Id<Driver> driver_id;
    Instant since, until;
};
/// It has begun: once.
void begin_track(store::Writer& writer, Id<Assignment> assignment, Id<Driver> driver, Instant since);
/// It is over. Nothing where it never began.
void end_track(store::Writer& writer, Id<Assignment> assignment, Instant until);
std::vector<DueTrack> due_tracks(store::Read& read, int limit);
std::int64_t count_due_tracks(store::Read& read);
void drop_track(store::Writer& writer, Id<Assignment> assignment);
/// Those that began before and never ended.
void drop_tracks_begun_before(store::Writer& writer, Instant before);

Instant learned_until(store::Read& read, Id<Driver> driver);
void save_learned_until(store::Writer& writer, Id<Driver> driver, Instant until);

road::SpeedSamples samples_of(store::Read& read, const std::string& profile, const road::SpeedCell& cell);
void save_samples(store::Writer& writer, const std::string& profile, const road::SpeedCell& cell, const road::SpeedSamples& samples, Instant now);
std::map<std::string, road::SpeedObservations> all_samples(store::Read& read);
std::int64_t count_cells(store::Read& read);

/// A line of the list: after `after` in the order of profile, tile, class and hour.
struct CellKey {
    std::string profile;
    road::SpeedCell cell{};
};
struct CellLine {
    CellKey key;
    std::int64_t seen = 0;
};
std::vector<CellLine> cells_after(store::Read& read, const std::optional<std::string>& profile, const CellKey& after, std::int64_t count);

/// Sums of what was foretold; they add up.
struct Foretold {
    std::int64_t stretches = 0, map_close = 0, learned_close = 0;
    double driven_s = 0, map_off_s = 0, map_bias_s = 0, learned_off_s = 0, learned_bias_s = 0;
    void add(const road::ForetoldStretch& stretch);
    void add(const Foretold& other);
};
struct ForetoldLine {
    std::string profile;
    road::AreaTile tile = 0;
    std::uint8_t hour_class = 0;
    Foretold sums;
};
void add_foretold(store::Writer& writer, const ForetoldLine& line);
std::vector<ForetoldLine> all_foretold(store::Read& read);

}  // namespace lastmile
