#include "features/positions/live_places.hpp"

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

void LivePlaces::moved(Partition partition, const DriverPlace& place) {
    std::vector<std::shared_ptr<Ear>> hearing;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& weak : ears_)
            if (auto ear = weak.lock(); ear && (!ear->partition || *ear->partition == partition)) hearing.push_back(std::move(ear));
    }
    for (const auto& ear : hearing) ear->listener(partition, place);
}

}  // namespace lastmile
