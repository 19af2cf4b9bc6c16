#include "features/eta/live_etas.hpp"

namespace lastmile {

std::shared_ptr<void> LiveEtas::listen(Partition partition, Listener listener) {
    auto ear = std::make_shared<Ear>(partition, std::move(listener));
    const std::lock_guard lock(mutex_);
    std::erase_if(ears_, [](const auto& weak) { return weak.expired(); });
    ears_.push_back(ear);
    return ear;
}

void LiveEtas::changed(Partition partition, const std::vector<LiveEta>& etas) {
    std::vector<std::shared_ptr<Ear>> hearing;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& weak : ears_)
            if (auto ear = weak.lock(); ear && ear->partition == partition) hearing.push_back(std::move(ear));
    }
    for (const auto& ear : hearing)
        for (const auto& eta : etas) ear->listener(eta);
}

}  // namespace lastmile
