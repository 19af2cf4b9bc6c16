// What proxies and servers have read differently is refused, and nothing behind it is taken for a request.
#include <gtest/gtest.h>

#include "platform/http/http_test_client.hpp"
#include "platform/http/server.hpp"

namespace lastmile::http {
namespace {

Options small() {
    Options options;
    options.port = 0;
    options.threads = 1;
    options.max_header_bytes = 1024;
    options.max_body_bytes = 1000;
    return options;
}

struct Case {
    const char* name;
    std::string bytes;
    int status;
};

class Malformed : public testing::TestWithParam<Case> {};

TEST_P(Malformed, IsRefusedAndTheConnectionEnds) {
    int handled = 0;
    Server server(small(), [&](Request, std::shared_ptr<Responder> responder) {
        ++handled;
        responder->send({200, {}, "handled"});
    });
    TestClient client(server.port());
    const auto answer = client.ask(GetParam().bytes);
    EXPECT_EQ(answer.status, GetParam().status);
    EXPECT_EQ(answer.header("content-type"), "application/problem+json");
    EXPECT_EQ(answer.header("connection"), "close");
    EXPECT_TRUE(client.at_end());
    server.drain(std::chrono::milliseconds(0));
    EXPECT_EQ(handled, 0);
}

const std::string get = "GET / HTTP/1.1\r\n", post = "POST / HTTP/1.1\r\nHost: x\r\n", hidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";

INSTANTIATE_TEST_SUITE_P(Smuggling, Malformed, testing::Values(
    Case{"LengthAndChunked", post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden, 400},
    Case{"ChunkedAndLength", post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + hidden, 400},
    Case{"TwoLengths", post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400},
    Case{"TwoEqualLengths", post + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", 400},
    Case{"LengthList", post + "Content-Length: 4, 4\r\n\r\nabcd", 400},
    Case{"LengthWithSign", post + "Content-Length: +4\r\n\r\nabcd", 400},
    Case{"LengthHex", post + "Content-Length: 0x4\r\n\r\nabcd", 400},
    Case{"LengthEmpty", post + "Content-Length:\r\n\r\nabcd", 400},
    Case{"LengthOverflow", post + "Content-Length: 99999999999999999999999\r\n\r\nabcd", 400},
    Case{"CodingUnknown", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
    Case{"CodingIdentity", post + "Transfer-Encoding: identity\r\n\r\n", 400},
    Case{"CodingTwice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    Case{"CodingVerticalTab", post + "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n", 400},
    Case{"CodingIn10", "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    Case{"SpaceBeforeColon", post + "Content-Length : 4\r\n\r\nabcd", 400},
    Case{"Folded", get + "Host: x\r\nX-A: b\r\n c\r\n\r\n", 400},
    Case{"FoldedFirst", get + " Host: x\r\n\r\n", 400},
    Case{"BareLineFeed", "GET / HTTP/1.1\nHost: x\n\n", 400},
    Case{"BareLineFeedInside", get + "Host: x\nX-A: b\r\n\r\n", 400},
    Case{"BareReturn", get + "Host: x\r\nX-A: b\rc\r\n\r\n", 400},
    Case{"Nul", get + std::string("Host: x\r\nX-A: b\0c\r\n\r\n", 22), 400},
    Case{"NoHost", get + "\r\n", 400},
    Case{"TwoHosts", get + "Host: x\r\nHost: x\r\n\r\n", 400},
    Case{"BadHost", get + "Host: x/y\r\n\r\n", 400},
    Case{"HostUser", get + "Host: a@b\r\n\r\n", 400},
    Case{"HostContradictsTarget", "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", 400},
    Case{"TargetNotAPath", "GET x HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    Case{"Connect", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 400},
    Case{"TargetWithFragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    Case{"TargetNotAscii", "GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    Case{"TwoSpaces", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    Case{"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    Case{"Http09", "GET /\r\n\r\n", 400},
    Case{"TlsHello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 12), 400},
    Case{"ChunkSizeNotHex", post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
    Case{"ChunkSizeOverflow", post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400},
    Case{"ChunkWithoutEnd", post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcdefgh\r\n", 400},
    Case{"ChunkTooLarge", post + "Transfer-Encoding: chunked\r\n\r\n400\r\n" + std::string(1024, 'a') + "\r\n0\r\n\r\n", 413},
    Case{"ChunksTooLarge", post + "Transfer-Encoding: chunked\r\n\r\n300\r\n" + std::string(768, 'a') + "\r\n300\r\n" +
                               std::string(768, 'a') + "\r\n0\r\n\r\n", 413},
    Case{"BodyTooLarge", post + "Content-Length: 1001\r\n\r\n", 413},
    Case{"HeaderTooLarge", get + "Host: x\r\nX-A: " + std::string(1024, 'a') + "\r\n\r\n", 431},
    Case{"TargetTooLarge", "GET /" + std::string(2000, 'a'), 431},
    Case{"Expectation", post + "Expect: a-miracle\r\n\r\n", 417},
    Case{"CodingOfContent", post + "Content-Encoding: zstd\r\nContent-Length: 1\r\n\r\na", 415},
    Case{"EmptyLines", "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n" + get, 400}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(Smuggling, TooManyFieldsAreRefused) {
    auto options = small();
    options.max_header_bytes = 64 * 1024;
    Server server(std::move(options), [](Request, std::shared_ptr<Responder> responder) { responder->send({}); });
    TestClient client(server.port());
    std::string head = get + "Host: x\r\n";
    for (int i = 0; i < 200; ++i) head += "A: b\r\n";
    EXPECT_EQ(client.ask(head + "\r\n").status, 431);
}

TEST(Smuggling, AClientStillSendingSeesTheRefusal) {
    Server server(small(), [](Request, std::shared_ptr<Responder> responder) { responder->send({}); });
    TestClient client(server.port());
    client.send(post + "Content-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'a'));
    EXPECT_EQ(client.receive().status, 413);
    EXPECT_TRUE(client.ended_cleanly());   // a reset could overtake the answer
}

}  // namespace
}  // namespace lastmile::http
