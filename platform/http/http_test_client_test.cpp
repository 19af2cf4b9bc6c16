// The implementation of the tests' client (a *_test.cpp, so that only the test program has it).
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "platform/http/http_test_client.hpp"
#include "platform/http/text.hpp"

namespace lastmile::http {

std::string Received::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return {};
}

TestClient::TestClient(std::uint16_t port, int receive_buffer) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) throw std::runtime_error("connect failed");
}

TestClient::~TestClient() { close(); }

void TestClient::close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void TestClient::shut_sending() { ::shutdown(socket_, SHUT_WR); }

void TestClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

bool TestClient::fill() {
    char piece[65536];
    const auto count = ::recv(socket_, piece, sizeof piece, 0);
    if (count <= 0) return false;
    buffer_.append(piece, static_cast<std::size_t>(count));
    return true;
}

std::string TestClient::read(std::size_t count) {
    while (buffer_.size() < count && fill()) {}
    auto bytes = buffer_.substr(0, count);
    buffer_.erase(0, bytes.size());
    return bytes;
}

std::string TestClient::read_line() {
    while (buffer_.find("\r\n") == std::string::npos)
        if (!fill()) return std::exchange(buffer_, {});
    const auto end = buffer_.find("\r\n");
    auto line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return line;
}

std::string TestClient::read_chunk() {
    const auto size = std::stoul("0" + read_line(), nullptr, 16);
    auto bytes = read(size);
    read_line();
    return bytes;
}

Received TestClient::receive_head() {
    Received answer;
    const auto first = read_line();
    if (first.size() < 12) return answer;
    answer.status = std::stoi(first.substr(9, 3));
    for (auto line = read_line(); !line.empty(); line = read_line()) {
        const auto colon = line.find(':');
        std::string name = line.substr(0, colon);
        for (auto& c : name) c = lower(c);
        answer.headers.emplace_back(name, trimmed(std::string_view(line).substr(colon + 1)));
    }
    return answer;
}

Received TestClient::receive(bool head_request) {
    auto answer = receive_head();
    if (answer.status < 200 || answer.status == 204 || answer.status == 304 || head_request) return answer;
    if (answer.header("transfer-encoding") == "chunked") {
        for (auto piece = read_chunk(); !piece.empty(); piece = read_chunk()) answer.body += piece;
    } else if (!answer.header("content-length").empty()) {
        const auto length = std::stoul(answer.header("content-length"));
        answer.body = read(length);
        if (answer.body.size() != length) answer.status = 0;
    } else {
        while (fill()) {}
        answer.body = std::exchange(buffer_, {});
    }
    return answer;
}

bool TestClient::at_end() {
    if (!buffer_.empty()) return false;
    char byte = 0;
    const auto count = ::recv(socket_, &byte, 1, 0);
    if (count > 0) buffer_ += byte;
    return count == 0 || (count < 0 && errno == ECONNRESET);
}

bool TestClient::ended_cleanly() {
    char byte = 0;
    return buffer_.empty() && ::recv(socket_, &byte, 1, 0) == 0;
}

}  // namespace lastmile::http
