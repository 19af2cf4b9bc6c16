#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "platform/http/http_test_client.hpp"
#include "platform/http/server.hpp"
#include "platform/http/websocket_frames.hpp"

namespace lastmile::http {
namespace {

using namespace std::chrono_literals;

/// A client's frame: masked, `first` being the whole first byte.
std::string frame(int first, std::string_view payload) {
    std::string out(1, static_cast<char>(first));
    const auto plain = frame_head(FrameKind::text, payload.size()).substr(1);
    out += static_cast<char>(plain[0] | 0x80);
    out += plain.substr(1);
    const char mask[] = {1, 2, 3, 4};
    out.append(mask, 4);
    for (std::size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ mask[i & 3]);
    return out;
}

constexpr int text = 0x81, ping = 0x89, closing = 0x88;
const std::string handshake =
    "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

struct Sockets {
    std::mutex mutex;
    std::condition_variable changed;
    std::shared_ptr<WebSocket> socket;
    bool closed = false;
    std::shared_ptr<std::atomic<std::int64_t>> ms = std::make_shared<std::atomic<std::int64_t>>(1'000'000);
    Server server;

    Sockets() : server(options(), [this](Request, std::shared_ptr<Responder> responder) {
        auto opened = responder->websocket({101, {{"Sec-WebSocket-Protocol", "lastmile"}}}, 1000);
        if (!opened) return;
        opened->on_message([opened = std::weak_ptr(opened)](std::string message, bool is_text) {
            if (const auto to = opened.lock()) to->send((is_text ? "text:" : "binary:") + message);
        });
        opened->on_close([this] {
            const std::lock_guard lock(mutex);
            closed = true;
            changed.notify_all();
        });
        const std::lock_guard lock(mutex);
        socket = std::move(opened);
        changed.notify_all();
    }) {}
    ~Sockets() { server.drain(0ms); }
    Options options() {
        Options with;
        with.port = 0;
        with.sweep = 5ms;
        with.clock = [ms = ms] { return std::chrono::steady_clock::time_point(std::chrono::milliseconds(ms->load())); };
        return with;
    }
    bool ended() {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, 10s, [&] { return closed; });
    }
};

struct Opened : TestClient {
    explicit Opened(std::uint16_t port) : TestClient(port) {
        send(handshake);
        head = receive_head();
    }
    Received head;
    /// Kind and payload of the next frame; kind `more` at the end.
    std::pair<FrameKind, std::string> next() {
        const auto start = read(2);
        if (start.size() < 2) return {FrameKind::more, ""};
        auto size = static_cast<std::size_t>(static_cast<unsigned char>(start[1]));
        if (size == 126) {
            const auto wide = read(2);
            size = static_cast<std::size_t>(static_cast<unsigned char>(wide[0])) << 8 | static_cast<unsigned char>(wide[1]);
        }
        return {static_cast<FrameKind>(start[0] & 15), read(size)};
    }
    int close_code() {
        const auto [kind, payload] = next();
        if (kind != FrameKind::close || payload.size() < 2) return 0;
        return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
    }
};

using Expected = std::pair<FrameKind, std::string>;

TEST(WebSocket, ShakesHandsAndExchangesMessages) {
    Sockets s;
    Opened client(s.server.port());
    EXPECT_EQ(client.head.status, 101);
    EXPECT_EQ(client.head.header("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");   // RFC 6455 1.3
    EXPECT_EQ(client.head.header("sec-websocket-protocol"), "lastmile");
    EXPECT_EQ(client.head.header("connection"), "Upgrade");
    client.send(frame(text, "hello"));
    EXPECT_EQ(client.next(), Expected(FrameKind::text, "text:hello"));
    client.send(frame(0x82, std::string(500, '\xff')));
    EXPECT_EQ(client.next(), Expected(FrameKind::text, "binary:" + std::string(500, '\xff')));
    // Fragments with a ping between them, byte by byte.
    for (const char c : frame(0x01, "a\xe2\x82") + frame(ping, "p") + frame(0x80, "\xac") ) client.send({&c, 1});
    EXPECT_EQ(client.next(), Expected(FrameKind::pong, "p"));
    EXPECT_EQ(client.next(), Expected(FrameKind::text, "text:a€"));
    client.send(frame(closing, std::string("\x03\xe8", 2) + "bye"));
    EXPECT_EQ(client.close_code(), 1000);
    EXPECT_TRUE(client.at_end());
    client.close();
    EXPECT_TRUE(s.ended());
    EXPECT_EQ(s.server.numbers().websockets_open, 0u);
}

TEST(WebSocket, MessagesSentTogetherWithTheHandshakeAreNotLost) {
    Sockets s;
    TestClient client(s.server.port());
    client.send(handshake + frame(text, "early"));
    client.receive_head();
    EXPECT_EQ(client.read(12), frame_head(FrameKind::text, 10) + "text:early");
}

struct Fault {
    const char* name;
    std::string bytes;
    int code;
};
class BadFrames : public testing::TestWithParam<Fault> {};

TEST_P(BadFrames, CloseWithTheirCode) {
    Sockets s;
    Opened client(s.server.port());
    client.send(GetParam().bytes + frame(text, "not read"));
    EXPECT_EQ(client.close_code(), GetParam().code);
    EXPECT_TRUE(client.at_end());
}

INSTANTIATE_TEST_SUITE_P(WebSocket, BadFrames, testing::Values(
    Fault{"Unmasked", frame_head(FrameKind::text, 1) + "a", 1002},
    Fault{"Reserved", frame(0xc1, "a"), 1002},
    Fault{"UnknownKind", frame(0x83, "a"), 1002},
    Fault{"LongControl", frame(ping, std::string(126, 'a')), 1002},
    Fault{"FragmentedControl", frame(0x09, "a"), 1002},
    Fault{"NothingToContinue", frame(0x80, "a"), 1002},
    Fault{"TwoBeginnings", frame(0x01, "a") + frame(text, "b"), 1002},
    Fault{"NotUtf8", frame(text, "\xc3\x28"), 1007},
    Fault{"Surrogate", frame(text, "\xed\xa0\x80"), 1007},
    Fault{"TooBig", frame(text, std::string(1001, 'a')), 1009},
    Fault{"TooBigInPieces", frame(0x01, std::string(600, 'a')) + frame(0x80, std::string(401, 'a')), 1009},
    Fault{"HugeLength", std::string("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff", 10), 1009},
    Fault{"CloseOfOneByte", frame(closing, "a"), 1002}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(WebSocket, APeerThatIsSilentIsPingedThenCut) {
    Sockets s;
    Opened client(s.server.port());
    client.send(frame(text, "x"));
    client.next();
    *s.ms += 21'000;
    EXPECT_EQ(client.next(), Expected(FrameKind::ping, ""));
    client.send(frame(0x8a, ""));
    client.send(frame(text, "y"));
    EXPECT_EQ(client.next().second, "text:y");
    *s.ms += 41'000;
    EXPECT_TRUE(s.ended());
    EXPECT_EQ(s.server.numbers().cut, 1u);
}

TEST(WebSocket, TheServerCloses) {
    Sockets s;
    Opened client(s.server.port());
    client.send(frame(text, "x"));
    client.next();
    {
        const std::lock_guard lock(s.mutex);
        s.socket->send("last");
        s.socket->close(1013, "try again later");
        EXPECT_FALSE(s.socket->send("late"));
    }
    EXPECT_EQ(client.next().second, "last");
    EXPECT_EQ(client.close_code(), 1013);
    client.close();
    EXPECT_TRUE(s.ended());
    Opened second(s.server.port());
    std::thread draining([&] { s.server.drain(10s); });
    EXPECT_EQ(second.close_code(), 1001);
    second.close();
    draining.join();
}

TEST(WebSocket, WhatIsNoUpgradeGets426) {
    Sockets s;
    TestClient client(s.server.port());
    const auto answer = client.ask("GET /ws HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(answer.status, 426);
    EXPECT_EQ(answer.header("sec-websocket-version"), "13");
    EXPECT_EQ(client.ask("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n"
                         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").status, 426);
}

}  // namespace
}  // namespace lastmile::http
