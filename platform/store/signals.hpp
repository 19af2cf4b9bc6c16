#pragma once
// Wake-ups within a process, by channel.
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace lastmile::store {

class Signals {
public:
    using Listener = std::shared_ptr<const std::function<void()>>;
    Listener listen(std::string_view channel, std::function<void()> wake) {
        auto listener = std::make_shared<const std::function<void()>>(std::move(wake));
        std::lock_guard lock(mutex_);
        listeners_[std::string(channel)].push_back(listener);
        return listener;
    }
    void wake(std::string_view channel) {
        std::vector<Listener> awake;
        {
            std::lock_guard lock(mutex_);
            auto found = listeners_.find(channel);
            if (found == listeners_.end()) return;
            std::erase_if(found->second, [](const auto& listener) { return listener.expired(); });
            for (const auto& weak : found->second)
                if (auto listener = weak.lock()) awake.push_back(std::move(listener));
        }
        for (const auto& listener : awake) (*listener)();
    }
    void wake_all() {
        std::vector<std::string> channels;
        {
            std::lock_guard lock(mutex_);
            for (const auto& [channel, _] : listeners_) channels.push_back(channel);
        }
        for (const auto& channel : channels) wake(channel);
    }

private:
    std::mutex mutex_;
    std::map<std::string, std::vector<std::weak_ptr<const std::function<void()>>>, std::less<>> listeners_;
};

}  // namespace lastmile::store
