#pragma once
// Token buckets, one per credential (or address of a stranger), bounded in number.
#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "platform/http/message.hpp"

namespace lastmile::api {

struct Allowance {
    bool granted = true;
    int limit = 0;       // a minute
    int remaining = 0;
    int reset_s = 0;     // until full again
    int retry_s = 0;     // until the next one is granted
};

/// A burst of `per_minute`, refilled evenly. The least recently used of too many buckets is forgotten (it starts full).
class RateLimiter {
public:
    explicit RateLimiter(std::size_t most_buckets = 100'000) : most_(most_buckets) {}
    Allowance take(const std::string& who, int per_minute, std::chrono::steady_clock::time_point now);

private:
    struct Bucket {
        double tokens;
        std::chrono::steady_clock::time_point at;
        std::list<std::string>::iterator age;
    };
    std::size_t most_;
    std::mutex mutex_;
    std::list<std::string> ages_;  // newest first
    std::unordered_map<std::string, Bucket> buckets_;
};

/// RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10), and the three older ones for SDKs.
void add_rate_headers(const Allowance& allowance, http::Headers& headers);

}  // namespace lastmile::api
