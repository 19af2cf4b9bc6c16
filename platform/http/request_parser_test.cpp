// A request that arrives in any pieces is the same request. Found by fuzz_request: "0\r\n" and one more byte ended the process.
#include "platform/http/request_parser.hpp"

#include <gtest/gtest.h>

namespace lastmile::http {
namespace {

const std::string head = "POST /v1/pings HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

/// The head at once, as a connection hands it over, then what has come of the body, `step` bytes more each time.
void feed(RequestParser& parser, std::string_view body, std::size_t step) {
    parser.feed(head);
    std::size_t begin = 0;
    for (std::size_t end = 0; end < body.size() && !parser.complete() && parser.rejection.status == 0;) {
        end = std::min(body.size(), end + step);
        begin += parser.feed(body.substr(begin, end - begin));
    }
}

TEST(RequestParser, TakesAChunkedBodyInAnyPieces) {
    for (const std::string_view body : {"0\r\n\r\n", "0\r\nTrailer: y\r\n\r\n", "1\r\na\r\n0\r\n\r\n", "5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nA: b\r\n\r\n"}) {
        std::string whole;
        for (std::size_t step = body.size(); step > 0; --step) {
            const Options options;
            std::atomic<std::size_t> buffered{0};
            RequestParser parser(options, buffered);
            feed(parser, body, step);
            EXPECT_TRUE(parser.complete()) << body << " by " << step;
            EXPECT_EQ(parser.rejection.status, 0);
            if (step == body.size()) whole = parser.request.body;
            EXPECT_EQ(parser.request.body, whole) << body << " by " << step;
        }
    }
}

TEST(RequestParser, RefusesABadEndInAnyPieces) {
    for (const std::string_view body : {std::string_view("0\r\nA\0b: c\r\n\r\n", 13), std::string_view("x\r\n\r\nmore"), std::string_view("1\r\nabc\r\n0\r\n\r\n")})
        for (std::size_t step = body.size(); step > 0; --step) {
            const Options options;
            std::atomic<std::size_t> buffered{0};
            RequestParser parser(options, buffered);
            feed(parser, body, step);
            EXPECT_EQ(parser.rejection.status, 400) << body << " by " << step;
        }
}

}  // namespace
}  // namespace lastmile::http
