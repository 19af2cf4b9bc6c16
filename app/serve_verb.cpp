// `lastmile serve`: opens what a node consists of, in order, and closes it in reverse on SIGTERM.
#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "app/node.hpp"
#include "app/verbs.hpp"
#include "platform/observe/log.hpp"

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

void configure_logging(const Config& config) {
    observe::LogOptions options;
    const auto& level = config.text("log.level");
    const std::map<std::string, observe::Level> levels{
        {"debug", observe::Level::debug}, {"info", observe::Level::info}, {"warn", observe::Level::warn}, {"error", observe::Level::error}};
    if (!levels.contains(level)) throw std::runtime_error("setting \"log.level\" must be debug, info, warn or error");
    options.level = levels.at(level);
    const auto& format = config.text("log.format");
    if (format == "json")
        options.form = observe::LogOptions::Form::json;
    else if (format == "pretty" || (format == "auto" && config.on("dev")))
        options.form = observe::LogOptions::Form::pretty;
    else if (format != "auto")
        throw std::runtime_error("setting \"log.format\" must be json, pretty or auto");
    observe::configure_log(std::move(options));
}

void serve(const Config& config) {
    const auto signals = take_signals();
    configure_logging(config);
    DataFolder folder(config.text("data_folder"));
    Node node(config, folder);
    const auto url = node.url();
    folder.announce(url);
    std::cout << R"({"url":")" << url << R"("})" << std::endl;
    observe::info("listening", {{"url", url}});
    for (int signal = 0; signal != SIGTERM && signal != SIGINT;) {
        sigwait(&signals, &signal);
        if (signal != SIGHUP) continue;
        try {
            node.reload_tls();
        } catch (const std::exception& fault) {
            observe::error("the certificate could not be loaded again; the old one stays", {{"reason", fault.what()}});
        }
    }
    observe::info("draining");
    node.drain(std::chrono::seconds(config.whole("drain_s")));
    observe::flush_log();
}

}  // namespace

void add_serve_verb(CLI::App& app) {
    auto* verb = app.add_subcommand("serve", "serve the API, the console and the tracking pages");
    auto flags = std::make_shared<ConfigFlags>(*verb);
    verb->callback([flags] { serve(flags->config()); });
}

}  // namespace lastmile::app
