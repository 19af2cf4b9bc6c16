#include "platform/http/connection.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>

#include "platform/http/answer.hpp"
#include "platform/http/outlet.hpp"

namespace lastmile::http {
namespace {

constexpr std::size_t first_buffer = 4 * 1024, body_buffer = 64 * 1024;
constexpr std::size_t inline_body = 16 * 1024;         // larger bodies are not copied behind their head
constexpr std::size_t batch = 64 * 1024;               // pipelined answers that share a write
constexpr std::size_t max_chunk_line = 16 * 1024;
constexpr std::size_t spooled_a_second = 16 * 1024;
constexpr std::size_t max_discarded = 64 * 1024 * 1024;

}  // namespace

Connection::Connection(std::shared_ptr<Worker> on, Socket socket, std::string peer, std::shared_ptr<asio::ssl::context> tls)
    : worker(std::move(on)), shared_(*worker->shared), socket_(std::move(socket)), tls_context_(std::move(tls)), peer_(std::move(peer)) {
    if (tls_context_) tls_.emplace(socket_, *tls_context_);
}

void Connection::start() {
    worker->adopt(shared_from_this());
    if (shared_.draining) return close();
    boost::system::error_code ec;
    socket_.non_blocking(true, ec);
    socket_.set_option(asio::ip::tcp::no_delay(true), ec);
    expire_in(shared_.options.header_timeout);
    if (!tls_) return read();
    phase_ = Phase::handshake;
    tls_->async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](const boost::system::error_code& error) {
        if (self->phase_ != Phase::handshake) return;
        if (error) return self->close();
        self->phase_ = Phase::head;
        self->read();
    });
}

void Connection::close() {
    if (phase_ == Phase::closed) return;
    const auto self = shared_from_this();
    phase_ = Phase::closed;
    deadline_ = 0;
    boost::system::error_code ec;
    socket_.close(ec);
    parser_.reset();
    worker->forget(*this);
    add(worker->counters.closed);
    if (const auto outlet = std::exchange(outlet_, nullptr)) {
        add(frame_.framing == Framing::upgrade ? worker->counters.websockets_closed : worker->counters.streams_closed);
        outlet->gone();
    }
    if (shared_.open.fetch_sub(1) == 1 && shared_.draining) {
        const std::lock_guard lock(shared_.mutex);
        shared_.emptied.notify_all();
    }
}

void Connection::cut() {
    if (phase_ == Phase::closed) return;
    add(worker->counters.cut);
    close();
}

void Connection::check_deadline(Millis now) {
    if (frame_.framing == Framing::upgrade && outlet_ && !writing_) check_silence(now);
    if (deadline_ == 0 || now < deadline_) return;
    if (writing_) return cut();
    if (phase_ == Phase::lingering) return end_said_ || now >= linger_until_ ? close() : say_end();
    add(worker->counters.timed_out);
    switch (phase_) {
        case Phase::head:
            if (begin_ == end_) return close();
            [[fallthrough]];
        case Phase::body:
            refuse(408, "the request did not arrive in time");
            return advance();
        default: return close();
    }
}

void Connection::check_silence(Millis now) {
    const auto silent = now - heard_, allowed = static_cast<Millis>(shared_.options.websocket_ping.count());
    if (silent >= 2 * allowed) return cut();
    if (silent >= allowed && !std::exchange(pinged_, true)) outlet_->silent();
}

void Connection::drain() {
    if (outlet_) return outlet_->leave();
    if (phase_ == Phase::handshake || (phase_ == Phase::head && begin_ == end_ && out_.empty())) close();
}

void Connection::make_room() {
    if (begin_ == end_) begin_ = end_ = 0;
    const auto wanted = phase_ == Phase::body ? body_buffer : first_buffer;
    if (in_.size() - end_ >= wanted / 2) return;
    if (begin_ > 0) {
        std::copy(in_.begin() + static_cast<std::ptrdiff_t>(begin_), in_.begin() + static_cast<std::ptrdiff_t>(end_), in_.begin());
        end_ -= begin_;
        begin_ = 0;
    }
    if (in_.size() - end_ < wanted / 2) in_.resize(std::max(wanted, in_.size() * 2));
}

void Connection::read() {
    if (reading_ || phase_ == Phase::closed) return;
    make_room();
    reading_ = true;
    const auto room = asio::buffer(in_.data() + end_, in_.size() - end_);
    auto then = [self = shared_from_this()](const boost::system::error_code& ec, std::size_t count) { self->on_read(ec, count); };
    if (tls_)
        tls_->async_read_some(room, std::move(then));
    else
        socket_.async_read_some(room, std::move(then));
}

