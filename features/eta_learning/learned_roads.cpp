#include "features/eta_learning/learned_roads.hpp"

#include "features/areas/time_zone.hpp"
#include "features/eta_learning/speed_store.hpp"

namespace lastmile {

int hour_of_week(const std::string& zone, Instant at) {
    const auto wall = wall_clock(zone, at);
    return wall.weekday() * 24 + wall.time.minutes / 60;
}

LearnedRoads::LearnedRoads(store::Store& store) : store_(store), thread_([this] { work(); }) {}

LearnedRoads::~LearnedRoads() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

PartitionSpeeds LearnedRoads::known(store::Read& read) {
    const auto partition = read.partition();
    const auto state = learning_state(read);
    const bool in_command = dynamic_cast<store::Tx*>(&read) != nullptr;
    {
        const std::lock_guard lock(mutex_);
        if (state.revision == 0) kept_.erase(partition);  // nothing yet, or the partition was reset
        if (state.revision == 0) return {};
        const auto& kept = kept_[partition];
        if (kept.revision == state.revision) return kept.speeds;
        if (in_command) {
            stale_.insert(partition);
            changed_.notify_all();
            return kept.speeds;
        }
    }
    auto speeds = std::make_shared<const road::LearnedSpeeds>(all_samples(read));
    const std::lock_guard lock(mutex_);
    auto& kept = kept_[partition];
    kept = {state.revision, {speeds->empty() ? nullptr : std::move(speeds), state.time_zone}};
    return kept.speeds;
}

void LearnedRoads::work() {
    std::unique_lock lock(mutex_);
    while (!closing_) {
        changed_.wait(lock, [this] { return closing_ || !stale_.empty(); });
        for (const auto& partition : std::exchange(stale_, {})) {
            if (closing_) return;
            lock.unlock();
            try {
                store_.look(partition, [this](store::Read& read) { (void)known(read); });
            } catch (const std::exception&) {
                // The store said why; the next command asks again.
            }
            lock.lock();
        }
    }
}

}  // namespace lastmile
