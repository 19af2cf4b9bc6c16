#include "platform/http/answer.hpp"

#include "platform/http/event_stream.hpp"
#include "platform/http/socket_session.hpp"
#include "platform/http/text.hpp"

namespace lastmile::http {
namespace {

constexpr std::size_t pack_here = 32 * 1024;   // packing more would hold the other connections of an I/O thread up

}  // namespace

Answer::Answer(std::shared_ptr<Connection> connection, std::uint64_t number, const Request& request)
    : connection_(std::move(connection)), number_(number), accepted_(choose_coding(request.header("accept-encoding"))) {
    websocket_key_ = request.header("sec-websocket-key");
    asks_websocket_ = websocket_key_.size() == 24 && request.method == "GET" && request.header("sec-websocket-version") == "13" &&
                      same_ignoring_case(request.header("upgrade"), "websocket");
}

Answer::~Answer() {
    if (used_.load()) return;
    try {
        send(connection_->worker->shared->refusal(500, "a fault on our side"));
    } catch (...) {  // out of memory while failing: the connection's deadline or the drain ends it
    }
}

void Answer::send(Response response) {
    if (used_.exchange(true)) return;
    const auto coding = coding_for(response, accepted_);
    auto& worker = *connection_->worker;
    if (coding == Coding::identity) return deliver(std::move(response));
    if (response.body.size() < pack_here || !worker.on_own_thread()) {
        pack_answer(response, coding);
        return deliver(std::move(response));
    }
    asio::post(worker.shared->packers, [connection = connection_, number = number_, response = std::move(response), coding]() mutable {
        pack_answer(response, coding);
        auto& to = *connection->worker;
        to.answer_soon(std::move(connection), number, std::move(response));
    });
}

void Answer::deliver(Response response) {
    auto& worker = *connection_->worker;
    if (worker.on_own_thread()) return connection_->answer(number_, std::move(response));
    worker.answer_soon(connection_, number_, std::move(response));
}

void Answer::begin(Response head, std::shared_ptr<Outlet> outlet, bool upgrade) {
    auto& worker = *connection_->worker;
    if (worker.on_own_thread()) return connection_->begin_outlet(number_, std::move(head), std::move(outlet), upgrade);
    const bool posted = worker.post([connection = connection_, number = number_, head = std::move(head), outlet, upgrade]() mutable {
        connection->begin_outlet(number, std::move(head), std::move(outlet), upgrade);
    });
    if (!posted) outlet->gone();
}

std::shared_ptr<Stream> Answer::stream(Response head) {
    auto stream = std::make_shared<EventStream>(connection_);
    if (used_.exchange(true))
        stream->gone();
    else
        begin(std::move(head), stream, false);
    return stream;
}

std::shared_ptr<WebSocket> Answer::websocket(Response head, std::size_t max_message_bytes) {
    if (!asks_websocket_) {
        Response refusal = connection_->worker->shared->refusal(426, "this endpoint speaks WebSocket (RFC 6455, version 13)");
        refusal.headers.emplace_back("Upgrade", "websocket");
        refusal.headers.emplace_back("Sec-WebSocket-Version", "13");
        send(std::move(refusal));
        return nullptr;
    }
    if (used_.exchange(true)) return nullptr;
    auto session = std::make_shared<SocketSession>(connection_, max_message_bytes);
    head.status = 101;
    head.body.clear();
    head.headers.emplace_back("Upgrade", "websocket");
    head.headers.emplace_back("Sec-WebSocket-Accept", websocket_accept(websocket_key_));
    begin(std::move(head), session, true);
    return session;
}

}  // namespace lastmile::http