void Connection::on_read(const boost::system::error_code& ec, std::size_t count) {
    reading_ = false;
    if (phase_ == Phase::closed) return;
    if (ec) return close();
    add(worker->counters.received, count);
    if (phase_ == Phase::head || phase_ == Phase::body) {
        if (phase_ == Phase::head && begin_ == end_ && number_ > 0) expire_in(shared_.options.header_timeout);
        end_ += count;
        return advance();
    }
    if (outlet_ && frame_.framing == Framing::upgrade) {
        heard_ = worker->now;
        pinged_ = false;
        outlet_->receive({in_.data() + end_, count});
        return read();
    }
    // Streaming, ending or lingering: whatever comes is dropped, but not for ever.
    begin_ = end_ = 0;
    discarded_ += count;
    if (discarded_ > max_discarded) return close();
    if (phase_ == Phase::lingering) linger_on();
    read();
}

void Connection::consume(std::size_t count) { begin_ += count; }

/// Goes on as far as what has arrived allows. Not re-entrant: a handler that answers at once is picked up by the loop.
void Connection::advance() {
    if (advancing_) return;
    const auto self = shared_from_this();
    advancing_ = true;
    bool go_on = true;
    while (go_on && (phase_ == Phase::head || phase_ == Phase::body)) {
        if (writing_) break;   // on_written comes back
        if (out_.size() > batch || !tail_.empty()) {
            if (!flush()) break;
        }
        switch (parse()) {
            case Step::request: take_request(); break;
            case Step::refused:
            case Step::admission: break;
            case Step::more:
                go_on = false;
                if (!out_.empty() && !flush()) break;
                if (phase_ == Phase::closed) break;
                if (phase_ == Phase::head && begin_ == end_ && number_ > 0)
                    expire_in(shared_.options.idle_timeout);
                else if (deadline_ == 0)
                    expire_in(phase_ == Phase::head ? shared_.options.header_timeout : shared_.options.body_timeout);
                read();
                break;
        }
    }
    advancing_ = false;
    if (phase_ == Phase::running || phase_ == Phase::unpacking || phase_ == Phase::admitting) {
        flush();   // answers to earlier requests need not wait for this one
    } else if (phase_ == Phase::ending) {
        if (flush()) linger();
    } else if (phase_ == Phase::streaming) {
        flush_stream();
    }
}

Connection::Step Connection::refuse(int status, std::string_view detail) {
    add(worker->counters.malformed);
    owed_ = parser_ && parser_->announces_body() && status != 400 && status != 408;
    frame_ = AnswerFrame{.keep_alive = false};
    phase_ = Phase::ending;
    deadline_ = 0;
    auto response = shared_.refusal(status, detail);
    append_answer(std::move(response));
    parser_.reset();
    return Step::refused;
}

Connection::Step Connection::parse() { return phase_ == Phase::head ? parse_head() : parse_body(); }

Connection::Step Connection::parse_head() {
    // RFC 9112 2.2: empty lines before a request are forgiven (clients send one after a body).
    while (scanner_.size() == 0 && input().starts_with("\r\n")) {
        if (++blank_lines_ > 8) return refuse(400, "empty lines instead of a request");
        consume(2);
    }
    const auto text = input();
    if (text.empty() || (scanner_.size() == 0 && text == "\r")) return Step::more;
    const auto found = scanner_.scan(text);
    if (found == HeadScanner::Found::malformed) return refuse(400, "lines must end with CR LF and may not be folded");
    const auto size = found == HeadScanner::Found::complete ? scanner_.size() : text.size();
    if (size > shared_.options.max_header_bytes) return refuse(431, "the header fields are too large");
    if (found == HeadScanner::Found::more) return Step::more;

    parser_.emplace(shared_.options, shared_.buffered);
    const auto taken = parser_->feed(text.substr(0, size));
    scanner_.reset();
    if (parser_->rejection.status != 0) return refuse(parser_->rejection.status, parser_->rejection.detail);
    if (taken != size || !parser_->head_complete()) return refuse(400, "the request is not well-formed HTTP/1.1");
    consume(size);
    blank_lines_ = 0;
    bought_ = 0;
    if (parser_->spools() && shared_.options.admit && !parser_->complete()) {
        ask_admission();
        return Step::admission;
    }
    begin_body();
    return parse_body();
}

Connection::Step Connection::parse_body() {
    while (!parser_->complete()) {
        const auto text = input();
        if (text.empty()) return Step::more;
        const auto taken = parser_->feed(text);
        if (parser_->rejection.status != 0) return refuse(parser_->rejection.status, parser_->rejection.detail);
        consume(taken);
        // A long body is given the time that it needs, not for ever: a second for each 16 KiB.
        if (const auto spooled = parser_->spooled_bytes(); spooled / spooled_a_second > bought_) {
            deadline_ += static_cast<Millis>(1000 * (spooled / spooled_a_second - bought_));
            bought_ = spooled / spooled_a_second;
        }
        if (taken != 0) continue;
        if (text.size() > max_chunk_line) return refuse(400, "the chunked body is malformed");
        return Step::more;
    }
    return Step::request;
}

