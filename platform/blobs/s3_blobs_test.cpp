// Against a store of our own making, which checks each signature by signing again; foreign stores are tried from outside.
#include "platform/blobs/s3_blobs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>
#include <mutex>

#include "platform/base/reasons.hpp"
#include "platform/blobs/s3_list.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"
#include "platform/http/server.hpp"

namespace lastmile::blobs {
namespace {

const crypto::AwsCredentials who{"AKID", "SECRET"};
Instant now() { return from_unix_ms(1'700'000'000'000); }
std::string hash_of(std::string_view bytes) { return crypto::to_hex(crypto::view(crypto::sha256(bytes))); }

struct Store {
    struct Object {
        std::string bytes, type, checksum;
    };
    std::mutex mutex;
    std::map<std::string, Object> objects;
    bool knows_checksums = true, fails = false;
    int refused = 0;
    http::Server server{port(), [this](http::Request request, std::shared_ptr<http::Responder> to) { to->send(answer(request)); }};
    http::Client client;
    S3Blobs blobs{{.endpoint = "http://127.0.0.1:" + std::to_string(server.port()),
                   .bucket = "bucket",
                   .credentials = who,
                   .prefix = "lm/",
                   .max_blob_bytes = 1000,
                   .allow_private_networks = {"127.0.0.1"},
                   .machine_now = now},
                  client};

