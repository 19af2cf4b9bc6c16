#include "platform/observe/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace lastmile::observe {
namespace {

constexpr std::size_t max_series = 1000;

bool is_name(std::string_view name) {
    return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':';
    });
}

std::string escaped(std::string_view text, bool quotes) {
    std::string out;
    for (const char c : text) {
        if (c == '\\') out += "\\\\";
        else if (c == '\n') out += "\\n";
        else if (c == '"' && quotes) out += "\\\"";
        else out += c;
    }
    return out;
}

/// `a="b",c="d"`: the series' key, and what stands in the braces.
std::string joined(const Labels& labels) {
    std::string out;
    for (const auto& [name, value] : labels) out += (out.empty() ? "" : ",") + name + "=\"" + escaped(value, true) + "\"";
    return out;
}

std::string number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    return fmt::format("{}", value);
}

void append_histogram(std::string& out, std::string_view name, std::string_view labels, const Histogram& histogram) {
    const auto counts = histogram.counts();
    const auto comma = labels.empty() ? "" : ",";
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        total += counts[i];
        const auto bound = i < histogram.bounds().size() ? number(histogram.bounds()[i]) : "+Inf";
        out += fmt::format("{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, comma, bound, total);
    }
    const auto braces = labels.empty() ? std::string() : fmt::format("{{{}}}", labels);
    out += fmt::format("{}_sum{} {}\n{}_count{} {}\n", name, braces, number(histogram.sum()), name, braces, total);
}

}  // namespace

std::size_t Counter::shard() {
    static std::atomic<std::size_t> next{0};
    thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed) % shards;
    return mine;
}

std::uint64_t Counter::value() const {
    std::uint64_t sum = 0;
    for (const auto& shard : shards_) sum += shard.value.load(std::memory_order_relaxed);
    return sum;
}

Histogram::Histogram(std::vector<double> bounds) : bounds_(std::move(bounds)) {
    if (!std::ranges::is_sorted(bounds_)) throw std::logic_error("histogram bounds must ascend");
    for (auto& shard : shards_) shard.counts = std::make_unique<std::atomic<std::uint64_t>[]>(bounds_.size() + 1);
}

void Histogram::observe(double value) {
    auto& shard = shards_[Counter::shard()];
    const auto at = static_cast<std::size_t>(std::ranges::lower_bound(bounds_, value) - bounds_.begin());
    shard.counts[at].fetch_add(1, std::memory_order_relaxed);
    shard.sum.fetch_add(value, std::memory_order_relaxed);
}

std::vector<std::uint64_t> Histogram::counts() const {
    std::vector<std::uint64_t> sums(bounds_.size() + 1);
    for (const auto& shard : shards_)
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += shard.counts[i].load(std::memory_order_relaxed);
    return sums;
}

double Histogram::sum() const {
    double sum = 0;
    for (const auto& shard : shards_) sum += shard.sum.load(std::memory_order_relaxed);
    return sum;
}

std::vector<double> latency_bounds() { return {.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}; }

Metrics::Series& Metrics::series(std::string_view name, std::string_view help, std::string_view kind, Labels labels) {
    if (!is_name(name)) throw std::logic_error(fmt::format("{} is no metric name", name));
    for (const auto& label : labels)
        if (!is_name(label.first)) throw std::logic_error(fmt::format("{} is no label name", label.first));
    auto& family = families_.try_emplace(std::string(name), Family{std::string(help), std::string(kind)}).first->second;
    if (family.kind != kind) throw std::logic_error(fmt::format("{} is a {} already", name, family.kind));
    auto key = joined(labels);
    if (family.series.size() >= max_series && !family.series.contains(key)) {
        for (auto& label : labels) label.second = "other";
        key = joined(labels);
    }
    auto& found = family.series[key];
    found.labels = std::move(labels);
    return found;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, Labels labels) {
    const std::lock_guard lock(mutex_);
    auto& slot = series(name, help, "counter", std::move(labels)).counter;
    if (!slot) slot = std::make_unique<Counter>();
    return *slot;
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, Labels labels) {
    const std::lock_guard lock(mutex_);
    auto& slot = series(name, help, "gauge", std::move(labels)).gauge;
    if (!slot) slot = std::make_unique<Gauge>();
    return *slot;
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help, std::vector<double> bounds, Labels labels) {
    const std::lock_guard lock(mutex_);
    auto& slot = series(name, help, "histogram", std::move(labels)).histogram;
    if (!slot) slot = std::make_unique<Histogram>(std::move(bounds));
    return *slot;
}

void Metrics::before_scrape(std::function<void()> fill) {
    const std::lock_guard lock(mutex_);
    fillers_.push_back(std::move(fill));
}

std::string Metrics::text() const {
    std::vector<std::function<void()>> fillers;
    {
        const std::lock_guard lock(mutex_);
        fillers = fillers_;
    }
    for (const auto& fill : fillers) fill();   // without the lock: they ask for series
    const std::lock_guard lock(mutex_);
    std::string out;
    for (const auto& [name, family] : families_) {
        // A gauge named _total shows a count that is kept elsewhere: to Prometheus it is a counter.
        const std::string_view kind = family.kind == "gauge" && name.ends_with("_total") ? "counter" : std::string_view(family.kind);
        out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, escaped(family.help, false), name, kind);
        for (const auto& [labels, series] : family.series) {
            const auto braces = labels.empty() ? std::string() : fmt::format("{{{}}}", labels);
            if (series.counter) out += fmt::format("{}{} {}\n", name, braces, series.counter->value());
            if (series.gauge) out += fmt::format("{}{} {}\n", name, braces, number(series.gauge->value()));
            if (series.histogram) append_histogram(out, name, labels, *series.histogram);
        }
    }
    return out;
}

Metrics& metrics() {
    static auto* registry = new Metrics;   // lives as long as any thread that counts
    return *registry;
}

}  // namespace lastmile::observe
