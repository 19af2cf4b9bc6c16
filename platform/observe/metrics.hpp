#pragma once
// Counters, gauges and histograms with labels; the Prometheus text format 0.0.4. Counting takes a few ns and no lock; finding a series
// by its labels takes one, so keep the reference.
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lastmile::observe {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// Spread over cache lines by thread: threads that count do not wait for each other.
class Counter {
public:
    void add(std::uint64_t by = 1) { shards_[shard()].value.fetch_add(by, std::memory_order_relaxed); }
    std::uint64_t value() const;
    static std::size_t shard();
    static constexpr std::size_t shards = 8;

private:
    struct alignas(64) Shard {
        std::atomic<std::uint64_t> value{0};
    };
    std::array<Shard, shards> shards_;
};

class Gauge {
public:
    void set(double value) { value_.store(value, std::memory_order_relaxed); }
    void add(double by) { value_.fetch_add(by, std::memory_order_relaxed); }
    double value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<double> value_{0};
};

/// Upper bounds ascending; `+Inf` is added.
class Histogram {
public:
    explicit Histogram(std::vector<double> bounds);
    void observe(double value);
    /// Counts per bucket (not cumulative), the last for what is above all bounds.
    std::vector<std::uint64_t> counts() const;
    double sum() const;
    const std::vector<double>& bounds() const { return bounds_; }

private:
    struct alignas(64) Shard {
        std::unique_ptr<std::atomic<std::uint64_t>[]> counts;
        std::atomic<double> sum{0};
    };
    std::vector<double> bounds_;
    std::array<Shard, Counter::shards> shards_;
};

/// 1 ms to 10 s, in seconds.
std::vector<double> latency_bounds();

/// Families by name. References stay valid as long as the registry. A family takes at most 1,000 series: more go into one whose label
/// values are all `other`, so that labels from outside cannot fill the memory.
class Metrics {
public:
    /// Throws std::logic_error when `name` is no metric name or is known as another kind.
    Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
    Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
    Histogram& histogram(std::string_view name, std::string_view help, std::vector<double> bounds, Labels labels = {});
    /// Called before each exposition: sets gauges that are read rather than counted.
    void before_scrape(std::function<void()> fill);
    std::string text() const;

private:
    struct Series {
        Labels labels;
        std::unique_ptr<Counter> counter{};
        std::unique_ptr<Gauge> gauge{};
        std::unique_ptr<Histogram> histogram{};
    };
    struct Family {
        std::string help, kind;
        std::map<std::string, Series> series{};
    };
    Series& series(std::string_view name, std::string_view help, std::string_view kind, Labels labels);

    mutable std::mutex mutex_;
    std::map<std::string, Family, std::less<>> families_;
    std::vector<std::function<void()>> fillers_;
};

/// Resident memory, open files, threads, processor seconds, start time, under the names that Prometheus' own clients use.
void add_process_metrics(Metrics& metrics);

/// The process's registry.
Metrics& metrics();

}  // namespace lastmile::observe
