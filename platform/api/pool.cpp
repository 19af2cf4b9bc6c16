#include "platform/api/pool.hpp"

namespace lastmile::api {

Pool::Pool(int threads, std::size_t queue_limit) : limit_(queue_limit) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Pool::~Pool() { close(); }

bool Pool::post(std::function<void(bool)> task, std::chrono::milliseconds deadline) {
    {
        const std::lock_guard lock(mutex_);
        if (closing_ || queue_.size() >= limit_) return false;
        queue_.push_back({std::move(task), std::chrono::steady_clock::now() + deadline});
    }
    wake_.notify_one();
    return true;
}

void Pool::close() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

void Pool::work() {
    for (;;) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return closing_ || !queue_.empty(); });
        if (queue_.empty()) return;
        auto task = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        task.run(std::chrono::steady_clock::now() > task.until);
    }
}

}  // namespace lastmile::api
