#include "features/drivers/document_api.hpp"
#include "features/drivers/driver_rules.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/drivers/fleet_test.hpp"
#include "features/files/file_erasing.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::fleet_test {
namespace {

std::string hash_of(const std::string& bytes) {
    const auto digest = crypto::sha256(bytes);
    return crypto::to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

class Papers : public FleetTest {
protected:
    void SetUp() override {
        FleetTest::SetUp();
        if (!IsSkipped()) driver = create("/drivers", R"({"name":"Ada"})").id();
    }
    std::string path() const { return "/drivers/" + driver + "/documents"; }
    Told declare(const std::string& bytes) {
        return create(path(), R"({"kind":"license","mandatory":true,"expires_on":"2099-12-31","content_type":"image/png","size":)" + std::to_string(bytes.size()) +
                                  R"(,"sha256":")" + hash_of(bytes) + "\"}");
    }
    bool plannable() {
        bool answer = false;
        store->look(live, [&](store::Read& read) { answer = drivers::plannable(find_driver(read, *Id<Driver>::parse(driver)).value(),
            read.now().business); });
        return answer;
    }
    static std::map<std::string, std::string> headers_of(const Told& made) {
        std::map<std::string, std::string> headers;
        for (const auto& member : made.body.at("upload").at("headers").as_object()) headers[std::string(member.key())] = std::string(member.value().as_string());
        return headers;
    }
    std::string driver;
};
LASTMILE_EACH_STORE(Papers);

TEST_P(Papers, AreUploadedConfirmedAndFetched) {
    const std::string bytes = "\x89PNG a licence";
    const auto made = declare(bytes);
    const auto one = path() + "/" + made.text("document_id");
    EXPECT_EQ(made.body.at("document").at("state"), "awaiting_upload");
    EXPECT_FALSE(plannable());
    EXPECT_EQ(ask("POST " + one + "/confirm").status, 409) << "nothing is there yet";
    const auto url = std::string(made.body.at("upload").at("url").as_string());
    EXPECT_EQ(fetch("PUT", url, "something else", headers_of(made)).first / 100, 4);
    EXPECT_EQ(fetch("PUT", url, bytes, headers_of(made)).first, 201);
    const auto confirmed = ask("POST " + one + "/confirm");
    ASSERT_EQ(confirmed.status, 200) << schema::to_text(confirmed.body);
    EXPECT_EQ(confirmed.body.at("document").at("state"), "stored");
    EXPECT_TRUE(plannable());
    EXPECT_EQ(fetch("GET", ask("GET " + one).text("download_url")).second, bytes);
    EXPECT_EQ(ask("POST " + one + "/confirm").status, 200) << "again is harmless";
    EXPECT_EQ(event_types(), (std::vector<std::string>{"driver.created", "document.created", "document.updated"}));
}

TEST_P(Papers, TakeTheirFilesWithThem) {
    const std::string bytes = "\x89PNG a licence";
    const auto made = declare(bytes);
    const auto one = path() + "/" + made.text("document_id");
    EXPECT_EQ(fetch("PUT", std::string(made.body.at("upload").at("url").as_string()), bytes, headers_of(made)).first, 201);
    const auto url = ask("POST " + one + "/confirm").text("download_url");
    EXPECT_EQ(ask("DELETE " + one).status, 204);
    EXPECT_EQ(fetch("GET", url).first, 200) << "the commit first";
    work::Jobs jobs(*store);
    jobs.on(file_erasing(*files));
    EXPECT_TRUE(jobs.run_one());
    EXPECT_EQ(fetch("GET", url).first, 404);
}

TEST_P(Papers, AreChangedAndDeleted) {
    const auto made = create(path(), R"({"kind":"insurance","external_id":"doc-1","mandatory":true})");
    const auto one = path() + "/" + made.text("document_id");
    EXPECT_TRUE(plannable());
    EXPECT_EQ(ask("PATCH " + one, R"({"expires_on":"2020-01-01"})").body.at("document").at("expires_on"), "2020-01-01");
    EXPECT_FALSE(plannable());
    let_in("ada", driver);
    EXPECT_EQ(ask("GET " + path(), {}, {}, "ada").body.at("data").as_array().size(), 1U);
    EXPECT_EQ(ask("DELETE " + one, {}, {}, "ada").status, 403);
    EXPECT_EQ(ask("GET " + one, {}, {}, "rival").status, 404);
    EXPECT_EQ(ask("DELETE " + one).status, 204);
    EXPECT_EQ(ask("GET " + one).status, 404);
    EXPECT_EQ(ask("PATCH " + one, R"({"mandatory":false})").status, 404);
    EXPECT_TRUE(plannable());
}

TEST_P(Papers, AnUploadDeclaresAllOfIt) {
    const auto refused = ask("POST " + path(), R"({"kind":"license","size":10,"content_type":"text/html"})");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.body.at("errors").as_array().size(), 2U) << schema::to_text(refused.body);
    EXPECT_EQ(ask("POST " + path(), R"({"kind":"license"})").pointer(), "#/external_id");
}

}  // namespace
}  // namespace lastmile::fleet_test
