#include "platform/api/rate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lastmile::api {

Allowance RateLimiter::take(const std::string& who, int per_minute, std::chrono::steady_clock::time_point now) {
    const double most = std::max(1, per_minute), per_second = most / 60.0;
    const std::lock_guard lock(mutex_);
    auto found = buckets_.find(who);
    if (found == buckets_.end()) {
        if (buckets_.size() >= most_) {
            buckets_.erase(ages_.back());
            ages_.pop_back();
        }
        ages_.push_front(who);
        found = buckets_.emplace(who, Bucket{most, now, ages_.begin()}).first;
    } else {
        ages_.splice(ages_.begin(), ages_, found->second.age);
    }
    auto& bucket = found->second;
    const double passed = std::max(0.0, std::chrono::duration<double>(now - bucket.at).count());
    bucket.tokens = std::min(most, bucket.tokens + passed * per_second);
    bucket.at = now;
    Allowance allowance{.limit = static_cast<int>(most)};
    // A hair below one is one: refilling sums rounding errors.
    allowance.granted = bucket.tokens >= 1 - 1e-9;
    if (allowance.granted) bucket.tokens = std::max(0.0, bucket.tokens - 1);
    allowance.remaining = static_cast<int>(std::floor(bucket.tokens + 1e-9));
    allowance.reset_s = static_cast<int>(std::ceil((most - bucket.tokens) / per_second - 1e-6));
    allowance.retry_s = allowance.granted ? 0 : std::max(1, static_cast<int>(std::ceil((1 - bucket.tokens) / per_second - 1e-6)));
    return allowance;
}

void add_rate_headers(const Allowance& a, http::Headers& headers) {
    // `t` is when quota comes back; Retry-After, where there is one, is never earlier.
    const int t = a.granted ? a.reset_s : a.retry_s;
    headers.emplace_back("RateLimit-Policy", fmt::format("\"minute\";q={};w=60", a.limit));
    headers.emplace_back("RateLimit", fmt::format("\"minute\";r={};t={}", a.remaining, t));
    headers.emplace_back("RateLimit-Limit", std::to_string(a.limit));
    headers.emplace_back("RateLimit-Remaining", std::to_string(a.remaining));
    headers.emplace_back("RateLimit-Reset", std::to_string(t));
    if (!a.granted) headers.emplace_back("Retry-After", std::to_string(a.retry_s));
}

}  // namespace lastmile::api
