#include "platform/observe/log_batch.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

namespace lastmile::observe {
namespace {

constexpr std::size_t most_waiting = 4 * 1024 * 1024, enough = 64 * 1024;
constexpr std::chrono::milliseconds gather{10};

void write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(descriptor, bytes.data(), bytes.size());
        if (count > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (count < 0 && errno == EAGAIN) {  // somebody has made the shared end non-blocking
            pollfd room{descriptor, POLLOUT, 0};
            ::poll(&room, 1, 1000);
        } else if (errno != EINTR) {
            return;  // nobody will ever read it
        }
    }
}

}  // namespace

LogBatch::LogBatch(int descriptor, std::function<std::string(std::uint64_t)> tell_lost)
    : descriptor_(descriptor), tell_lost_(std::move(tell_lost)), thread_([this] { work(); }) {}

LogBatch::~LogBatch() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    come_.notify_all();
    thread_.join();
}

void LogBatch::add(std::string_view line, bool urgent) {
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() + line.size() >= most_waiting) {
            ++lost_;
            return;
        }
        waiting_.append(line) += '\n';
        added_ += line.size() + 1;
        wake = idle_ || (!urgent_ && (urgent || waiting_.size() > enough));
        urgent_ |= urgent || waiting_.size() > enough;
        if (wake) idle_ = false;
    }
    if (wake) come_.notify_one();
}

void LogBatch::flush() {
    std::unique_lock lock(mutex_);
    const auto upto = added_;
    urgent_ = true;
    come_.notify_one();
    gone_.wait_for(lock, std::chrono::seconds(2), [&] { return written_ >= upto; });
}

void LogBatch::work() {
    std::string writing;
    std::unique_lock lock(mutex_);
    for (;;) {
        idle_ = true;
        come_.wait(lock, [&] { return closing_ || !waiting_.empty(); });
        idle_ = false;
        if (waiting_.empty()) return;
        come_.wait_for(lock, gather, [&] { return closing_ || urgent_; });
        urgent_ = false;
        writing.clear();
        writing.swap(waiting_);
        const auto upto = added_;
        const auto lost = std::exchange(lost_, 0);
        lock.unlock();
        write_all(descriptor_, writing);
        if (lost > 0) write_all(descriptor_, tell_lost_(lost) + '\n');
        lock.lock();
        written_ = upto;
        gone_.notify_all();
    }
}

}  // namespace lastmile::observe
