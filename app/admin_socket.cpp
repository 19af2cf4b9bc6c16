#include "app/admin_socket.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>

namespace lastmile::app {
namespace {

constexpr std::size_t longest_line = 64 * 1024;
constexpr int patience_ms = 30'000;

/// A socket path holds 107 bytes.
sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        throw std::runtime_error(fmt::format("the data folder's path is too long for a socket: \"{}\"", path));
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

/// Up to the newline; empty when the peer ends, talks too long or takes too long.
std::string read_line(int peer) {
    std::string line;
    while (line.size() < longest_line && line.find('\n') == line.npos) {
        pollfd waiting{peer, POLLIN, 0};
        if (::poll(&waiting, 1, patience_ms) <= 0) return {};
        char chunk[4096];
        const auto got = ::read(peer, chunk, sizeof chunk);
        if (got <= 0) return {};
        line.append(chunk, static_cast<std::size_t>(got));
    }
    return line.substr(0, line.find('\n'));
}

void write_line(int peer, const boost::json::object& object) {
    const auto line = boost::json::serialize(object) + "\n";
    for (std::size_t at = 0; at < line.size();) {
        const auto sent = ::send(peer, line.data() + at, line.size() - at, MSG_NOSIGNAL);
        if (sent <= 0) return;
        at += static_cast<std::size_t>(sent);
    }
}

}  // namespace

AdminSocket::AdminSocket(const std::string& data_folder, AdminHandler handler) : path_(data_folder + "/admin.sock"), handler_(std::move(handler)) {
    ::unlink(path_.c_str());  // the folder's lock is ours: what lies there is a dead server's
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = address_of(path_);
    const auto old = ::umask(0177);
    const int bound = ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::umask(old);
    if (bound != 0 || ::listen(listener_, 8) != 0) throw std::runtime_error(fmt::format("cannot make the admin socket \"{}\"", path_));
    wake_ = ::eventfd(0, EFD_CLOEXEC);
    thread_ = std::thread([this] { serve(); });
}

AdminSocket::~AdminSocket() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto sent = ::write(wake_, &one, sizeof one);
    thread_.join();
    ::close(listener_);
    ::close(wake_);
    ::unlink(path_.c_str());
}

void AdminSocket::serve() {
    for (;;) {
        pollfd waiting[] = {{listener_, POLLIN, 0}, {wake_, POLLIN, 0}};
        if (::poll(waiting, 2, -1) < 0) continue;
        if (waiting[1].revents) return;
        const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (peer < 0) continue;
        answer(peer);
        ::close(peer);
    }
}

void AdminSocket::answer(int peer) {
    const auto line = read_line(peer);
    if (line.empty()) return;
    try {
        write_line(peer, {{"ok", handler_(boost::json::parse(line).as_object())}});
    } catch (const std::exception& fault) {
        write_line(peer, {{"error", fault.what()}});
    }
}

std::optional<boost::json::object> ask_admin(const std::string& data_folder, const boost::json::object& request) {
    const int peer = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = address_of(data_folder + "/admin.sock");
    if (::connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(peer);
        return std::nullopt;
    }
    write_line(peer, request);
    const auto line = read_line(peer);
    ::close(peer);
    if (line.empty()) throw std::runtime_error("the running server did not answer on its admin socket");
    const auto answer = boost::json::parse(line).as_object();
    if (const auto* error = answer.if_contains("error")) throw std::runtime_error(std::string(error->as_string()));
    return answer.at("ok").as_object();
}

}  // namespace lastmile::app
