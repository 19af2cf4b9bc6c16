#include "connectors/port/connector.hpp"

namespace lastmile::connectors {

std::optional<std::string> TokenCache::find(const std::string& key, Instant now) const {
    const std::lock_guard lock(mutex_);
    const auto found = held_.find(key);
    if (found == held_.end() || found->second.until <= now) return std::nullopt;
    return found->second.token;
}

void TokenCache::keep(const std::string& key, std::string token, Instant until) {
    const std::lock_guard lock(mutex_);
    held_.insert_or_assign(key, Held{std::move(token), until});
}

void TokenCache::drop(const std::string& key) {
    const std::lock_guard lock(mutex_);
    held_.erase(key);
}

}  // namespace lastmile::connectors
