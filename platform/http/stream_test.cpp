#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "platform/http/http_test_client.hpp"
#include "platform/http/server.hpp"

namespace lastmile::http {
namespace {

using namespace std::chrono_literals;

/// A server whose handler opens a stream and leaves it here.
struct Streaming {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::shared_ptr<Stream>> streams;
    int closed = 0;
    Server server;

    explicit Streaming(Options options = {})
        : server(prepared(std::move(options)), [this](Request request, std::shared_ptr<Responder> responder) {
              if (request.path == "/plain") return responder->send({200, {}, "plain"});
              auto stream = responder->stream({200, {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache"}}});
              stream->on_close([this] {
                  const std::lock_guard lock(mutex);
                  ++closed;
                  changed.notify_all();
              });
              const std::lock_guard lock(mutex);
              streams.push_back(std::move(stream));
              changed.notify_all();
          }) {}
    ~Streaming() { server.drain(0ms); }

    static Options prepared(Options options) {
        options.port = 0;
        options.sweep = 5ms;
        return options;
    }
    std::shared_ptr<Stream> stream(std::size_t i) {
        std::unique_lock lock(mutex);
        EXPECT_TRUE(changed.wait_for(lock, 10s, [&] { return streams.size() > i; }));
        return streams.at(i);
    }
    bool all_closed(int count) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, 10s, [&] { return closed == count; });
    }
};

const char* const subscribe = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(Stream, CoalescesWhatComesAtOnceIntoOneChunk) {
    Streaming s;
    TestClient client(s.server.port());
    client.send(subscribe);
    EXPECT_EQ(client.receive_head().header("transfer-encoding"), "chunked");
    const auto stream = s.stream(0);
    std::string expected;
    for (int i = 0; i < 1000; ++i) {
        const auto frame = "data: " + std::to_string(i) + "\n\n";
        expected += frame;
        EXPECT_TRUE(i % 2 ? stream->send(std::make_shared<const std::string>(frame)) : stream->send(std::string_view(frame)));
    }
    std::string received;
    int chunks = 0;
    while (received.size() < expected.size()) {
        const auto chunk = client.read_chunk();
        ASSERT_FALSE(chunk.empty());
        received += chunk;
        ++chunks;
    }
    EXPECT_EQ(received, expected);
    EXPECT_LT(chunks, 100);
    stream->close();
    EXPECT_EQ(client.read_chunk(), "");
    EXPECT_TRUE(client.at_end());
    client.close();
    EXPECT_TRUE(s.all_closed(1));
    EXPECT_FALSE(stream->send("late"));
}

TEST(Stream, TellsWhenThePeerHasGone) {
    Streaming s;
    {
        TestClient client(s.server.port());
        client.send(subscribe);
        client.receive_head();
    }
    const auto stream = s.stream(0);
    EXPECT_TRUE(s.all_closed(1));
    EXPECT_FALSE(stream->send("x"));
    bool called = false;
    stream->on_close([&] { called = true; });   // too late: at once
    EXPECT_TRUE(called);
    EXPECT_EQ(s.server.numbers().streams_open, 0u);
}

TEST(Stream, ASlowReaderIsCutAndDoesNotSlowTheOther) {
    Options options;
    options.stream_buffer_bytes = 256 * 1024;
    Streaming s(options);
    TestClient slow(s.server.port(), 4096), quick(s.server.port());
    slow.send(subscribe);
    slow.receive_head();
    const auto to_slow = s.stream(0);
    quick.send(subscribe);
    quick.receive_head();
    const auto to_quick = s.stream(1);
    const auto frame = std::make_shared<const std::string>(std::string(10'000, 'x'));
    std::size_t sent = 0, received = 0;
    while (to_slow->send(frame)) {
        ASSERT_TRUE(to_quick->send(frame));
        sent += frame->size();
        while (received < sent) received += quick.read_chunk().size();
        ASSERT_LT(sent, 100'000'000u);
    }
    EXPECT_TRUE(s.all_closed(1));
    EXPECT_EQ(s.server.numbers().cut, 1u);
    EXPECT_TRUE(to_quick->send(frame));
    EXPECT_EQ(quick.read_chunk().size(), frame->size());
}

TEST(Stream, TheBoundCountsWhatIsBeingWrittenAndNotWhatWasWritten) {
    Options options;
    options.stream_buffer_bytes = 32 * 1024 * 1024;
    Streaming s(options);
    TestClient client(s.server.port(), 4096);
    client.send(subscribe);
    client.receive_head();
    const auto stream = s.stream(0);
    const auto before = s.server.numbers().sent_bytes;
    const std::string all(options.stream_buffer_bytes, 'x');
    EXPECT_TRUE(stream->send(all));
    EXPECT_EQ(client.read_chunk().size(), all.size());
    // Counted only after the write: wait for what the write's completion shows.
    while (s.server.numbers().sent_bytes < before + all.size()) std::this_thread::yield();
    std::string piece(1, 'y');
    EXPECT_TRUE(stream->send(piece));
    EXPECT_EQ(client.read_chunk(), piece);
    EXPECT_TRUE(stream->send(all.substr(piece.size() + 16)));
    while (s.server.numbers().sent_bytes < before + all.size() + 1000) std::this_thread::yield();   // it is being written
    EXPECT_FALSE(stream->send(std::string(1000, 'z')));
    EXPECT_TRUE(s.all_closed(1));
}

TEST(Stream, AReaderThatTakesNothingIsCutByTime) {
    auto ms = std::make_shared<std::atomic<std::int64_t>>(1'000'000);
    Options options;
    options.stream_buffer_bytes = 64 * 1024 * 1024;
    options.clock = [ms] { return std::chrono::steady_clock::time_point(std::chrono::milliseconds(ms->load())); };
    Streaming s(options);
    TestClient slow(s.server.port(), 4096);
    slow.send(subscribe);
    slow.receive_head();
    const auto stream = s.stream(0);
    EXPECT_TRUE(stream->send(std::string(32 * 1024 * 1024, 'x')));
    // Once nothing moves any more only time ends it, however often it is looked at.
    std::unique_lock lock(s.mutex);
    while (!s.changed.wait_for(lock, 1ms, [&] { return s.closed == 1; })) *ms += 1000;
    lock.unlock();
    EXPECT_EQ(s.server.numbers().cut, 1u);
    EXPECT_FALSE(stream->send("x"));
}

TEST(Stream, ServesHttp10WithoutChunks) {
    Streaming s;
    TestClient client(s.server.port());
    client.send("GET /events HTTP/1.0\r\n\r\n");
    EXPECT_EQ(client.receive_head().header("transfer-encoding"), "");
    s.stream(0)->send("data: 1\n\n");
    s.stream(0)->close();
    EXPECT_EQ(client.read(100), "data: 1\n\n");
}

TEST(Stream, HeadAsksForTheHeadOnly) {
    Streaming s;
    TestClient client(s.server.port());
    client.send("HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive(true).header("content-type"), "text/event-stream");
    EXPECT_TRUE(client.at_end());
    EXPECT_TRUE(s.all_closed(1));
}

TEST(Stream, DrainEndsStreamsInGoodOrder) {
    Streaming s;
    TestClient client(s.server.port());
    client.send(subscribe);
    client.receive_head();
    s.stream(0)->send("data: last\n\n");
    std::thread draining([&] { s.server.drain(10s); });
    EXPECT_EQ(client.read_chunk(), "data: last\n\n");
    EXPECT_EQ(client.read_chunk(), "");
    EXPECT_TRUE(client.at_end());
    client.close();
    draining.join();
}

TEST(Stream, ManyThreadsSendToManyPeers) {
    Streaming s;
    std::vector<std::unique_ptr<TestClient>> clients;
    for (std::size_t i = 0; i < 20; ++i) {
        clients.push_back(std::make_unique<TestClient>(s.server.port()));
        clients.back()->send(subscribe);
        clients.back()->receive_head();
        s.stream(i);
    }
    std::vector<std::thread> senders;
    for (int t = 0; t < 4; ++t)
        senders.emplace_back([&] {
            for (int i = 0; i < 100; ++i)
                for (std::size_t k = 0; k < 20; ++k) EXPECT_TRUE(s.stream(k)->send("0123456789"));
        });
    for (auto& sender : senders) sender.join();
    for (auto& client : clients) {
        std::size_t received = 0;
        while (received < 4000) {
            const auto chunk = client->read_chunk();
            ASSERT_FALSE(chunk.empty());
            received += chunk.size();
        }
        EXPECT_EQ(received, 4000u);
    }
}

}  // namespace
}  // namespace lastmile::http
