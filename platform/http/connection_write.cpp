// The writing half of a connection: what is ready goes out at once if the socket takes it, else when it does.
#include <array>
#include <boost/asio/buffer.hpp>

#include "platform/http/connection.hpp"
#include "platform/http/outlet.hpp"

namespace lastmile::http {
namespace {

constexpr std::chrono::seconds linger_for{2}, linger_at_most{30};   // of silence; in all
constexpr std::chrono::milliseconds rest_of_body{500};               // of silence before it counts as given up

std::array<asio::const_buffer, 2> unwritten(const std::string& out, const std::string& tail, std::size_t written) {
    const auto of_out = std::min(written, out.size());
    const auto of_tail = written - of_out;
    return {asio::const_buffer(out.data() + of_out, out.size() - of_out), asio::const_buffer(tail.data() + of_tail, tail.size() - of_tail)};
}

}  // namespace

/// True when all is written. False: the rest is being written and advance() will be called, or the connection is closed.
bool Connection::flush() {
    if (writing_ || phase_ == Phase::closed) return false;
    if (out_.empty() && tail_.empty()) return true;
    if (!tls_) {
        // A first try without the reactor: most answers fit the socket's buffer, and the loop goes on without a turn of the event loop.
        boost::system::error_code ec;
        const auto count = socket_.write_some(unwritten(out_, tail_, written_), ec);
        if (!ec) account_written(count);
        if (ec && ec != asio::error::would_block && ec != asio::error::try_again) {
            close();
            return false;
        }
        if (out_.empty() && tail_.empty()) return true;
    }
    write_rest();
    return false;
}

void Connection::write_rest() {
    writing_ = true;
    expire_in(shared_.options.write_timeout);
    auto then = [self = shared_from_this()](const boost::system::error_code& ec, std::size_t count) { self->on_written(ec, count); };
    if (tls_)
        tls_->async_write_some(unwritten(out_, tail_, written_), std::move(then));
    else
        socket_.async_write_some(unwritten(out_, tail_, written_), std::move(then));
}

void Connection::account_written(std::size_t count) {
    written_ += count;
    add(worker->counters.sent, count);
    if (written_ < out_.size() + tail_.size()) return;
    written_ = 0;
    out_.clear();
    tail_ = std::move(next_tail_);   // a large body's memory is not kept
    next_tail_.clear();
    if (!next_out_.empty()) out_.swap(next_out_);
}

void Connection::on_written(const boost::system::error_code& ec, std::size_t count) {
    writing_ = false;
    if (phase_ == Phase::closed) return;
    if (ec) return close();
    deadline_ = 0;
    account_written(count);
    if (!out_.empty() || !tail_.empty()) return write_rest();
    if (phase_ == Phase::streaming) outlet_->sent();
    advance();
}

/// Says that nothing more comes, and waits for the peer to say so too: closing on unread input would reset the connection and take the
/// answer away from the peer (RFC 9112 9.6). Where a refused body is still on its way it is let come first, up to a bound: many clients do
/// not read while they write, and take an end in the middle for a failure.
void Connection::linger() {
    if (phase_ != Phase::ending) return;
    phase_ = Phase::lingering;
    discarded_ = 0;
    linger_until_ = worker->now + std::chrono::milliseconds(linger_at_most).count();
    if (!owed_) return say_end();
    linger_on();
    read();
}

/// Waits on: less for the rest of a body, then for the peer's end.
void Connection::linger_on() {
    expire_in(end_said_ ? std::chrono::milliseconds(linger_for) : rest_of_body);
    if (deadline_ > linger_until_) deadline_ = linger_until_;
}

void Connection::say_end() {
    end_said_ = true;
    linger_on();
    boost::system::error_code ec;
    if (!tls_) {
        socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ec);
        return read();
    }
    if (reading_) return close();
    tls_->async_shutdown([self = shared_from_this()](const boost::system::error_code&) { self->close(); });
}

}  // namespace lastmile::http