    static http::Options port() {
        http::Options options;
        options.port = 0;
        return options;
    }
    bool signature_fits(const http::Request& request) {
        const auto given = request.header("authorization");
        const auto names_at = given.find("SignedHeaders=") + 14;
        const auto names = given.substr(names_at, given.find(',', names_at) - names_at);
        crypto::AwsRequest again{
            .method = request.method, .scheme = "http", .host = std::string(request.header("host")), .path = request.path};
        for (auto query = std::string_view(request.query); !query.empty();) {
            const auto part = query.substr(0, query.find('&'));
            query.remove_prefix(std::min(query.size(), part.size() + 1));
            auto value = std::string(part.substr(part.find('=') + 1));
            while (value.find("%2F") != std::string::npos) value.replace(value.find("%2F"), 3, "/");
            again.query.emplace_back(part.substr(0, part.find('=')), value);
        }
        for (const auto& [name, value] : request.headers)
            if ((";" + std::string(names) + ";").find(";" + name + ";") != std::string::npos && name != "host" && name != "x-amz-date" &&
                name != "x-amz-content-sha256")
                again.headers.emplace_back(name, value);
        return crypto::sign_s3(again, who, "us-east-1", now(), hash_of(request.body)).back().second == given;
    }
    http::Response answer(const http::Request& request) {
        const std::lock_guard lock(mutex);
        if (fails) return {500, {}, "no"};
        if (!signature_fits(request)) {
            ++refused;
            return {403, {}, "no"};
        }
        if (request.path == "/bucket") return list(request);
        const auto at = objects.find(request.path);
        if (request.method == "PUT") {
            objects[request.path] = {request.body, std::string(request.header("content-type")),
                                     std::string(request.header("x-amz-checksum-sha256"))};
            return {200, {}, ""};
        }
        if (request.method == "DELETE") {
            objects.erase(request.path);
            return {204, {}, ""};
        }
        if (at == objects.end()) return {404, {}, "<Error/>"};
        http::Response found{
            200, {{"Content-Type", at->second.type}, {"Last-Modified", "Tue, 14 Nov 2023 22:13:20 GMT"}}, at->second.bytes};
        if (knows_checksums) found.headers.emplace_back("x-amz-checksum-sha256", at->second.checksum);
        return found;
    }
    http::Response list(const http::Request& request) {
        std::string xml = "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
        const auto after_at = request.query.find("start-after=");
        auto after = after_at == std::string::npos ? "" : request.query.substr(after_at + 12);
        while (after.find("%2F") != std::string::npos) after.replace(after.find("%2F"), 3, "/");
        std::size_t left = std::stoul(request.query.substr(request.query.find("max-keys=") + 9));
        for (const auto& [path, object] : objects) {
            const auto key = path.substr(8);
            if (key <= after || left == 0) continue;
            --left;
            xml += "<Contents><Key>" + key + "</Key><LastModified>2023-11-14T22:13:20.000Z</LastModified><Size>" +
                   std::to_string(object.bytes.size()) + "</Size></Contents>";
        }
        return {200, {}, xml + "</ListBucketResult>"};
    }
    http::ClientResult call(http::ClientRequest request) {
        request.allow_private_networks = {"127.0.0.1"};
        std::promise<http::ClientResult> result;
        client.send(std::move(request), [&](http::ClientResult got) { result.set_value(std::move(got)); });
        return result.get_future().get();
    }
};

TEST(S3Blobs, PutsGetsHeadsAndRemoves) {
    Store store;
    const auto put = store.blobs.put("p1/a", "bytes", "image/png");
    ASSERT_TRUE(put) << put.error().detail;
    EXPECT_EQ(store.objects.begin()->first, "/bucket/lm/p1/a");
    EXPECT_EQ(store.blobs.get("p1/a")->bytes, "bytes");
    const auto info = store.blobs.head("p1/a");
    EXPECT_EQ(info->size, 5u);
    EXPECT_EQ(info->sha256, hash_of("bytes"));
    EXPECT_EQ(info->stored_at, now());
    EXPECT_TRUE(store.blobs.put("p1/a", "bytes", "image/png"));
    EXPECT_EQ(store.blobs.put("p1/a", "other", "image/png").error().reason, &reasons::conflict);
    EXPECT_TRUE(store.blobs.verify({"p1/a", 5, "image/png", hash_of("bytes")}));
    EXPECT_FALSE(store.blobs.verify({"p1/a", 5, "image/png", hash_of("other")}));
    EXPECT_TRUE(store.blobs.remove("p1/a"));
    EXPECT_EQ(store.blobs.get("p1/a").error().reason, &reasons::not_found);
    EXPECT_EQ(store.refused, 0);
}

TEST(S3Blobs, HashesItselfWhereTheStoreKnowsNoChecksums) {
    Store store;
    store.knows_checksums = false;
    ASSERT_TRUE(store.blobs.put("a", "bytes", "image/png"));
    EXPECT_EQ(store.blobs.head("a")->sha256, "");
    EXPECT_TRUE(store.blobs.verify({"a", 5, "image/png", hash_of("bytes")}));
    store.objects["/bucket/lm/a"].bytes = "bytez";
    EXPECT_FALSE(store.blobs.verify({"a", 5, "image/png", hash_of("bytes")}));
    EXPECT_EQ(store.blobs.put("a", "bytes", "image/png").error().reason, &reasons::conflict);
}

TEST(S3Blobs, ListsByPagesWithoutThePrefix) {
    Store store;
    for (const auto* key : {"c", "a", "b"}) ASSERT_TRUE(store.blobs.put(key, key, "image/png"));
    const auto list = store.blobs.list("", "a", 10);
    ASSERT_TRUE(list);
    ASSERT_EQ(list->size(), 2u);
    EXPECT_EQ(list->at(0).key, "b");
    EXPECT_EQ(list->at(1).size, 1u);
    EXPECT_EQ(store.blobs.list("", "", 1)->size(), 1u);
}

TEST(S3Blobs, AFailingStoreIsABusyOne) {
    Store store;
    store.fails = true;
    EXPECT_EQ(store.blobs.put("a", "x", "image/png").error().reason, &reasons::overloaded);
    EXPECT_EQ(store.blobs.get("a").error().reason, &reasons::overloaded);
    EXPECT_EQ(store.blobs.list("", "", 1).error().reason, &reasons::overloaded);
}

TEST(S3Blobs, SignsWhatAnUploadMustBe) {
    Store store;
    const auto upload = store.blobs.sign_upload({"a", 5, "image/png", hash_of("bytes")}, now(), std::chrono::seconds(60));
    ASSERT_TRUE(upload);
    EXPECT_NE(upload->url.find("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bx-amz-checksum-sha256%3Bx-amz-meta-sha256"),
              std::string::npos);
    EXPECT_EQ(upload->headers.size(), 3u);
    EXPECT_EQ(upload->expires_at, now() + std::chrono::seconds(60));
    EXPECT_NE(store.blobs.sign_download("a", now(), std::chrono::seconds(60))->find("/bucket/lm/a?X-Amz-Algorithm="), std::string::npos);
    EXPECT_THROW(S3Blobs({.endpoint = "minio:9000", .bucket = "b", .credentials = who}, store.client), std::runtime_error);
    EXPECT_THROW(S3Blobs({.endpoint = "http://minio/path", .bucket = "b", .credentials = who}, store.client), std::runtime_error);
}

TEST(S3List, RefusesWhatIsNone) {
    EXPECT_FALSE(parse_s3_list("<Error/>"));
    EXPECT_FALSE(parse_s3_list("<ListBucketResult><Contents><Key>a</Key></ListBucketResult>"));
    EXPECT_FALSE(parse_s3_list("<ListBucketResult><Contents><Key>a</Key><Size>x</Size></Contents></ListBucketResult>"));
    EXPECT_TRUE(parse_s3_list("<ListBucketResult></ListBucketResult>")->empty());
}

}  // namespace
}  // namespace lastmile::blobs