void Connection::take_request() {
    deadline_ = 0;
    ++number_;
    add(worker->counters.requests);
    auto request = std::move(parser_->request);
    request.peer = peer_;
    request.secure = tls_.has_value();
    frame_ = AnswerFrame{.http11 = parser_->http_version == 11,
                         .keep_alive = parser_->keep_alive() && !shared_.draining.load(std::memory_order_relaxed),
                         .head_only = request.method == "HEAD"};
    const auto coding = parser_->coding;
    const auto limit = parser_->body_limit_bytes;
    if (coding != Coding::identity && !request.body.empty()) return unpack_later(std::move(request), coding, limit);
    parser_.reset();
    hand_over(std::move(request));
}

void Connection::unpack_later(Request request, Coding coding, std::size_t limit) {
    phase_ = Phase::unpacking;
    asio::post(shared_.packers, [self = shared_from_this(), request = std::move(request), coding, limit]() mutable {
        std::string body;
        const auto outcome = unpack(coding, request.body, limit, body);
        request.body = std::move(body);
        // The handler sees the body as if it had never been coded.
        std::erase_if(request.headers, [](const auto& field) { return field.first == "content-encoding"; });
        self->worker->post([self, request = std::move(request), outcome]() mutable {
            if (self->phase_ != Phase::unpacking) return;
            self->parser_.reset();
            if (outcome == Unpacked::ok)
                self->hand_over(std::move(request));
            else
                self->refuse(outcome == Unpacked::too_large ? 413 : 400, outcome == Unpacked::too_large
                                                                             ? "the body unpacks to more than this endpoint takes"
                                                                             : "the coded body is malformed");
            self->advance();
        });
    });
}

void Connection::hand_over(Request request) {
    phase_ = Phase::running;
    auto responder = std::make_shared<Answer>(shared_from_this(), number_, request);
    try {
        shared_.handler(std::move(request), std::move(responder));
    } catch (...) {
        // A handler that throws has dropped its responder, which answers 500; the pipeline above logs its own faults.
    }
}

/// While a write is in flight its buffers must stay where they are: what comes meanwhile is collected beside them.
bool Connection::append_head(const Response& response) { return write_head(writing_ ? next_out_ : out_, response, frame_, worker->date); }

void Connection::append_answer(Response response) {
    if (shared_.draining.load(std::memory_order_relaxed)) frame_.keep_alive = false;
    if (!append_head(response)) {
        response = plain_refusal(500, "the answer could not be written");
        append_head(response);
    }
    const bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
    if (frame_.head_only || bodiless) return;
    if (response.body.size() <= inline_body)
        (writing_ ? next_out_ : out_) += response.body;
    else
        (writing_ ? next_tail_ : tail_) = std::move(response.body);
}

void Connection::answer(std::uint64_t number, Response response) {
    if (phase_ != Phase::running || number != number_) return;
    append_answer(std::move(response));
    phase_ = frame_.keep_alive ? Phase::head : Phase::ending;
    advance();
}

void Connection::begin_outlet(std::uint64_t number, Response head, std::shared_ptr<Outlet> outlet, bool upgrade) {
    if (phase_ != Phase::running || number != number_) return outlet->gone();
    frame_.framing = upgrade ? Framing::upgrade : frame_.http11 ? Framing::chunked : Framing::until_close;
    frame_.keep_alive = false;
    head.body.clear();
    if (frame_.head_only || !append_head(head)) {
        if (frame_.head_only) append_answer(std::move(head));
        phase_ = Phase::ending;
        outlet->gone();
        return advance();
    }
    phase_ = Phase::streaming;
    outlet_ = std::move(outlet);
    add(upgrade ? worker->counters.websockets_opened : worker->counters.streams_opened);
    discarded_ = 0;
    heard_ = worker->now;
    if (upgrade && begin_ != end_) outlet_->receive(input());
    begin_ = end_ = 0;
    if (shared_.draining.load(std::memory_order_relaxed)) outlet_->leave();
    read();          // a WebSocket's messages; and to notice that the peer is gone
    advance();
}

void Connection::flush_stream() {
    if (phase_ != Phase::streaming || writing_) return;
    for (;;) {
        if (out_.empty() && tail_.empty()) {
            bool last = false;
            tail_ = outlet_->take(last);
            if (frame_.framing == Framing::chunked) {
                if (!tail_.empty()) {
                    char size[20];
                    out_.append(size, static_cast<std::size_t>(std::snprintf(size, sizeof size, "%zx\r\n", tail_.size())));
                    tail_ += "\r\n";
                }
                if (last) tail_ += "0\r\n\r\n";
            }
            if (last) {
                phase_ = Phase::ending;
                if (flush()) linger();
                return;
            }
            if (tail_.empty()) return;
        }
        if (!flush()) return;
        outlet_->sent();
    }
}

}  // namespace lastmile::http
