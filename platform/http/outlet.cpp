#include "platform/http/outlet.hpp"

#include "platform/http/connection.hpp"

namespace lastmile::http {

Outlet::Outlet(std::shared_ptr<Connection> connection)
    : connection_(std::move(connection)), limit_(connection_->worker->shared->options.stream_buffer_bytes) {}

bool Outlet::put(std::string_view a, std::string_view b, std::string_view c) {
    bool fits = false;
    {
        const std::lock_guard lock(mutex_);
        if (closing_ || gone_) return false;
        fits = in_flight_ + pending_.size() + a.size() + b.size() + c.size() <= limit_;
        if (fits) {
            // Copied: a write gathers all that came within a few ms, which beats a buffer a frame.
            pending_.append(a).append(b).append(c);
            if (std::exchange(told_, true)) return true;
        } else {
            closing_ = true;
            pending_ = {};
        }
    }
    if (fits)
        connection_->worker->flush_soon(connection_);
    else
        connection_->worker->post([connection = connection_] { connection->cut(); });
    return fits;
}

void Outlet::receive_later(std::shared_ptr<Outlet> self) {
    connection_->worker->post([self = std::move(self)] { self->receive({}); });
}

bool Outlet::finish(std::string_view last_bytes) {
    {
        const std::lock_guard lock(mutex_);
        if (gone_ || std::exchange(closing_, true)) return false;
        pending_ += last_bytes;
    }
    connection_->worker->flush_soon(connection_);
    return true;
}

std::string Outlet::take(bool& last) {
    const std::lock_guard lock(mutex_);
    told_ = false;
    last = closing_;
    in_flight_ = pending_.size();
    return std::exchange(pending_, {});
}

void Outlet::sent() {
    const std::lock_guard lock(mutex_);
    in_flight_ = 0;
}

void Outlet::gone() {
    std::vector<std::function<void()>> then;
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(gone_, true)) return;
        then.swap(on_close_);
        pending_ = {};
    }
    for (const auto& call : then) call();
}

void Outlet::on_close(std::function<void()> then) {
    {
        const std::lock_guard lock(mutex_);
        if (!gone_) {
            on_close_.push_back(std::move(then));
            return;
        }
    }
    then();
}

}  // namespace lastmile::http
