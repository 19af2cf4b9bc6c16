#include "app/static_files.hpp"

#include <gtest/gtest.h>

#include <array>

namespace lastmile::app {
namespace {

constexpr std::array files{
    EmbeddedFile{"/console.html", "text/html; charset=utf-8", "aaa", false, "<html>console</html>", "br-bytes", "gz-bytes"},
    EmbeddedFile{"/track.html", "text/html; charset=utf-8", "bbb", false, "<body></body>", "", ""},
    EmbeddedFile{"/assets/x-1.js", "text/javascript; charset=utf-8", "ccc", true, "let x;", "", ""},
};

http::Request get(std::string path, http::Headers headers = {}, std::string method = "GET") {
    http::Request request;
    request.method = std::move(method);
    request.target = request.path = std::move(path);
    request.headers = std::move(headers);
    return request;
}

std::string_view header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
        if (key == name) return value;
    }
    return {};
}

TEST(StaticFiles, PathsOfTheApiAreNotOurs) {
    EXPECT_FALSE(static_file(get("/v1/lastmile/deliveries"), files));
    EXPECT_FALSE(static_file(get("/openapi.json"), files));
    EXPECT_FALSE(static_file(get("/consoles"), files));
    EXPECT_FALSE(static_file(get("/tracking"), files));
}

TEST(StaticFiles, PagesAreServedUnderTheirOwnNames) {
    for (const auto* path : {"/console", "/console/", "/console/deliveries/dlv_1"}) {
        const auto response = static_file(get(path), files);
        ASSERT_TRUE(response) << path;
        EXPECT_EQ(response->status, 200);
        EXPECT_EQ(response->body, "<html>console</html>");
        EXPECT_EQ(header(*response, "Cache-Control"), "no-cache");
        const auto policy = header(*response, "Content-Security-Policy");
        EXPECT_NE(policy.find("default-src 'none'"), std::string_view::npos);
        EXPECT_EQ(policy.find("unsafe"), std::string_view::npos);
    }
    EXPECT_EQ(header(*static_file(get("/"), files), "Location"), "/console");
}

TEST(StaticFiles, SendsTheSmallestEncodingThatIsTaken) {
    const auto encoding = [](std::string accept) { return std::string(header(*static_file(get("/console", {{"accept-encoding", accept}}), files), "Content-Encoding")); };
    EXPECT_EQ(encoding("gzip, deflate, br"), "br");
    EXPECT_EQ(encoding("gzip, br;q=0"), "gzip");
    EXPECT_EQ(encoding("gzip;q=0.5"), "gzip");
    EXPECT_EQ(encoding("gzip;q=0.000, br; q=0"), "");
    EXPECT_EQ(encoding("brotli"), "");
    EXPECT_EQ(encoding(""), "");
    EXPECT_EQ(static_file(get("/console", {{"accept-encoding", "br"}}), files)->body, "br-bytes");
    EXPECT_EQ(header(*static_file(get("/console"), files), "Vary"), "Accept-Encoding");
}

TEST(StaticFiles, KnownContentIsNotSentAgain) {
    const auto first = static_file(get("/console", {{"accept-encoding", "br"}}), files);
    const std::string etag(header(*first, "ETag"));
    EXPECT_EQ(etag, "\"aaa-br\"");
    const auto again = static_file(get("/console", {{"accept-encoding", "br"}, {"if-none-match", "\"zzz\", W/" + etag}}), files);
    EXPECT_EQ(again->status, 304);
    EXPECT_TRUE(again->body.empty());
    // The same tag under another encoding names other bytes.
    EXPECT_EQ(static_file(get("/console", {{"if-none-match", etag}}), files)->status, 200);
}

TEST(StaticFiles, HashedFilesAreKeptForAYearAndMissingOnesNotAtAll) {
    EXPECT_EQ(header(*static_file(get("/assets/x-1.js"), files), "Cache-Control"), "public, max-age=31536000, immutable");
    const auto gone = static_file(get("/assets/x-0.js"), files);
    EXPECT_EQ(gone->status, 404);
    EXPECT_EQ(header(*gone, "Cache-Control"), "no-store");
}

TEST(StaticFiles, OnlyReads) {
    const auto refused = static_file(get("/console", {}, "POST"), files);
    EXPECT_EQ(refused->status, 405);
    EXPECT_EQ(header(*refused, "Allow"), "GET, HEAD");
    const auto head = static_file(get("/assets/x-1.js", {}, "HEAD"), files);
    EXPECT_TRUE(head->body.empty());
    EXPECT_EQ(header(*head, "Content-Length"), "6");
}

TEST(StaticFiles, WithoutPagesItSaysWhatToDo) {
    const auto response = static_file(get("/console"), std::span<const EmbeddedFile>{});
    EXPECT_EQ(response->status, 503);
    EXPECT_NE(response->body.find("npm run build"), std::string::npos);
}

TEST(StaticFiles, PagesMayFetchFilesFromTheBucketThatHoldsThem) {
    const auto policy = [](std::string_view origin) { return std::string(header(*static_file(get("/console"), files, origin), "Content-Security-Policy")); };
    EXPECT_EQ(policy("").find("https:"), std::string::npos);
    const auto with = policy("https://s3.example");
    EXPECT_NE(with.find("img-src 'self' data: blob: https://s3.example;"), std::string::npos);
    EXPECT_NE(with.find("connect-src 'self' https://s3.example;"), std::string::npos);
    EXPECT_NE(with.find("script-src 'self';"), std::string::npos);
}

}  // namespace
}  // namespace lastmile::app
