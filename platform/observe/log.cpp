#include "platform/observe/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "platform/base/clock.hpp"
#include "platform/observe/log_batch.hpp"
#include "platform/observe/log_format.hpp"

namespace lastmile::observe {
namespace {

/// For tests: straight to a function.
class CallSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit CallSink(std::function<void(std::string_view)> call) : call_(std::move(call)) {}

private:
    void sink_it_(const spdlog::details::log_msg& message) override { call_({message.payload.data(), message.payload.size()}); }
    void flush_() override {}
    std::function<void(std::string_view)> call_;
};

/// To standard error, in batches.
class BatchSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
    explicit BatchSink(std::shared_ptr<LogBatch> batch) : batch_(std::move(batch)) {}

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        batch_->add({message.payload.data(), message.payload.size()}, message.level >= spdlog::level::warn);
    }
    void flush_() override {}
    std::shared_ptr<LogBatch> batch_;
};

std::string timestamp() {
    auto time = to_rfc3339(machine_now());
    if (time.size() == 20) time.insert(19, ".000");   // every line as wide as the next
    return time;
}

struct Log {
    std::shared_ptr<LogBatch> batch;
    std::shared_ptr<spdlog::logger> logger;
    bool pretty = false;
    bool colours = false;
};

std::shared_ptr<const Log> make(const LogOptions& options) {
    auto log = std::make_shared<Log>();
    if (options.sink) {
        log->logger = std::make_shared<spdlog::logger>("lastmile", std::make_shared<CallSink>(options.sink));
        log->pretty = options.form == LogOptions::Form::pretty;
    } else {
        const bool terminal = ::isatty(STDERR_FILENO) == 1;
        log->pretty = options.form == LogOptions::Form::pretty || (options.form == LogOptions::Form::automatic && terminal);
        log->colours = terminal;
        log->batch = std::make_shared<LogBatch>(STDERR_FILENO, [pretty = log->pretty, colours = log->colours](std::uint64_t lost) {
            const Fields fields{{"lines", lost}};
            return pretty ? pretty_line(timestamp(), Level::warn, "log lines were lost", fields, colours)
                          : json_line(timestamp(), Level::warn, "log lines were lost", fields);
        });
        log->logger = std::make_shared<spdlog::logger>("lastmile", std::make_shared<BatchSink>(log->batch));
    }
    log->logger->set_pattern("%v");
    log->logger->set_level(spdlog::level::trace);   // ours decides
    return log;
}

std::atomic<int> lowest{static_cast<int>(Level::info)};

class Current {
public:
    std::shared_ptr<const Log> load() {
        const std::lock_guard lock(mutex_);
        return log_;
    }
    void store(std::shared_ptr<const Log> log) {
        const std::lock_guard lock(mutex_);
        log_.swap(log);   // the old one's thread ends, with its last lines written, when nobody uses it any more
    }

private:
    std::mutex mutex_;
    std::shared_ptr<const Log> log_ = make({});
};

/// Never destroyed: other statics may log while they end.
Current& current() {
    static auto* slot = [] {
        std::atexit(flush_log);
        return new Current;
    }();
    return *slot;
}

constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};

}  // namespace

void configure_log(LogOptions options) {
    lowest.store(static_cast<int>(options.level), std::memory_order_relaxed);
    current().store(make(options));
}

bool log_enabled(Level level) { return static_cast<int>(level) >= lowest.load(std::memory_order_relaxed); }

void log(Level level, std::string_view what, Fields fields) noexcept {
    if (!log_enabled(level)) return;
    try {
        const auto log = current().load();
        const auto time = timestamp();
        const auto line = log->pretty ? pretty_line(time, level, what, fields, log->colours) : json_line(time, level, what, fields);
        log->logger->log(levels[static_cast<int>(level)], spdlog::string_view_t(line.data(), line.size()));
    } catch (...) {  // out of memory: a line less
    }
}

void flush_log() {
    if (const auto log = current().load(); log->batch) log->batch->flush();
}

}  // namespace lastmile::observe
