// `lastmile serve`: opens what a node consists of, in order, and closes it in reverse on SIGTERM.
#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "app/data_folder.hpp"
#include "app/static_files.hpp"
#include "app/verbs.hpp"
#include "platform/http/server.hpp"

namespace lastmile::app {
namespace {

/// Blocked in every thread (they inherit the mask), taken by sigwait in this one: nothing runs in a signal handler.
sigset_t take_signals() {
    sigset_t wanted;
    sigemptyset(&wanted);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&wanted, signal);
    pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return wanted;
}

http::Options http_options(const Config& config) {
    http::Options options;
    const auto& listen = config.text("listen");
    const auto colon = listen.rfind(':');
    if (colon == listen.npos) throw std::runtime_error("setting \"listen\" must be ADDRESS:PORT, for example 127.0.0.1:8080");
    options.address = listen.substr(0, colon);
    const auto port = std::strtoul(listen.c_str() + colon + 1, nullptr, 10);
    if (port > 65535 || listen.find_first_not_of("0123456789", colon + 1) != listen.npos || colon + 1 == listen.size())
        throw std::runtime_error("setting \"listen\" must end in a port from 0 to 65535");
    options.port = static_cast<std::uint16_t>(port);
    options.threads = static_cast<int>(std::max<std::int64_t>(1, config.whole("http.threads")));
    options.max_header_bytes = static_cast<std::size_t>(config.whole("http.max_header_bytes"));
    options.max_body_bytes = static_cast<std::size_t>(config.whole("http.max_body_bytes"));
    options.max_connections = static_cast<std::size_t>(config.whole("http.max_connections"));
    options.tls_certificate = config.text("tls.certificate");
    options.tls_key = config.text("tls.key");
    return options;
}

std::string base_url(const http::Options& options, std::uint16_t port) {
    const auto host = options.address == "0.0.0.0" || options.address == "::" ? "127.0.0.1" : options.address;
    return (options.tls_certificate.empty() ? "http://" : "https://") + host + ":" + std::to_string(port);
}

void answer(http::Request request, std::shared_ptr<http::Responder> responder) {
    if (request.path == "/livez") return responder->send({200, {{"content-type", "text/plain; charset=utf-8"}, {"cache-control", "no-store"}}, "alive\n"});
    if (auto page = static_file(request)) return responder->send(std::move(*page));
    responder->send({404, {{"content-type", "application/problem+json"}}, R"({"type":"about:blank","title":"Not Found","status":404,"code":"not_found"})"});
}

void serve(const Config& config) {
    const auto signals = take_signals();
    DataFolder folder(config.text("data_folder"));
    const auto options = http_options(config);
    http::Server server(options, answer);
    const auto url = config.has("public_url") ? config.text("public_url") : base_url(options, server.port());
    folder.announce(url);
    std::cout << R"({"url":")" << url << R"("})" << std::endl;
    for (int signal = 0; signal != SIGTERM && signal != SIGINT;) {
        sigwait(&signals, &signal);
        if (signal == SIGHUP) try { server.reload_tls(); } catch (const std::exception& fault) { std::cerr << "lastmile: " << fault.what() << '\n'; }
    }
    server.drain(std::chrono::seconds(config.whole("drain_s")));
}

}  // namespace

void add_serve_verb(CLI::App& app) {
    auto* verb = app.add_subcommand("serve", "serve the API, the console and the tracking pages");
    auto flags = std::make_shared<ConfigFlags>(*verb);
    verb->callback([flags] { serve(flags->config()); });
}

}  // namespace lastmile::app
