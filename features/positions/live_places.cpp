#include "features/positions/live_places.hpp"

#include <algorithm>

namespace lastmile {

std::shared_ptr<void> LivePlaces::listen(Partition partition, Listener listener) {
    return keep(std::make_shared<Ear>(partition, [listener = std::move(listener)](Partition, const DriverPlace& place) { listener(place); }));
}

std::shared_ptr<void> LivePlaces::listen(Everywhere listener) { return keep(std::make_shared<Ear>(std::nullopt, std::move(listener))); }

std::shared_ptr<void> LivePlaces::keep(std::shared_ptr<Ear> ear) {
    const std::lock_guard lock(mutex_);
    std::erase_if(ears_, [](const auto& weak) { return weak.expired(); });
    ears_.push_back(ear);
    return ear;
}

std::vector<Partition> LivePlaces::heard() {
    const std::lock_guard lock(mutex_);
    std::vector<Partition> all;
    for (const auto& weak : ears_)
        if (const auto ear = weak.lock(); ear && ear->partition && std::ranges::find(all, *ear->partition) == all.end()) all.push_back(*ear->partition);
    std::erase_if(told_, [&](const auto& one) { return std::ranges::find(all, one.first, &Partition::number) == all.end(); });
    return all;
}

/// Under the lock.
bool LivePlaces::newer(Partition partition, const DriverPlace& place) {
    auto& last = told_[partition.number][place.driver_id];
    const auto at = place.location.timestamp.value_or(Instant{});
    return at > last ? (last = at, true) : false;
}

void LivePlaces::tell(Partition partition, const DriverPlace& place, bool own) {
    std::vector<std::shared_ptr<Ear>> hearing;
    {
        const std::lock_guard lock(mutex_);
        bool somebody = false;
        for (const auto& weak : ears_)
            if (auto ear = weak.lock(); ear && (ear->partition ? *ear->partition == partition : own)) {
                somebody |= ear->partition.has_value();
                hearing.push_back(std::move(ear));
            }
        if (somebody && !newer(partition, place) && !own) return;
    }
    for (const auto& ear : hearing) ear->listener(partition, place);
}

void LivePlaces::moved(Partition partition, const DriverPlace& place) { tell(partition, place, true); }
void LivePlaces::moved_elsewhere(Partition partition, const DriverPlace& place) { tell(partition, place, false); }

}  // namespace lastmile
