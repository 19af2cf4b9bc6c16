#include "features/eta/eta_desk.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "features/dispatch/board.hpp"
#include "features/positions/position_store.hpp"
#include "platform/observe/log.hpp"

namespace lastmile {
namespace {

/// A route is predicted anew this often at most, unless its pings say that more time has passed (a batch, a clock that was set forward).
constexpr std::chrono::seconds pause{10};
constexpr Seconds long_since{30};
constexpr std::size_t most_remembered = 20'000;

const Origin& origin() {
    static const Origin by_eta = [] {
        Origin made;
        made.actor = {"system", "eta", {}};
        made.source = "system";
        return made;
    }();
    return by_eta;
}

}  // namespace

EtaDesk::EtaDesk(store::Store& store, const Dispatch& dispatch, LivePlaces& places) : store_(store), dispatch_(dispatch), places_(places) {}

EtaDesk::~EtaDesk() {
    ear_.reset();
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void EtaDesk::start() {
    thread_ = std::thread([this] { work(); });
    ear_ = places_.listen([this](Partition partition, const DriverPlace& place) { moved(partition, place); });
}

/// On a store thread: only noted.
void EtaDesk::moved(Partition partition, const DriverPlace& place) {
    const std::lock_guard lock(mutex_);
    const Who who{partition, place.driver_id};
    const auto now = Clock::now();
    auto due = now;
    if (const auto last = last_.find(who); last != last_.end() && place.location.timestamp && *place.location.timestamp - last->second.at < long_since)
        due = std::max(now, last->second.done + pause);
    const auto [at, fresh] = waiting_.try_emplace(who, Waiting{place, due});
    if (!fresh) at->second.place = place, at->second.due = std::min(at->second.due, due);
    changed_.notify_all();
}

void EtaDesk::work() {
    // Predictions give way to requests.
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), 5);
    std::unique_lock lock(mutex_);
    while (!closing_) {
        const auto next = std::ranges::min_element(waiting_, {}, [](const auto& entry) { return entry.second.due; });
        if (next == waiting_.end()) {
            changed_.wait(lock);
            continue;
        }
        if (const auto due = next->second.due; due > Clock::now()) {
            changed_.wait_until(lock, due);
            continue;
        }
        const auto [who, waiting] = *next;
        waiting_.erase(next);
        if (last_.size() > most_remembered) last_.clear();
        last_[who] = {Clock::now(), waiting.place.location.timestamp.value_or(Instant{})};
        lock.unlock();
        try {
            look_at(who.first, waiting.place);
        } catch (const std::exception& fault) {
            observe::warn("an arrival could not be predicted", {{"driver_id", who.second.text()}, {"reason", fault.what()}});
        }
        lock.lock();
    }
}

std::optional<eta::Sighting> EtaDesk::sighting(store::Read& read, const AssignmentRow& row, const DriverPlace& place, const RoutePricer& pricer) const {
    const auto* next = next_stop_of(row);
    const auto* there = next ? row.place(next->id) : nullptr;
    if (!there || !place.location.timestamp) return std::nullopt;
    const auto wheels = dispatch::wheels_of(read, row.vehicle_id);
    const geo::Point points[] = {{place.location.lat, place.location.lon}, there->point()};
    auto legs = pricer.legs(points, wheels.profile);
    if (legs.empty()) legs = StraightLine().legs(points, wheels.profile);
    // As it takes at this time of day, by what was learnt of these streets.
    const auto& way = legs.front();
    const double seconds = way.departing ? way.departing(*place.location.timestamp) : way.seconds;
    return eta::Sighting{next->id, *place.location.timestamp, seconds / wheels.speed_factor, way.metres};
}

/// One way to the next stop is asked of the roads, outside of the command; the rest of the route has its ways already.
void EtaDesk::look_at(Partition partition, const DriverPlace& place) {
    std::vector<Running> running;
    store_.look(partition, [&](store::Read& read) {
        for (const auto& row : assignments_of_driver(read, place.driver_id, false)) {
            if (row.status != AssignmentState::in_progress && row.status != AssignmentState::paused) continue;
            running.push_back({row.id, row.status == AssignmentState::paused, {}});
            if (!running.back().paused) running.back().seen = sighting(read, row, place, *dispatch_.pricer(read, read.now().business));
        }
    });
    for (const auto& route : running)
        store_.run(partition, origin(), [&](store::Tx& tx) {
            if (route.paused) return hear_again(tx, route.id);
            auto row = lock_assignment(tx, route.id);
            if (!row || row->status != AssignmentState::in_progress) return;
            heed_fence(tx, *row, place);
            if (row->status == AssignmentState::in_progress) eta::predict(tx, *row, route.seen, live);
        });
}

/// He was paused for his silence alone: he goes on. What a person has paused, a person resumes.
void EtaDesk::hear_again(store::Tx& tx, Id<Assignment> id) {
    const auto silent = tx.query("select 1 from exceptions where partition = $1 and assignment_id = $2 and type = 'driver_silent' and state <> 'resolved' limit 1", {id});
    if (silent.empty()) return;
    dispatch::Board board(tx, dispatch_);
    board.lock({id}, {});
    auto* row = board.assignment(id);
    if (!row || row->status != AssignmentState::paused) return;
    board.apply(*row, assignments::resume(row->lifecycle));
    board.settle_routes();
}

}  // namespace lastmile
