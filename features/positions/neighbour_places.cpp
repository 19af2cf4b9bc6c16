#include "features/positions/neighbour_places.hpp"

#include "features/positions/position_store.hpp"

namespace lastmile {
namespace {

constexpr std::chrono::seconds pause{1};
/// A commit may show later than one that began after it.
constexpr std::chrono::seconds overlap{10};

}  // namespace

NeighbourPlaces::~NeighbourPlaces() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    closing_soon_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void NeighbourPlaces::start() {
    if (store_.dialect() == "postgresql") thread_ = std::thread([this] { work(); });
}

void NeighbourPlaces::look() {
    const auto heard = places_.heard();
    std::erase_if(since_, [&](const auto& one) { return std::ranges::find(heard, one.first, &Partition::number) == heard.end(); });
    for (const auto partition : heard) {
        std::vector<DriverPlace> moved;
        store_.look(partition, [&](store::Read& read) {
            const auto [at, first] = since_.try_emplace(partition.number, read.now().machine);
            moved = places_received_since(read, at->second - overlap);
            at->second = read.now().machine;
        });
        for (const auto& place : moved) places_.moved_elsewhere(partition, place);
    }
}

void NeighbourPlaces::work() {
    std::unique_lock lock(mutex_);
    while (!closing_soon_.wait_for(lock, pause, [this] { return closing_; })) {
        lock.unlock();
        try {
            look();
        } catch (const std::exception&) {
            // The store said why in the log.
        }
        lock.lock();
    }
}

}  // namespace lastmile
