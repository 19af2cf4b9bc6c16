#include "platform/http/encoding.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "platform/http/http_test_client.hpp"
#include "platform/http/server.hpp"

namespace lastmile::http {
namespace {

TEST(Coding, IsChosenByQuality) {
    EXPECT_EQ(choose_coding(""), Coding::identity);
    EXPECT_EQ(choose_coding("gzip, deflate, br"), Coding::br);
    EXPECT_EQ(choose_coding("gzip, br;q=0.5"), Coding::gzip);
    EXPECT_EQ(choose_coding("br;q=0, gzip;q=0.001"), Coding::gzip);
    EXPECT_EQ(choose_coding("br;q=0, gzip;q=0.000"), Coding::identity);
    EXPECT_EQ(choose_coding("*"), Coding::br);
    EXPECT_EQ(choose_coding("*;q=0"), Coding::identity);
    EXPECT_EQ(choose_coding("identity"), Coding::identity);
    EXPECT_EQ(choose_coding("GZIP"), Coding::gzip);
}

RC_GTEST_PROP(Coding, IsReversible, (const std::string& text)) {
    for (const auto coding : {Coding::gzip, Coding::br}) {
        std::string out;
        RC_ASSERT(unpack(coding, pack(coding, text), text.size(), out) == Unpacked::ok);
        RC_ASSERT(out == text);
    }
}

TEST(Coding, RefusesBombsCutsAndTails) {
    const std::string text(1'000'000, 'a');
    for (const auto coding : {Coding::gzip, Coding::br}) {
        const auto packed = pack(coding, text);
        ASSERT_LT(packed.size(), 2000u);
        std::string out;
        EXPECT_EQ(unpack(coding, packed, text.size(), out), Unpacked::ok);
        EXPECT_EQ(unpack(coding, packed, text.size() - 1, out), Unpacked::too_large);
        EXPECT_LE(out.capacity(), text.size() * 2);
        EXPECT_EQ(unpack(coding, packed.substr(0, packed.size() - 1), text.size(), out), Unpacked::malformed);
        EXPECT_EQ(unpack(coding, packed + "x", text.size(), out), Unpacked::malformed);
        EXPECT_EQ(unpack(coding, "not packed at all", text.size(), out), Unpacked::malformed);
    }
    std::string out;
    EXPECT_EQ(unpack(Coding::gzip, pack(Coding::gzip, "ab") + pack(Coding::gzip, "cd"), 4, out), Unpacked::ok);
    EXPECT_EQ(out, "abcd");
}

Options small_bodies() {
    Options options;
    options.port = 0;
    options.max_body_bytes = 100'000;
    return options;
}

TEST(Coding, AnswersArePackedWhenItPays) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += std::to_string(i) + ",";
    Server server(small_bodies(), [&](Request request, std::shared_ptr<Responder> responder) {
        const auto body = request.path == "/small" ? std::string(1023, 'a') : request.path == "/medium" ? text.substr(0, 4000) : text;
        Response response{200, {{"Content-Type", request.path == "/image" ? "image/png" : "application/json; charset=utf-8"}}, body};
        if (request.path == "/coded") response.headers.emplace_back("content-encoding", "zstd");
        responder->send(std::move(response));
    });
    TestClient client(server.port());
    const auto ask = [&](const std::string& path, const std::string& accepted) {
        return client.ask("GET " + path + " HTTP/1.1\r\nHost: x\r\nAccept-Encoding: " + accepted + "\r\n\r\n");
    };
    std::string out;
    for (const auto* path : {"/medium", "/large"}) {
        auto answer = ask(path, "gzip");
        EXPECT_EQ(answer.header("content-encoding"), "gzip");
        EXPECT_EQ(answer.header("vary"), "Accept-Encoding");
        EXPECT_EQ(unpack(Coding::gzip, answer.body, 1'000'000, out), Unpacked::ok);
        EXPECT_EQ(out, path == std::string("/large") ? text : text.substr(0, 4000));
        answer = ask(path, "gzip, br");
        EXPECT_EQ(answer.header("content-encoding"), "br");
        EXPECT_EQ(unpack(Coding::br, answer.body, 1'000'000, out), Unpacked::ok);
        EXPECT_EQ(ask(path, "identity").header("content-encoding"), "");
    }
    EXPECT_EQ(ask("/small", "gzip").header("content-encoding"), "");
    EXPECT_EQ(ask("/image", "gzip").body, text);
    EXPECT_EQ(ask("/coded", "gzip").header("content-encoding"), "zstd");
    client.send("HEAD /medium HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
    const auto head = client.receive(true);
    EXPECT_EQ(head.header("content-length"), std::to_string(ask("/medium", "gzip").body.size()));
}

TEST(Coding, RequestBodiesAreUnpackedWithinTheLimit) {
    Server server(small_bodies(), [](Request request, std::shared_ptr<Responder> responder) {
        responder->send({200, {{"X-Coding", std::string(request.header("content-encoding"))}}, std::to_string(request.body.size())});
    });
    const auto post = [&](Coding coding, std::string body) {
        TestClient client(server.port());
        return client.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: " + std::string(coding_name(coding)) +
                          "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    };
    for (const auto coding : {Coding::gzip, Coding::br}) {
        EXPECT_EQ(post(coding, pack(coding, std::string(100'000, 'a'))).body, "100000");
        EXPECT_EQ(post(coding, pack(coding, std::string(100'001, 'a'))).status, 413);
        EXPECT_EQ(post(coding, pack(coding, std::string(50'000'000, 'a'))).status, 413);
        EXPECT_EQ(post(coding, "garbage").status, 400);
        EXPECT_EQ(post(coding, "").body, "0");
        EXPECT_EQ(post(coding, pack(coding, "abc")).header("x-coding"), "");
    }
}

}  // namespace
}  // namespace lastmile::http
