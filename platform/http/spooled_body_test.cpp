#include "platform/http/spooled_body.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <future>

#include "platform/http/client.hpp"
#include "platform/http/http_test_client.hpp"
#include "platform/http/server.hpp"

namespace lastmile::http {
namespace {

/// Bodies of /spool go to the disk; the answer says what arrived.
struct Spooling {
    std::filesystem::path folder = std::filesystem::temp_directory_path() / ("lastmile-spool-" + std::to_string(::getpid()));
    Options options = [this] {
        std::filesystem::create_directories(folder);
        Options made;
        made.port = 0, made.max_body_bytes = 1'000'000;
        made.spool = [this](std::string_view, std::string_view path) { return path == "/spool" ? folder.string() : std::string(); };
        return made;
    }();
    ~Spooling() { std::filesystem::remove_all(folder); }
    static void tell(Request request, std::shared_ptr<Responder> to) {
        const auto kept = request.spooled ? request.spooled->read(0, 1'000'000) : std::string();
        to->send({200, {{"X-Spooled", request.spooled ? std::to_string(request.spooled->size()) : "no"}}, request.body + "|" + kept});
    }
};

TEST(SpooledBody, GoesToTheDiskInAnyFraming) {
    Spooling with;
    Server server(with.options, Spooling::tell);
    TestClient client(server.port());
    const auto sized = client.ask("POST /spool HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_EQ(sized.header("x-spooled"), "5");
    EXPECT_EQ(sized.body, "|hello");
    const auto chunked = client.ask("POST /spool HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    EXPECT_EQ(chunked.body, "|abcde");
    const auto elsewhere = client.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_EQ(elsewhere.header("x-spooled"), "no");
    EXPECT_EQ(elsewhere.body, "hello|");
    const auto empty = client.ask("POST /spool HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(empty.header("x-spooled"), "no");
    EXPECT_TRUE(std::filesystem::is_empty(with.folder)) << "the files have no names";
    EXPECT_EQ(SpooledBody::in_all(), 0U);
}

TEST(SpooledBody, IsBoundedAloneAndInAll) {
    Spooling with;
    with.options.max_body_bytes = 10, with.options.max_spooled_bytes = 8;
    Server server(with.options, Spooling::tell);
    EXPECT_EQ(TestClient(server.port()).ask("POST /spool HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello").status, 413);

    EXPECT_EQ(TestClient(server.port()).ask("POST /spool HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhello6789").status, 503);
    EXPECT_EQ(TestClient(server.port()).ask("POST /spool HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx").status, 415);
}

TEST(Client, GivesAStreamedAnswerAway) {
    Options options;
    options.port = 0;
    Server server(options, [](Request request, std::shared_ptr<Responder> to) {
        to->send({request.path == "/absent" ? 404 : 200, {}, std::string(300'000, 'a')});
    });
    Client client;
    const auto call = [&](const std::string& path, std::size_t most, std::function<bool(std::string_view)> sink) {
        std::promise<ClientResult> result;
        client.send({.url = "http://127.0.0.1:" + std::to_string(server.port()) + path, .max_response_bytes = most,
                     .allow_private_networks = {"127.0.0.0/8"}, .sink = std::move(sink)},
                    [&](ClientResult got) { result.set_value(std::move(got)); });
        return result.get_future().get();
    };
    std::size_t came = 0;
    const auto count = [&](std::string_view bytes) { return came += bytes.size(), true; };
    const auto whole = call("/", 1'000'000, count);
    EXPECT_EQ(whole.status, 200);
    EXPECT_EQ(whole.body, "");
    EXPECT_EQ(came, 300'000U);
    came = 0;
    EXPECT_EQ(call("/absent", 1'000'000, count).body.size(), 300'000U) << "a refusal's words are not the file";
    EXPECT_EQ(came, 0U);
    EXPECT_EQ(call("/", 100'000, count).fault, ClientFault::too_large);
    EXPECT_EQ(call("/", 1'000'000, [](std::string_view) { return false; }).fault, ClientFault::broken);
}

}  // namespace
}  // namespace lastmile::http
