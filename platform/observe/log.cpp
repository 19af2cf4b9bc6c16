#include "platform/observe/log.hpp"

#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>

#include "platform/base/clock.hpp"
#include "platform/observe/log_format.hpp"

namespace lastmile::observe {
namespace {

constexpr std::size_t queue_lines = 8192;

/// For tests: straight to a function.
class CallSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit CallSink(std::function<void(std::string_view)> call) : call_(std::move(call)) {}

private:
    void sink_it_(const spdlog::details::log_msg& message) override { call_({message.payload.data(), message.payload.size()}); }
    void flush_() override {}
    std::function<void(std::string_view)> call_;
};

struct Log {
    std::shared_ptr<spdlog::details::thread_pool> thread;
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
        log->thread = std::make_shared<spdlog::details::thread_pool>(queue_lines, 1);
        log->logger = std::make_shared<spdlog::async_logger>("lastmile", std::make_shared<spdlog::sinks::stderr_sink_mt>(), log->thread,
                                                             spdlog::async_overflow_policy::overrun_oldest);
    }
    log->logger->set_pattern("%v");
    log->logger->set_level(spdlog::level::trace);   // ours decides
    log->logger->flush_on(spdlog::level::warn);
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
    static auto* slot = new Current;
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
        auto time = to_rfc3339(machine_now());
        if (time.size() == 20) time.insert(19, ".000");   // every line as wide as the next
        const auto line = log->pretty ? pretty_line(time, level, what, fields, log->colours) : json_line(time, level, what, fields);
        log->logger->log(levels[static_cast<int>(level)], spdlog::string_view_t(line.data(), line.size()));
    } catch (...) {  // out of memory: a line less
    }
}

void flush_log() {
    auto fresh = current().load();
    fresh->logger->flush();
    if (!fresh->thread) return;
    // The queue's end is reached when its thread has joined: start another log in its place.
    LogOptions options;
    options.level = static_cast<Level>(lowest.load());
    options.form = fresh->pretty ? LogOptions::Form::pretty : LogOptions::Form::json;
    current().store(make(options));
}

}  // namespace lastmile::observe
