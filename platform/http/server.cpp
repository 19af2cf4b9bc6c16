#include "platform/http/server.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/ssl.h>

#include <stdexcept>
#include <thread>

#include "platform/http/answer_head.hpp"
#include "platform/http/connection.hpp"

namespace lastmile::http {
namespace {

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

std::shared_ptr<asio::ssl::context> load_tls(const Options& options) {
    if (options.tls_certificate.empty() && options.tls_key.empty()) return nullptr;
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    try {
        context->set_options(asio::ssl::context::no_sslv2 | asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                             asio::ssl::context::no_tlsv1_1 | asio::ssl::context::no_compression);
        SSL_CTX_set_options(context->native_handle(),
                            SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
        SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
        context->use_certificate_chain_file(options.tls_certificate);
        context->use_private_key_file(options.tls_key, asio::ssl::context::pem);
        if (SSL_CTX_check_private_key(context->native_handle()) != 1)
            throw std::runtime_error("the key does not belong to the certificate");
    } catch (const std::exception& fault) {
        throw std::runtime_error(
            fmt::format("cannot use the TLS certificate {} with the key {}: {}", options.tls_certificate, options.tls_key, fault.what()));
    }
    return context;
}

std::string address_of(const Socket& socket) {
    boost::system::error_code ec;
    auto address = socket.remote_endpoint(ec).address();
    if (ec) return {};
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

}  // namespace

struct Server::Impl {
    std::shared_ptr<Shared> shared = std::make_shared<Shared>();
    std::vector<std::shared_ptr<Worker>> workers;
    std::vector<std::thread> threads;
    std::optional<Acceptor> acceptor;      // on the first worker's thread
    std::optional<Timer> retry;
    std::size_t next = 0;
    std::uint16_t port = 0;
    bool drained = false;

    void bind(const Options& options);
    void accept();
    void take(Socket socket, Worker& worker);
    void shed(Socket socket);
};

void Server::Impl::bind(const Options& options) {
    boost::system::error_code ec;
    const auto address = asio::ip::make_address(options.address, ec);
    if (ec) throw std::runtime_error(fmt::format("cannot listen on {}: not an IP address", options.address));
    const asio::ip::tcp::endpoint endpoint(address, options.port);
    acceptor.emplace(workers.front()->context.get_executor());
    acceptor->open(endpoint.protocol(), ec);
    if (!ec) acceptor->set_option(asio::socket_base::reuse_address(true), ec);
    // Not inherited by programs that the process starts.
    if (!ec) ::fcntl(acceptor->native_handle(), F_SETFD, FD_CLOEXEC);
    if (!ec && address.is_v6()) acceptor->set_option(asio::ip::v6_only(false), ec);
    if (!ec) acceptor->bind(endpoint, ec);
    if (!ec) acceptor->listen(4096, ec);
    if (ec) throw std::runtime_error(fmt::format("cannot listen on {}:{}: {}", options.address, options.port, ec.message()));
    port = acceptor->local_endpoint().port();
}

/// Round robin: one acceptor hands each connection to the next thread. SO_REUSEPORT would let a second process of the same user share
/// the port unnoticed.
void Server::Impl::accept() {
    auto& worker = *workers[next++ % workers.size()];
    acceptor->async_accept(worker.context, [this, &worker](const boost::system::error_code& ec, Socket socket) {
        if (ec == asio::error::operation_aborted || !acceptor->is_open()) return;
        if (ec) {
            // No descriptors left, most likely: trying again at once would spin.
            retry->expires_after(std::chrono::milliseconds(100));
            return retry->async_wait([this](const boost::system::error_code& stopped) {
                if (!stopped && acceptor->is_open()) accept();
            });
        }
        if (shared->open.load() >= static_cast<std::int64_t>(shared->options.max_connections))
            shed(std::move(socket));
        else
            take(std::move(socket), worker);
        accept();
    });
}

void Server::Impl::take(Socket socket, Worker& worker) {
    shared->open.fetch_add(1);
    add(worker.counters.accepted);
    ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
    std::shared_ptr<asio::ssl::context> tls;
    {
        const std::lock_guard lock(shared->mutex);
        tls = shared->tls;
    }
    auto peer = address_of(socket);
    auto connection = std::make_shared<Connection>(worker.shared_from_this(), std::move(socket), std::move(peer), std::move(tls));
    if (!worker.post([connection] { connection->start(); })) shared->open.fetch_sub(1);
}

void Server::Impl::shed(Socket socket) {
    shared->shed.fetch_add(1, std::memory_order_relaxed);
    if (shared->options.tls_certificate.empty()) {
        std::string out;
        const auto response = shared->refusal(503, "too many connections");
        write_head(out, response, AnswerFrame{.keep_alive = false}, workers.front()->date);
        out += response.body;
        boost::system::error_code ec;
        socket.non_blocking(true, ec);
        socket.write_some(asio::buffer(out), ec);
        socket.shutdown(asio::ip::tcp::socket::shutdown_send, ec);
        // What the peer has sent by now is read, else closing resets the connection and the peer never sees the answer.
        char sink[4096];
        socket.read_some(asio::buffer(sink), ec);
    }
}

Server::Server(Options options, Handler handler) : impl_(std::make_unique<Impl>()) {
    auto& shared = *impl_->shared;
    shared.options = std::move(options);
    shared.handler = std::move(handler);
    shared.tls = load_tls(shared.options);
    for (int i = 0; i < std::max(1, shared.options.threads); ++i) impl_->workers.push_back(std::make_shared<Worker>(impl_->shared));
    impl_->bind(shared.options);
    impl_->retry.emplace(impl_->workers.front()->context);
    impl_->accept();
    for (const auto& worker : impl_->workers) impl_->threads.emplace_back([worker] { worker->run(); });
}

Server::~Server() { drain(std::chrono::milliseconds(0)); }

std::uint16_t Server::port() const { return impl_->port; }

void Server::reload_tls() {
    auto fresh = load_tls(impl_->shared->options);
    const std::lock_guard lock(impl_->shared->mutex);
    impl_->shared->tls = std::move(fresh);
}

Numbers Server::numbers() const {
    Numbers sum{};
    const auto get = [](const std::atomic<std::uint64_t>& value) { return value.load(std::memory_order_relaxed); };
    for (const auto& worker : impl_->workers) {
        const auto& c = worker->counters;
        sum.accepted += get(c.accepted);
        sum.requests += get(c.requests);
        sum.streams_open += get(c.streams_opened) - get(c.streams_closed);
        sum.websockets_open += get(c.websockets_opened) - get(c.websockets_closed);
        sum.cut += get(c.cut);
        sum.timed_out += get(c.timed_out);
        sum.malformed += get(c.malformed);
        sum.received_bytes += get(c.received);
        sum.sent_bytes += get(c.sent);
    }
    sum.shed = get(impl_->shared->shed);
    sum.open = static_cast<std::uint64_t>(std::max<std::int64_t>(0, impl_->shared->open.load()));
    return sum;
}

void Server::drain(std::chrono::milliseconds deadline) {
    if (std::exchange(impl_->drained, true)) return;
    auto& shared = *impl_->shared;
    shared.draining = true;
    impl_->workers.front()->post([impl = impl_.get()] {
        boost::system::error_code ec;
        impl->acceptor->close(ec);
        impl->retry->cancel();
    });
    for (const auto& worker : impl_->workers) worker->post([worker = worker.get()] { worker->drain(); });
    {
        std::unique_lock lock(shared.mutex);
        shared.emptied.wait_for(lock, deadline, [&] { return shared.open.load() == 0; });
    }
    shared.packers.stop();
    shared.packers.join();
    for (const auto& worker : impl_->workers) worker->stop();
    for (auto& thread : impl_->threads) thread.join();
    boost::system::error_code ec;
    impl_->acceptor->close(ec);
    for (const auto& worker : impl_->workers) worker->clear();
}

}  // namespace lastmile::http
