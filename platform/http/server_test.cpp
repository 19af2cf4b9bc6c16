#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "platform/http/http_test_client.hpp"
#include "platform/http/server.hpp"

namespace lastmile::http {
namespace {

using namespace std::chrono_literals;

void echo(Request request, std::shared_ptr<Responder> responder) {
    responder->send(
        {200, {{"Content-Type", "text/plain"}, {"X-Path", request.path}, {"X-Query", request.query}}, request.method + " " + request.body});
}

Options free_port() {
    Options options;
    options.port = 0;
    options.sweep = 5ms;
    return options;
}

/// Time that stands still until it is moved.
struct HandClock {
    std::shared_ptr<std::atomic<std::int64_t>> ms = std::make_shared<std::atomic<std::int64_t>>(1'000'000);
    std::function<std::chrono::steady_clock::time_point()> function() const {
        return [ms = ms] { return std::chrono::steady_clock::time_point(std::chrono::milliseconds(ms->load())); };
    }
    void advance(std::chrono::milliseconds span) { *ms += span.count(); }
};

TEST(Server, KeepsTheConnectionAndTellsPathQueryAndBody) {
    Server server(free_port(), echo);
    TestClient client(server.port());
    const auto first = client.ask("POST /a/b?c=d%20e HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(first.body, "POST hello");
    EXPECT_EQ(first.header("x-path"), "/a/b");
    EXPECT_EQ(first.header("x-query"), "c=d%20e");
    EXPECT_EQ(first.header("date").size(), 29u);
    EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").body, "GET ");
    EXPECT_EQ(client.ask("GET http://x/y?z HTTP/1.1\r\nHost: x\r\n\r\n").header("x-path"), "/y");
    EXPECT_EQ(server.numbers().requests, 3u);
    EXPECT_EQ(server.numbers().accepted, 1u);
}

TEST(Server, ReadsARequestByteByByte) {
    Server server(free_port(), echo);
    TestClient client(server.port());
    for (const char c :
         std::string_view("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n"))
        client.send({&c, 1});
    EXPECT_EQ(client.receive().body, "POST abcde");
    EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
}

TEST(Server, TrailersDoNotBecomeHeaders) {
    Server server(free_port(), [](Request request, std::shared_ptr<Responder> responder) {
        responder->send({200, {}, std::string(request.header("authorization"))});
    });
    TestClient client(server.port());
    EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nAuthorization: evil\r\n\r\n").body,
              "");
}

TEST(Server, AnswersPipelinedRequestsInOrderWhateverOrderTheHandlerHas) {
    std::mutex mutex;
    std::condition_variable changed;
    std::shared_ptr<Responder> held;
    Server server(free_port(), [&](Request request, std::shared_ptr<Responder> responder) {
        if (request.path != "/slow") return responder->send({200, {}, request.path});
        const std::lock_guard lock(mutex);
        held = std::move(responder);
        changed.notify_all();
    });
    TestClient client(server.port());
    std::string many = "GET /first HTTP/1.1\r\nHost: x\r\n\r\nGET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
    for (int i = 0; i < 200; ++i) many += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    client.send(many);
    EXPECT_EQ(client.receive().body, "/first");   // not held back by the slow one
    {
        std::unique_lock lock(mutex);
        ASSERT_TRUE(changed.wait_for(lock, 10s, [&] { return held != nullptr; }));
    }
    held->send({200, {}, std::string(100'000, 's')});
    EXPECT_EQ(client.receive().body.size(), 100'000u);
    for (int i = 0; i < 200; ++i) EXPECT_EQ(client.receive().body, "/" + std::to_string(i));
}

/// Three answers that are copied behind each other, then one from a thread: large and small in turn.
std::string padding(int number) { return std::string(number % 4 != 1 ? 15'000 : number % 8 == 1 ? 60'000 : 100, 'x'); }

TEST(Server, KeepsTheOrderWhileASlowReaderHoldsTheWritesUp) {
    std::vector<std::thread> threads;   // every fourth answer comes from one, while earlier ones are being written
    auto options = free_port();
    options.threads = 1;
    Server server(std::move(options), [&](Request request, std::shared_ptr<Responder> responder) {
        const auto number = std::stoi(request.path.substr(1));
        Response response{200, {}, request.path + padding(number)};
        if (number % 4 != 1) return responder->send(std::move(response));
        threads.emplace_back(
            [responder = std::move(responder), response = std::move(response)]() mutable { responder->send(std::move(response)); });
    });
    TestClient client(server.port(), 4096);
    std::string many;
    for (int i = 0; i < 600; ++i) many += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    client.send(many);
    for (int i = 0; i < 600; ++i) {
        const auto path = "/" + std::to_string(i);
        const auto answer = client.receive();
        ASSERT_EQ(answer.body.size(), path.size() + padding(i).size());
        ASSERT_EQ(answer.body.substr(0, path.size()), path);
    }
    for (auto& thread : threads) thread.join();
}

TEST(Server, HeadKeepsTheLengthAndDropsTheBody) {
    Server server(free_port(), [](Request, std::shared_ptr<Responder> responder) { responder->send({200, {}, "twelve bytes"}); });
    TestClient client(server.port());
    client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive(true).header("content-length"), "12");
    EXPECT_EQ(client.receive().body, "twelve bytes");
}

TEST(Server, SaysContinueOnlyWhenTheBodyIsWelcome) {
    auto options = free_port();
    options.max_body_bytes = 10;
    Server server(std::move(options), echo);
    TestClient client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.receive().status, 100);
    EXPECT_EQ(client.ask("hello").body, "POST hello");
    TestClient large(server.port());
    EXPECT_EQ(large.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n").status, 413);
    EXPECT_TRUE(large.at_end());
}

TEST(Server, ADroppedResponderAnswers500AndAThrowingHandlerToo) {
    Server server(free_port(), [](Request request, std::shared_ptr<Responder> responder) {
        if (request.path == "/throw") throw std::runtime_error("no");
        responder.reset();
    });
    TestClient client(server.port());
    const auto dropped = client.ask("GET /drop HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(dropped.status, 500);
    EXPECT_EQ(dropped.header("content-type"), "application/problem+json");
    EXPECT_EQ(client.ask("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n").status, 500);
}

TEST(Server, AHandlersFieldWithALineBreakBecomes500) {
    Server server(free_port(), [](Request, std::shared_ptr<Responder> responder) {
        responder->send({200, {{"X-A", "b\r\nX-Evil: 1"}}, ""});
    });
    TestClient client(server.port());
    const auto answer = client.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.header("x-evil"), "");
}

TEST(Server, AnswersFromManyThreads) {
    std::vector<std::thread> threads;
    std::mutex mutex;
    Server server(free_port(), [&](Request request, std::shared_ptr<Responder> responder) {
        const std::lock_guard lock(mutex);
        threads.emplace_back([request = std::move(request), responder = std::move(responder)] {
            responder->send({200, {}, request.path});
        });
    });
    std::vector<std::thread> clients;
    for (int c = 0; c < 4; ++c)
        clients.emplace_back([&server] {
            TestClient client(server.port());
            for (int i = 0; i < 50; ++i)
                EXPECT_EQ(client.ask("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n").body, "/" + std::to_string(i));
        });
    for (auto& client : clients) client.join();
    server.drain(1s);
    for (auto& thread : threads) thread.join();
}

TEST(Server, Http10ClosesUnlessAskedToStay) {
    Server server(free_port(), echo);
    TestClient client(server.port());
    EXPECT_EQ(client.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").header("connection"), "keep-alive");
    EXPECT_EQ(client.ask("GET / HTTP/1.0\r\n\r\n").header("connection"), "close");
    EXPECT_TRUE(client.at_end());
}

TEST(Server, RefusesASlowHeadSlowBodyAndClosesIdlers) {
    HandClock clock;
    auto options = free_port();
    options.clock = clock.function();
    Server server(std::move(options), echo);
    TestClient slow(server.port()), body(server.port()), idle(server.port()), second(server.port());
    EXPECT_EQ(idle.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
    EXPECT_EQ(second.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nX: ").status, 200);
    slow.send("GET / HTTP/1.1\r\nX: ");
    body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(body.receive().status, 100);
    while (server.numbers().received_bytes < 27 + 46 + 19 + 69)  // once all has arrived, time may pass
        std::this_thread::yield();
    clock.advance(11s);
    EXPECT_EQ(slow.receive().status, 408);
    EXPECT_EQ(second.receive().status, 408);
    body.send("he");
    clock.advance(50s);
    EXPECT_EQ(body.receive().status, 408);
    clock.advance(15s);
    EXPECT_TRUE(idle.at_end());
    EXPECT_EQ(server.numbers().timed_out, 4u);
}

TEST(Server, AnswersOneConnectionTooManyWith503) {
    auto options = free_port();
    options.max_connections = 1;
    Server server(std::move(options), echo);
    TestClient first(server.port());
    EXPECT_EQ(first.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
    TestClient second(server.port());
    const auto shed = second.receive();
    EXPECT_EQ(shed.status, 503);
    EXPECT_EQ(shed.header("retry-after"), "1");
    EXPECT_EQ(server.numbers().shed, 1u);
    EXPECT_EQ(first.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
}

TEST(Server, DrainFinishesWhatRunsAndClosesTheRest) {
    std::mutex mutex;
    std::condition_variable changed;
    std::shared_ptr<Responder> held;
    Server server(free_port(), [&](Request, std::shared_ptr<Responder> responder) {
        const std::lock_guard lock(mutex);
        held = std::move(responder);
        changed.notify_all();
    });
    TestClient idle(server.port()), running(server.port());
    running.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    {
        std::unique_lock lock(mutex);
        ASSERT_TRUE(changed.wait_for(lock, 10s, [&] { return held != nullptr; }));
    }
    std::thread draining([&] { server.drain(10s); });
    EXPECT_TRUE(idle.at_end());
    held->send({200, {}, "done"});
    const auto answer = running.receive();
    EXPECT_EQ(answer.body, "done");
    EXPECT_EQ(answer.header("connection"), "close");
    running.close();
    draining.join();
    EXPECT_THROW(TestClient{server.port()}, std::runtime_error);
    EXPECT_EQ(server.numbers().open, 0u);
}

TEST(Server, AnAnswerAfterTheServerIsGoneIsHarmless) {
    std::shared_ptr<Responder> held;
    std::mutex mutex;
    std::condition_variable changed;
    {
        Server server(free_port(), [&](Request, std::shared_ptr<Responder> responder) {
            const std::lock_guard lock(mutex);
            held = std::move(responder);
            changed.notify_all();
        });
        TestClient client(server.port());
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        std::unique_lock lock(mutex);
        ASSERT_TRUE(changed.wait_for(lock, 10s, [&] { return held != nullptr; }));
        lock.unlock();
        server.drain(0ms);
    }
    held->send({200, {}, "late"});
    held.reset();
}

TEST(Server, SaysWhyItCannotListen) {
    Server first(free_port(), echo);
    auto options = free_port();
    options.port = first.port();
    try {
        Server second(std::move(options), echo);
        FAIL();
    } catch (const std::runtime_error& fault) {
        EXPECT_EQ(std::string(fault.what()), "cannot listen on 127.0.0.1:" + std::to_string(first.port()) + ": Address already in use");
    }
}

}  // namespace
}  // namespace lastmile::http
