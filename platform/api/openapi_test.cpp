#include "platform/api/openapi.hpp"

#include "platform/api/notes_test.hpp"

namespace lastmile::api_test {

boost::json::value document() { return schema::parse_json(api::openapi(note_endpoints(), {.version = "1"})).value(); }

TEST(OpenApi, SaysWhatTheTablesSay) {
    const auto doc = document();
    const auto& patch = doc.at("paths").at("/v1/notes/{noteId}").at("patch");
    EXPECT_EQ(patch.at("operationId").as_string(), "patch_v1_notes_noteId");
    EXPECT_EQ(patch.at("parameters").at(0).at("name").as_string(), "noteId");
    EXPECT_EQ(patch.at("parameters").at(0).at("schema").at("pattern").as_string(), "^nte_[0-9a-hjkmnp-tv-z]{26}$");
    const auto& body = patch.at("requestBody").at("content").at("application/merge-patch+json").at("schema");
    EXPECT_FALSE(body.at("properties").as_object().contains("note_id"));
    EXPECT_EQ(schema::to_text(body.at("properties").at("mail").at("type")), R"(["string","null"])");
    EXPECT_EQ(body.at("additionalProperties").as_bool(), false);
    EXPECT_TRUE(patch.at("responses").as_object().contains("412"));
    EXPECT_EQ(doc.at("paths").at("/v1/public").at("get").at("responses").at("200").at("content").at("application/json").at("schema").at("$ref").as_string(),
              "#/components/schemas/NoteRecipient");
    EXPECT_EQ(schema::to_text(doc.at("components").at("schemas").at("NoteRecipient").at("required")), R"(["text"])");
    EXPECT_EQ(doc.at("paths").at("/v1/notes").at("post").at("requestBody").at("content").at("application/json").at("example").at("text").as_string(), "hello");
    EXPECT_TRUE(doc.at("paths").as_object().contains("/v1/note/{noteId}"));
}

TEST(OpenApi, EveryReferenceIsThere) {
    const auto text = api::openapi(note_endpoints(), {.version = "1"});
    const auto doc = document();
    std::size_t count = 0;
    for (auto at = text.find("\"$ref\":\"#/"); at != text.npos; at = text.find("\"$ref\":\"#/", at + 1), ++count) {
        const auto from = at + 9;
        boost::json::error_code error;
        const auto pointer = text.substr(from, text.find('"', from) - from);
        EXPECT_NE(doc.find_pointer(pointer, error), nullptr) << pointer;
    }
    EXPECT_GT(count, 20U);
}

TEST(OpenApi, TheSameSourceGivesTheSameBytes) {
    EXPECT_EQ(api::openapi(note_endpoints(), {.version = "1"}), api::openapi(note_endpoints(), {.version = "1"}));
}

TEST(References, NameEveryEndpointAndError) {
    EXPECT_NE(api::endpoints_markdown(note_endpoints()).find("| `GET /v1/notes/{noteId}` | reads | notes:read or driver:self | Get | `not_found` |"), std::string::npos);
    EXPECT_NE(api::errors_markdown(note_endpoints()).find("| 412 | <a id=\"stale_version\"></a>`stale_version` |"), std::string::npos);
}

}  // namespace lastmile::api_test
