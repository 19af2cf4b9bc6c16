#include "platform/http/worker.hpp"

#include <ctime>

#include "platform/http/answer_head.hpp"
#include "platform/http/connection.hpp"

namespace lastmile::http {
namespace {

constexpr std::chrono::milliseconds coalesce_for{5};

}  // namespace

Response Shared::refusal(int status, std::string_view detail) const {
    return options.refusal ? options.refusal(status, detail) : plain_refusal(status, detail);
}

Millis Shared::now() const {
    const auto time = options.clock ? options.clock() : std::chrono::steady_clock::now();
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Worker::Worker(std::shared_ptr<Shared> with) : shared(std::move(with)) {
    now = shared->now();
    date = http_date(std::time(nullptr));
}

void Worker::run() {
    arm_sweep();
    const auto guard = asio::make_work_guard(context);
    context.run();
}

void Worker::stop() {
    std::vector<std::shared_ptr<Connection>> dropped;
    std::vector<Told> untold;
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    dropped.swap(dirty_);
    untold.swap(told_);
    context.stop();
}

void Worker::clear() {
    context.restart();
    for (auto left = connections_; auto& connection : left) connection->close();
    sweep_timer_.cancel();
    flush_timer_.cancel();
    context.poll();
}

void Worker::adopt(std::shared_ptr<Connection> connection) {
    connection->slot = connections_.size();
    connections_.push_back(std::move(connection));
}

void Worker::forget(Connection& connection) {
    const auto slot = connection.slot;
    if (slot >= connections_.size() || connections_[slot].get() != &connection) return;
    std::swap(connections_[slot], connections_.back());
    connections_[slot]->slot = slot;
    connections_.pop_back();
}

void Worker::arm_sweep() {
    sweep_timer_.expires_after(shared->options.sweep);
    sweep_timer_.async_wait([this](const boost::system::error_code& ec) {
        if (ec) return;
        sweep();
        arm_sweep();
    });
}

void Worker::sweep() {
    now = shared->now();
    date = http_date(std::time(nullptr));
    for (std::size_t i = connections_.size(); i-- > 0;)
        if (i < connections_.size()) {
            const auto connection = connections_[i];  // it may forget itself
            connection->check_deadline(now);
        }
}

void Worker::drain() {
    for (auto all = connections_; auto& connection : all) connection->drain();
}

void Worker::flush_soon(std::shared_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    dirty_.push_back(std::move(connection));
    if (std::exchange(flush_armed_, true)) return;
    asio::post(context, [this] {
        flush_timer_.expires_after(coalesce_for);
        flush_timer_.async_wait([this](const boost::system::error_code& ec) {
            if (!ec) flush_dirty();
        });
    });
}

void Worker::answer_soon(std::shared_ptr<Connection> connection, std::uint64_t number, Response response) {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    told_.push_back({std::move(connection), number, std::move(response)});
    if (!std::exchange(telling_, true)) asio::post(context, [this] { tell_answers(); });
}

void Worker::tell_answers() {
    std::vector<Told> told;
    {
        const std::lock_guard lock(mutex_);
        told.swap(told_);
        telling_ = false;
    }
    for (auto& one : told) one.connection->answer(one.number, std::move(one.response));
}

void Worker::flush_dirty() {
    std::vector<std::shared_ptr<Connection>> dirty;
    {
        const std::lock_guard lock(mutex_);
        dirty.swap(dirty_);
        flush_armed_ = false;
    }
    for (const auto& connection : dirty) connection->flush_stream();
}

}  // namespace lastmile::http
