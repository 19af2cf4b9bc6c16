#pragma once
// Learning from tracks: which assignments are due, and the pass that matches their pings and keeps what they teach.
#include <functional>

#include "engines/road/embedded.hpp"
#include "engines/road/lessons.hpp"
#include "features/assignments/assignment_store.hpp"
#include "features/eta_learning/learned_roads.hpp"
#include "features/eta_learning/speed_store.hpp"
#include "features/positions/position.hpp"
#include "platform/events/reader.hpp"
#include "platform/work/jobs.hpp"
#include "platform/work/timers.hpp"

namespace lastmile {

/// Pings may come in late (a phone without network): a pass waits so long after an assignment's end, by the partition's clock.
inline constexpr std::chrono::minutes pings_are_late{10};
inline constexpr std::string_view learn_timer = "eta_learning.pass", learn_job = "eta_learning.pass";

/// The pieces of a track that were driven: pings in order, cut where a stop was visited, where they are silent for five minutes, and after 2,000.
/// Times are Unix seconds.
std::vector<std::vector<road::Ping>> driven_pieces(const std::vector<Ping>& pings, const std::vector<Stop>& stops, Instant since, Instant until);

class TrackLearning {
public:
    LearnedRoads roads;

    /// `map`: the roads without anybody's conditions; null: there is nothing to match on, and nothing is learned.
    TrackLearning(store::Store& store, std::shared_ptr<const road::EmbeddedRouter> map) : roads(store), store_(store), map_(std::move(map)) {}

    /// Notes what begins and ends, and sets the timer of the next pass.
    events::Reader reader() const;
    void register_timer(work::Timers& timers) const;
    /// Five assignments a commit, 500 a pass; what is left over is the next pass's, a minute later.
    work::JobKind job();

private:
    struct Track {
        DueTrack due;
        std::string profile;
        std::vector<std::vector<road::Ping>> pieces;
        std::int64_t pings = 0;
    };
    std::vector<Track> next_tracks(store::Read& read, LearningState& state);
    bool pass(work::JobRun& run);

    store::Store& store_;
    std::shared_ptr<const road::EmbeddedRouter> map_;
};

}  // namespace lastmile
