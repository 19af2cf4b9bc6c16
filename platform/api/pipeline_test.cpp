#include "platform/api/notes_test.hpp"

namespace lastmile::api_test {

extern std::atomic<int> prepared_times;

TEST_P(PipelineTest, AResourceLivesThroughItsLife) {
    const auto made = ask("POST /v1/notes", R"({"text":"hello","mail":"Ada@Example.ORG"})");
    EXPECT_EQ(made.status, 201);
    EXPECT_EQ(made.headers.at("etag"), "\"1\"");
    const auto path = made.headers.at("location");
    EXPECT_EQ(made.body, R"({"id":")" + path.substr(10) + R"(","version":1,"text":"hello","mail":"Ada@example.org"})");

    const auto got = ask("GET " + path);
    EXPECT_EQ(got.body, made.body);
    EXPECT_EQ(got.headers.at("cache-control"), "private, no-cache");
    EXPECT_EQ(ask("GET /v1/note/" + path.substr(10)).body, made.body);
    EXPECT_EQ(ask("GET " + path, "", {{"if-none-match", "W/\"9\", \"1\""}}).status, 304);
    EXPECT_EQ(ask("HEAD " + path).status, 200);

    const auto change = [&] {
        return ask("PATCH " + path, R"({"mail":null})", {{"content-type", "application/merge-patch+json"}, {"if-match", "\"1\""}, {"idempotency-key", "c"}});
    };
    const auto changed = change();
    EXPECT_EQ(change().body, changed.body);
    EXPECT_EQ(changed.body, R"({"id":")" + path.substr(10) + R"(","version":2,"text":"hello"})");
    EXPECT_EQ(changed.headers.at("etag"), "\"2\"");
    EXPECT_EQ(ask("DELETE " + path).status, 204);
    EXPECT_EQ(ask("GET " + path).code(), "not_found");
}

TEST_P(PipelineTest, IfMatchComparesTheVersion) {
    const auto path = create();
    const auto change = [&](std::string tag) { return ask("PATCH " + path, R"({"text":"b"})", {{"if-match", tag}}); };
    const auto stale = change("\"9\"");
    EXPECT_EQ(stale.status, 412);
    EXPECT_EQ(stale.code(), "stale_version");
    EXPECT_EQ(change("W/\"1\"").status, 412);
    EXPECT_EQ(change("\"7\", \"1-33\"").status, 200);
    EXPECT_EQ(change("*").status, 200);
    EXPECT_EQ(change("3").status, 200);
    EXPECT_EQ(ask("POST /v1/notes", R"({"text":"b"})", {{"if-match", "\"1\""}}).status, 422);
    EXPECT_EQ(ask("PATCH /v1/notes/nte_01hf7yat00e000000000000000", R"({"text":"b"})", {{"if-match", "\"1\""}}).status, 404);
    EXPECT_EQ(ask("PATCH /v1/notes/nte_01hf7yat00e000000000000000", R"({"text":"b"})", {{"if-match", "*"}}).status, 412);
    authenticator.callers["owner"].needs_if_match = true;
    EXPECT_EQ(ask("PATCH " + path, R"({"text":"b"})").status, 428);
}

TEST_P(PipelineTest, AKeyHasOneAnswer) {
    const auto make = [&](std::string key, std::string text, std::string who = "owner") {
        return ask("POST /v1/notes", "{\"text\":\"" + text + "\"}", {{"idempotency-key", key}, {"authorization", "Bearer " + who}});
    };
    const auto first = make("abc", "one"), again = make("\"abc\"", "one");
    EXPECT_FALSE(first.headers.contains("idempotent-replayed"));
    EXPECT_EQ(again.headers.at("location"), first.headers.at("location"));
    EXPECT_EQ(again.status, 201);
    EXPECT_NE(again.headers.at("x-request-id"), first.headers.at("x-request-id"));
    // A note may hold an e-mail address, so its body is read anew.
    EXPECT_EQ(again.headers.at("idempotent-replayed"), "current");
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(make("abc", "two").code(), "idempotency_key_reused");
    EXPECT_EQ(make("abc", "one", "other").headers.contains("idempotent-replayed"), false);
    EXPECT_EQ(make("", "one").status, 201);
    EXPECT_EQ(make(std::string(256, 'x'), "one").status, 400);

    const auto fails = [&] { return ask("POST /v1/notes?twice=true", R"({"text":"x"})", {{"idempotency-key", "k2"}}); };
    EXPECT_EQ(fails().status, 409);
    const auto replayed = fails();
    EXPECT_EQ(replayed.status, 409);
    EXPECT_EQ(replayed.headers.at("idempotent-replayed"), "true");

    const auto hidden = [&] { return ask("POST /v1/secrets", "", {{"idempotency-key", "k3"}}); };
    EXPECT_NE(hidden().body.find("psst"), std::string::npos);
    const auto later = hidden();
    EXPECT_EQ(later.body.find("psst"), std::string::npos);
    EXPECT_EQ(later.headers.at("idempotent-replayed"), "secret");

    authenticator.callers["owner"].needs_idempotency_key = true;
    EXPECT_EQ(make("", "one").code(), "idempotency_key_missing");
}

TEST_P(PipelineTest, ValidationIsNotRemembered) {
    const auto make = [&](std::string body) { return ask("POST /v1/notes", body, {{"idempotency-key", "v"}}); };
    EXPECT_EQ(make("{}").status, 422);
    EXPECT_EQ(make(R"({"text":"ok"})").status, 201);
}

TEST_P(PipelineTest, ARefusedCommandLeavesNothing) {
    EXPECT_EQ(ask("POST /v1/notes?twice=true", R"({"text":"x"})").status, 409);
    EXPECT_EQ(ask("GET /v1/notes").body, R"({"data":[],"next_cursor":null})");
}

TEST_P(PipelineTest, FaultsShowNothingOfTheInside) {
    const auto told = ask("POST /v1/notes", R"({"text":"boom"})", {{"x-request-id", "mine-1"}});
    EXPECT_EQ(told.status, 500);
    EXPECT_EQ(told.body.find("secret internals"), std::string::npos);
    EXPECT_EQ(told.headers.at("x-request-id"), "mine-1");
    EXPECT_NE(told.body.find("urn:request:mine-1"), std::string::npos);
    EXPECT_EQ(ask("GET /v1/notes").body, R"({"data":[],"next_cursor":null})");
}

TEST_P(PipelineTest, PreparesAnswersARepetitionWithoutPreparingAgain) {
    prepared_times = 0;
    const auto make = [&] { return ask("POST /v1/notes/prepared", R"({"text":"a"})", {{"idempotency-key", "p"}}); };
    const auto first = make();
    EXPECT_EQ(first.status, 201);
    EXPECT_NE(first.body.find("\"a!\""), std::string::npos);
    EXPECT_EQ(make().headers.at("location"), first.headers.at("location"));
    EXPECT_EQ(prepared_times, 1);
    EXPECT_EQ(ask("POST /v1/notes/prepared", R"({"text":"nowhere"})").status, 422);
}

TEST_P(PipelineTest, RunsClaimsWorksAndFinishes) {
    const auto make = [&](std::string text, std::string key) { return ask("POST /v1/notes/run", "{\"text\":\"" + text + "\"}", {{"idempotency-key", key}}); };
    const auto first = make("a", "r1");
    EXPECT_EQ(first.status, 200);
    EXPECT_NE(first.body.find("\"a worked\""), std::string::npos);
    EXPECT_EQ(make("a", "r1").body, first.body);
    const auto job = ask("POST /v1/notes/run", R"({"text":"done"})", {{"prefer", "wait=5, respond-async"}});
    EXPECT_EQ(job.status, 202);
    EXPECT_EQ(job.headers.at("preference-applied"), "respond-async");
}

TEST_P(PipelineTest, PagesAreLinked) {
    for (int i = 0; i < 3; ++i) create("n" + std::to_string(i));
    const auto first = ask("GET /v1/notes?limit=2");
    const auto link = first.headers.at("link");
    ASSERT_TRUE(link.starts_with("</v1/notes?limit=2&cursor=") && link.ends_with(">; rel=\"next\"")) << link;
    const auto last = ask("GET " + link.substr(1, link.find('>') - 1));
    EXPECT_TRUE(last.body.ends_with("\"next_cursor\":null}")) << last.body;
    // Ids made within one millisecond have no order among themselves, so which note stands on which page is not told; that each stands on one is.
    for (const auto* text : {"\"n0\"", "\"n1\"", "\"n2\""})
        EXPECT_NE(first.body.find(text) == std::string::npos, last.body.find(text) == std::string::npos) << text << first.body << last.body;
    EXPECT_FALSE(last.headers.contains("link"));
    EXPECT_EQ(ask("GET /v1/notes?cursor=nonsense!").code(), "bad_cursor");
    EXPECT_TRUE(ask("GET /t/acme/v1/notes?limit=2").headers.at("link").starts_with("</t/acme/v1/notes?"));
}

TEST_P(PipelineTest, LogViewsWaitForThePositionNamed) {
    const auto path = create();
    ask("GET " + path);
    EXPECT_EQ(waited_for, 0);
    EXPECT_EQ(ask("GET " + path, "", {{"log-position", "17"}}).status, 200);
    EXPECT_EQ(waited_for, 17);
    ask("GET /v1/notes", "", {{"log-position", "18"}});
    EXPECT_EQ(waited_for, 17);
}

TEST_P(PipelineTest, OtherBodiesAndVerbs) {
    EXPECT_EQ(ask("POST /v1/uploads", "a,b\n", {{"content-type", "text/csv"}}).body, "text/csv|a,b\n");
    EXPECT_EQ(ask("POST /v1/uploads", std::string(101, 'x')).status, 413);
    EXPECT_EQ(ask("POST /v1/pings", R"({"text":"x"})").status, 204);
    const auto full = ask("POST /v1/pings", R"({"text":"full"})");
    EXPECT_EQ(full.status, 503);
    EXPECT_EQ(full.headers.at("retry-after"), "1");
    const auto stream = ask("GET /v1/stream?token=x");
    EXPECT_EQ(stream.status, 200);
    EXPECT_EQ(stream.headers.at("content-type"), "text/event-stream");
    EXPECT_TRUE(stream.headers.contains("x-request-id"));
    EXPECT_EQ(ask("HEAD /v1/stream").status, 405);
    authenticator.callers["owner"].scopes.push_back("no stream");
    EXPECT_EQ(ask("GET /v1/stream").status, 409);
    EXPECT_EQ(pipeline->body_limit("POST", "/t/acme/v1/uploads"), 100U);
}

}  // namespace lastmile::api_test
