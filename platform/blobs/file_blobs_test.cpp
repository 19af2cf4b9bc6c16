#include "platform/blobs/file_blobs.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <future>

#include "platform/base/reasons.hpp"
#include "platform/blobs/byte_range.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::blobs {
namespace {

std::string hash_of(std::string_view bytes) { return crypto::to_hex(crypto::view(crypto::sha256(bytes))); }

/// Keeps the answer for the test.
struct Kept final : http::Responder {
    std::promise<http::Response> promise;
    void send(http::Response response) override { promise.set_value(std::move(response)); }
    std::shared_ptr<http::Stream> stream(http::Response) override { return nullptr; }
};

struct FileBlobsTest : testing::Test {
    std::filesystem::path folder = std::filesystem::temp_directory_path() / ("blobs_test_" + std::to_string(::getpid()));
    std::atomic<std::int64_t> now_ms{1'700'000'000'000};
    crypto::Keyring keys = crypto::Keyring::parse("k1:" + crypto::to_base64(std::string(32, 'k')));
    std::unique_ptr<FileBlobs> blobs;

    void SetUp() override { open(); }
    void TearDown() override {
        blobs.reset();
        std::filesystem::remove_all(folder);
    }
    void open() {
        blobs.reset();
        blobs = std::make_unique<FileBlobs>(
            FileBlobOptions{.folder = folder, .keys = keys, .max_blob_bytes = 1000, .machine_now = [this] { return now(); }});
    }
    Instant now() { return from_unix_ms(now_ms); }
    static UploadTerms terms(std::string_view bytes) { return {"p1/pod/ast_1", bytes.size(), "image/png", hash_of(bytes)}; }
    http::Response ask(std::string method, const std::string& url, std::string body = "", http::Headers headers = {}) {
        http::Request request{.method = std::move(method),
                              .target = url,
                              .path = url.substr(0, url.find('?')),
                              .query = url.find('?') == std::string::npos ? "" : url.substr(url.find('?') + 1),
                              .headers = std::move(headers),
                              .body = std::move(body),
                              .peer = {}};
        auto responder = std::make_shared<Kept>();
        auto answer = responder->promise.get_future();
        EXPECT_TRUE(blobs->serve(request, responder));
        return answer.get();
    }
    static std::string header(const http::Response& response, std::string_view name) {
        for (const auto& [key, value] : response.headers)
            if (key == name) return value;
        return {};
    }
};

TEST_F(FileBlobsTest, KeepsAcrossARestart) {
    ASSERT_TRUE(blobs->put("p1/pod/a", "bytes", "image/png"));
    open();
    const auto blob = blobs->get("p1/pod/a");
    ASSERT_TRUE(blob);
    EXPECT_EQ(blob->bytes, "bytes");
    EXPECT_EQ(blob->info.content_type, "image/png");
    EXPECT_EQ(blob->info.sha256, hash_of("bytes"));
    EXPECT_EQ(blobs->head("p1/pod/a")->size, 5u);
    EXPECT_EQ(blobs->get("p1/pod/b").error().reason, &reasons::not_found);
    EXPECT_TRUE(blobs->remove("p1/pod/a"));
    EXPECT_TRUE(blobs->remove("p1/pod/a"));
    EXPECT_EQ(blobs->head("p1/pod/a").error().reason, &reasons::not_found);
}

TEST_F(FileBlobsTest, AKeyHoldsOneContentForEver) {
    ASSERT_TRUE(blobs->put("a", "one", "image/png"));
    EXPECT_TRUE(blobs->put("a", "one", "image/png"));
    EXPECT_EQ(blobs->put("a", "two", "image/png").error().reason, &reasons::conflict);
    EXPECT_EQ(blobs->put("a", "one", "image/gif").error().reason, &reasons::conflict);
    EXPECT_EQ(blobs->get("a")->bytes, "one");
}

TEST_F(FileBlobsTest, KeysCannotLeaveTheFolder) {
    for (const auto* key : {"", "/a", "a/", "../a", "a/../b", "a//b", "a.b", "a\\b", "a%2f", "1/2/3/4/5/6/7/8/9"}) {
        EXPECT_FALSE(blobs->put(key, "x", "image/png")) << key;
        EXPECT_EQ(blobs->get(key).error().reason, &reasons::invalid) << key;
    }
    EXPECT_FALSE(blobs->put("a", "x", "image/png\r\nX: y"));
    EXPECT_EQ(blobs->put("a", std::string(1001, 'x'), "image/png").error().reason, &reasons::too_large);
}

TEST_F(FileBlobsTest, NoticesAChangedFileAndClearsWhatAnUploadLeft) {
    ASSERT_TRUE(blobs->put("a", "one", "image/png"));
    std::ofstream(folder / "b.blob.1-2.part") << "half";
    {
        std::fstream file(folder / "a.blob", std::ios::in | std::ios::out | std::ios::ate);
        file.seekp(-1, std::ios::end);
        file << "X";
    }
    EXPECT_EQ(blobs->get("a").error().reason, &reasons::overloaded);
    std::filesystem::resize_file(folder / "a.blob", std::filesystem::file_size(folder / "a.blob") - 1);
    EXPECT_EQ(blobs->head("a").error().reason, &reasons::overloaded);
    open();
    EXPECT_FALSE(std::filesystem::exists(folder / "b.blob.1-2.part"));
}

TEST_F(FileBlobsTest, ListsInOrderByPages) {
    for (const auto* key : {"p1/b", "p2/a", "p1/a", "p1/c"}) ASSERT_TRUE(blobs->put(key, key, "image/png"));
    const auto keys_of = [](const auto& list) {
        std::string text;
        for (const auto& info : *list) text += info.key + " ";
        return text;
    };
    EXPECT_EQ(keys_of(blobs->list("", "", 10)), "p1/a p1/b p1/c p2/a ");
    EXPECT_EQ(keys_of(blobs->list("p1/", "p1/a", 1)), "p1/b ");
    EXPECT_EQ(keys_of(blobs->list("p3/", "", 10)), "");
}

TEST_F(FileBlobsTest, AnUploadIsHeldToWhatItDeclared) {
    const std::string bytes = "a picture";
    const auto upload = blobs->sign_upload(terms(bytes), now(), std::chrono::seconds(60));
    ASSERT_TRUE(upload);
    EXPECT_EQ(upload->headers, (http::Headers{{"Content-Type", "image/png"}}));
    const http::Headers png{{"content-type", "image/png"}};
    EXPECT_EQ(ask("PUT", upload->url, bytes + "x", png).status, 422);
    EXPECT_EQ(ask("PUT", upload->url, "b picture", png).status, 422);
    EXPECT_EQ(ask("PUT", upload->url, bytes, {{"content-type", "text/html"}}).status, 422);
    EXPECT_EQ(blobs->verify(terms(bytes)).error().reason, &reasons::not_found);
    EXPECT_EQ(ask("PUT", upload->url, bytes, png).status, 201);
    EXPECT_EQ(ask("PUT", upload->url, bytes, png).status, 200);
    EXPECT_TRUE(blobs->verify(terms(bytes)));
    auto other = terms(bytes);
    other.size = 8;
    other.content_type = "image/gif";
    EXPECT_EQ(blobs->verify(other).error().errors.size(), 2u);
    EXPECT_EQ(blobs->sign_upload({"a", 1001, "image/png", hash_of("")}, now(), std::chrono::seconds(60)).error().reason,
              &reasons::too_large);
    EXPECT_EQ(blobs->sign_upload({"..", 0, "x", "y"}, now(), std::chrono::seconds(60)).error().errors.size(), 4u);
}

TEST_F(FileBlobsTest, ASignatureIsGoodForOneThingForAWhile) {
    const std::string bytes = "a picture";
    const auto put = blobs->sign_upload(terms(bytes), now(), std::chrono::seconds(60))->url;
    const auto get = *blobs->sign_download("p1/pod/ast_1", now(), std::chrono::seconds(60));
    ASSERT_TRUE(blobs->put("p1/pod/ast_1", bytes, "image/png"));
    ASSERT_TRUE(blobs->put("p1/pod/ast_2", bytes, "image/png"));
    EXPECT_EQ(ask("GET", get).body, bytes);
    const auto changed = [](std::string url, std::string_view from, std::string_view to) {
        EXPECT_NE(url.find(from), std::string::npos);
        return url.replace(url.find(from), from.size(), to);
    };
    EXPECT_EQ(ask("GET", put).status, 403);
    EXPECT_EQ(ask("PUT", get, bytes).status, 403);
    EXPECT_EQ(ask("GET", changed(get, "ast_1", "ast_2")).status, 403);
    EXPECT_EQ(ask("GET", changed(get, "expires=17", "expires=27")).status, 403);
    EXPECT_EQ(ask("PUT", changed(put, "size=9", "size=8"), bytes).status, 403);
    EXPECT_EQ(ask("PUT", changed(put, "image", "video"), bytes).status, 403);
    EXPECT_EQ(ask("PUT", put + "&size=8", bytes).status, 403);
    EXPECT_EQ(ask("GET", get.substr(0, get.find('?'))).status, 403);
    EXPECT_EQ(ask("DELETE", get).status, 405);
    now_ms += 59'999;
    EXPECT_EQ(ask("GET", get).status, 200);
    keys = crypto::Keyring::parse("k1:" + crypto::to_base64(std::string(32, 'k')) + ",k2:" + crypto::to_base64(std::string(32, 'l')));
    open();
    EXPECT_EQ(ask("GET", get).status, 200);   // a rotation ends no URL
    now_ms += 1;
    EXPECT_EQ(ask("GET", get).status, 403);
    http::Request other{.path = "/v1/lastmile/deliveries"};
    EXPECT_FALSE(blobs->serve(other, nullptr));
}

TEST_F(FileBlobsTest, ServesRangesAndConditions) {
    ASSERT_TRUE(blobs->put("a", "0123456789", "text/html"));
    const auto url = *blobs->sign_download("a", now(), std::chrono::seconds(60));
    const auto whole = ask("GET", url);
    EXPECT_EQ(header(whole, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(whole, "Content-Security-Policy"), "default-src 'none'; sandbox");
    const auto tag = header(whole, "ETag");
    EXPECT_EQ(ask("GET", url, "", {{"if-none-match", tag}}).status, 304);
    const auto part = ask("GET", url, "", {{"range", "bytes=2-4"}});
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, "234");
    EXPECT_EQ(header(part, "Content-Range"), "bytes 2-4/10");
    EXPECT_EQ(ask("GET", url, "", {{"range", "bytes=10-"}}).status, 416);
    EXPECT_EQ(ask("GET", url, "", {{"range", "bytes=2-4"}, {"if-range", "\"other\""}}).status, 200);
    const auto head = ask("HEAD", url);
    EXPECT_EQ(head.body, "");
    EXPECT_EQ(header(head, "Content-Length"), "10");
}

TEST(ByteRange, IsReadAsTheRfcSays) {
    ByteRange range;
    const auto read = [&](std::string_view text) -> std::string {
        switch (parse_range(text, 10, range)) {
            case RangeAsked::none: return "none";
            case RangeAsked::unsatisfiable: return "unsatisfiable";
            case RangeAsked::one: break;
        }
        return std::to_string(range.from) + "+" + std::to_string(range.size);
    };
    EXPECT_EQ(read("bytes=0-0"), "0+1");
    EXPECT_EQ(read("bytes=3-"), "3+7");
    EXPECT_EQ(read("bytes=-3"), "7+3");
    EXPECT_EQ(read("bytes=-30"), "0+10");
    EXPECT_EQ(read("bytes=5-99"), "5+5");
    EXPECT_EQ(read("bytes=10-11"), "unsatisfiable");
    EXPECT_EQ(read("bytes=-0"), "unsatisfiable");
    for (const auto* none :
         {"", "bytes=", "bytes=-", "bytes=4-3", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b", "bytes=99999999999999999999-"})
        EXPECT_EQ(read(none), "none") << none;
}

}  // namespace
}  // namespace lastmile::blobs
