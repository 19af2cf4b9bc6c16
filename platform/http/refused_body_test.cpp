// Bodies that are refused while they come: the answer reaches who is still writing, and nothing of a stranger's goes to the disk.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "platform/http/http_test_client.hpp"
#include "platform/http/server.hpp"
#include "platform/http/spooled_body.hpp"

namespace lastmile::http {
namespace {

using namespace std::chrono_literals;

/// Writes all of it without reading, as simple clients do. False when the peer has reset the connection.
bool write_all(const TestClient& client, std::size_t size) {
    const std::string part(64 * 1024, 'x');
    for (std::size_t sent = 0; sent < size;) {
        const auto count = ::send(client.descriptor(), part.data(), std::min(part.size(), size - sent), MSG_NOSIGNAL);
        if (count <= 0) return false;
        sent += static_cast<std::size_t>(count);
    }
    return true;
}

/// The peer has said its end by now, or has not.
bool end_was_said(const TestClient& client, std::chrono::milliseconds within) {
    pollfd end{client.descriptor(), POLLRDHUP, 0};
    return ::poll(&end, 1, static_cast<int>(within.count())) == 1;
}

Options small() {
    Options options;
    options.port = 0, options.max_body_bytes = 1000;
    return options;
}

void ok(Request request, std::shared_ptr<Responder> to) { to->send({200, {}, request.spooled && request.spooled->admitted ? "admitted" : "as it came"}); }

// Broken on purpose: with a bound of 4 MiB for what is dropped the second write fails.
TEST(RefusedBody, TheAnswerReachesWhoWritesOnWithoutReading) {
    Server server(small(), ok);
    TestClient client(server.port());
    constexpr std::size_t size = 24 * 1024 * 1024;
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
    ASSERT_TRUE(write_all(client, size)) << "reset while it was writing";
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(answer.header("connection"), "close");
    EXPECT_TRUE(client.ended_cleanly());
}

// Node's clients take an end that comes while they write for a failure. Broken on purpose: without `owed_` the end is there at once.
TEST(RefusedBody, TheEndIsNotSaidInTheMiddleOfTheBody) {
    Server server(small(), ok);
    TestClient client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
    EXPECT_EQ(client.receive().status, 413);
    for (int i = 0; i < 10; ++i) {
        ASSERT_FALSE(end_was_said(client, 0ms)) << i;
        ASSERT_TRUE(write_all(client, 1000));
    }
    EXPECT_TRUE(client.ended_cleanly()) << "once nothing more comes";
}

TEST(RefusedBody, AMalformedRequestIsEndedAtOnce) {
    auto options = small();
    options.clock = [] { return std::chrono::steady_clock::time_point(1h); };  // no deadline passes
    Server server(options, ok);
    TestClient client(server.port());
    EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n\r\n").status, 400);
    EXPECT_TRUE(client.ended_cleanly());
}

/// Bodies of /spool go to the disk, if the head says so.
struct Guarded {
    std::filesystem::path folder = std::filesystem::temp_directory_path() / ("lastmile-guarded-" + std::to_string(::getpid()));
    Options options = [this] {
        std::filesystem::create_directories(folder);
        auto made = small();
        made.max_body_bytes = 1'000'000;
        made.spool = [this](std::string_view, std::string_view path) { return path == "/spool" ? folder.string() : std::string(); };
        made.admit = [](Request head, std::function<void(std::optional<Response>)> then) {
            if (head.header("authorization") == "good" && head.peer == "127.0.0.1") return then(std::nullopt);
            then(Response{401, {{"X-Body", std::to_string(head.body.size())}}, "no"});
        };
        return made;
    }();
    ~Guarded() { std::filesystem::remove_all(folder); }
};

TEST(Admission, AStrangersBodyIsNeitherAskedForNorKept) {
    Guarded with;
    Server server(with.options, ok);
    TestClient polite(server.port());
    polite.send("POST /spool HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 500000\r\n\r\n");
    const auto refused = polite.receive();
    EXPECT_EQ(refused.status, 401) << "and not 100";
    EXPECT_EQ(refused.header("x-body"), "0");
    EXPECT_EQ(refused.header("connection"), "close");

    TestClient rude(server.port());
    rude.send("POST /spool HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n");
    ASSERT_TRUE(write_all(rude, 500'000));
    EXPECT_EQ(SpooledBody::in_all(), 0U);
    EXPECT_EQ(rude.receive().status, 401);
}

TEST(Admission, WhoIsLetInIsToldToGoOn) {
    Guarded with;
    Server server(with.options, ok);
    TestClient client(server.port());
    client.send("POST /spool HTTP/1.1\r\nHost: x\r\nAuthorization: good\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(client.receive_head().status, 100);
    EXPECT_EQ(client.ask("hello").body, "admitted");
    EXPECT_EQ(client.ask("POST /spool HTTP/1.1\r\nHost: x\r\nAuthorization: good\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n").body, "admitted");
    EXPECT_EQ(client.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi").body, "as it came") << "small bodies are authenticated with their request";
}

TEST(Admission, MayBeToldLaterFromAnotherThreadAndPipelinedRequestsWait) {
    Guarded with;
    std::mutex mutex;
    std::condition_variable changed;
    std::function<void(std::optional<Response>)> held;
    with.options.admit = [&](Request, std::function<void(std::optional<Response>)> then) {
        const std::lock_guard lock(mutex);
        held = std::move(then);
        changed.notify_all();
    };
    Server server(with.options, ok);
    TestClient client(server.port());
    client.send("GET /first HTTP/1.1\r\nHost: x\r\n\r\nPOST /spool HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloGET /third HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.receive().body, "as it came") << "the first answer does not wait for the admission";
    {
        std::unique_lock lock(mutex);
        ASSERT_TRUE(changed.wait_for(lock, 10s, [&] { return held != nullptr; }));
    }
    EXPECT_EQ(SpooledBody::in_all(), 0U);
    held(std::nullopt);
    EXPECT_EQ(client.receive().body, "admitted");
    EXPECT_EQ(client.receive().body, "as it came");
}

}  // namespace
}  // namespace lastmile::http
