// What happens before a handler is reached.
#include "platform/api/conditions.hpp"
#include "platform/api/notes_test.hpp"
#include "platform/api/router.hpp"
#include "platform/api/trace.hpp"

namespace lastmile::api_test {

using namespace std::chrono_literals;

TEST_P(PipelineTest, StrangersAreChallenged) {
    const auto none = ask("GET /v1/notes", "", {{"authorization", ""}});
    EXPECT_EQ(none.status, 401);
    EXPECT_EQ(none.headers.at("www-authenticate"), "Bearer realm=\"lastmile\"");
    EXPECT_EQ(none.headers.at("content-type"), "application/problem+json");
    EXPECT_EQ(ask("GET /v1/notes", "", {{"authorization", "Bearer x"}}).headers.at("www-authenticate"), "Bearer realm=\"lastmile\", error=\"invalid_token\"");
    const auto poor = ask("POST /v1/notes", "", {{"authorization", "Bearer reader"}});
    EXPECT_EQ(poor.status, 403);
    EXPECT_NE(poor.headers.at("www-authenticate").find("error=\"insufficient_scope\", scope=\"notes:write\""), std::string::npos);
}

TEST_P(PipelineTest, TheProjectionIsTheCallers) {
    const auto made = ask("POST /v1/notes", R"({"text":"a","mail":"a@b.de"})");
    const auto path = made.headers.at("location");
    EXPECT_EQ(ask("GET " + path, "", {{"authorization", "Bearer driver"}}).body, R"({"id":")" + path.substr(10) + R"(","version":1,"text":"a"})");
    EXPECT_EQ(ask("GET /v1/public", "", {{"authorization", ""}}).body, R"({"text":"public"})");
}

TEST_P(PipelineTest, TheTenantMustAgree) {
    EXPECT_EQ(ask("GET /t/acme/v1/notes").status, 200);
    EXPECT_EQ(ask("GET /t/other/v1/notes").status, 403);
    EXPECT_EQ(ask("GET /v1/notes", "", {{"x-tenant-id", "other"}}).status, 403);
    EXPECT_EQ(ask("GET /v1/notes", "", {{"x-tenant-id", "acme"}}).status, 200);
    EXPECT_EQ(ask("GET /t/acme").status, 404);
}

TEST_P(PipelineTest, PathsAndMethods) {
    EXPECT_EQ(ask("GET /v1/nothing").code(), "not_found");
    const auto put = ask("PUT /v1/notes/x", "{}");
    EXPECT_EQ(put.status, 405);
    EXPECT_EQ(put.headers.at("allow"), "DELETE, GET, HEAD, PATCH, OPTIONS");
    EXPECT_EQ(ask("OPTIONS /v1/notes").headers.at("allow"), "GET, HEAD, POST, OPTIONS");
    EXPECT_EQ(ask("GET /v1/notes/not-an-id").code(), "not_found");
    EXPECT_EQ(ask("GET /v1/notes/%zz").status, 400);
}

TEST_P(PipelineTest, RequestsAreDecodedWholly) {
    const auto wrong = ask("GET /v1/notes?limit=0&txet=a&limit=3");
    EXPECT_EQ(wrong.status, 422);
    EXPECT_NE(wrong.body.find(R"("pointer":"#/query/limit","code":"duplicate_parameter")"), std::string::npos) << wrong.body;
    EXPECT_NE(wrong.body.find("did you mean text?"), std::string::npos);
    const auto body = ask("POST /v1/notes?twice=maybe", R"({"text":"","mial":"x"})");
    for (const auto* part : {"#/query/twice", R"("#/text","code":"too_short")", "did you mean mail?"}) EXPECT_NE(body.body.find(part), std::string::npos) << body.body;
    EXPECT_EQ(ask("POST /v1/notes", "{").status, 400);
    EXPECT_EQ(ask("POST /v1/notes", "").status, 422);
    EXPECT_EQ(ask("POST /v1/notes", "[]").status, 422);
    EXPECT_EQ(ask("POST /v1/notes", R"({"text":"a","twice":true})").status, 422);
    EXPECT_EQ(ask("POST /v1/notes", "<a/>", {{"content-type", "text/xml"}}).status, 415);
    EXPECT_EQ(ask("GET /v1/notes", R"({"a":1})").status, 422);
    EXPECT_EQ(ask("GET /v1/notes", "", {{"accept", "text/html"}}).status, 406);
    EXPECT_EQ(ask("GET /v1/notes", "", {{"accept", "text/html, */*;q=0.1"}}).status, 200);
    EXPECT_EQ(ask("GET /v1/notes?a=%ff").status, 400);
}

TEST_P(PipelineTest, RatesAreLimitedPerCredential) {
    authenticator.callers["owner"].requests_per_min = 2;
    const auto first = ask("GET /v1/notes");
    EXPECT_EQ(first.headers.at("ratelimit-policy"), "\"minute\";q=2;w=60");
    EXPECT_EQ(first.headers.at("ratelimit"), "\"minute\";r=1;t=30");
    EXPECT_EQ(first.headers.at("ratelimit-remaining"), "1");
    EXPECT_EQ(ask("GET /v1/notes").status, 200);
    const auto over = ask("GET /v1/notes");
    EXPECT_EQ(over.status, 429);
    EXPECT_EQ(over.headers.at("retry-after"), "30");
    EXPECT_EQ(ask("GET /v1/notes", "", {{"authorization", "Bearer other"}}).status, 200);
    clock += 30s;
    EXPECT_EQ(ask("GET /v1/notes").status, 200);
    EXPECT_EQ(ask("GET /v1/notes").status, 429);
}

TEST_P(PipelineTest, GuessingIsLimitedByAddress) {
    rebuild({.stranger_per_minute = 2, .trusted_proxies = {"192.0.2.1"}});
    const auto guess = [&](std::string from) { return ask("GET /v1/notes", "", {{"authorization", "Bearer x"}, {"x-forwarded-for", from}}).status; };
    EXPECT_EQ(guess("203.0.113.1"), 401);
    EXPECT_EQ(guess("203.0.113.9, 203.0.113.1"), 401);
    EXPECT_EQ(guess("203.0.113.1"), 429);
    EXPECT_EQ(guess("203.0.113.2"), 401);
}

TEST_P(PipelineTest, TooMuchIsShed) {
    rebuild({.most_in_flight = 0});
    const auto told = ask("GET /v1/notes");
    EXPECT_EQ(told.status, 503);
    EXPECT_EQ(told.headers.at("retry-after"), "1");
}

TEST_P(PipelineTest, BrowsersOfKnownOriginsMayCall) {
    rebuild({.cors_origins = {"https://app.example"}});
    const auto told = ask("GET /v1/notes", "", {{"origin", "https://app.example"}});
    EXPECT_EQ(told.headers.at("access-control-allow-origin"), "https://app.example");
    EXPECT_EQ(told.headers.at("vary"), "Authorization, Origin");
    EXPECT_FALSE(ask("GET /v1/notes", "", {{"origin", "https://evil.example"}}).headers.contains("access-control-allow-origin"));
    const auto asked = ask("OPTIONS /v1/notes", "", {{"origin", "https://app.example"}, {"access-control-request-method", "POST"}});
    EXPECT_EQ(asked.status, 204);
    EXPECT_EQ(asked.headers.at("access-control-allow-methods"), "GET, HEAD, POST, OPTIONS");
}

TEST_P(PipelineTest, WhatIsDoneIsCounted) {
    ask("GET /v1/notes");
    ask("GET /v1/nothing");
    const auto text = metrics.text();
    EXPECT_NE(text.find("lastmile_http_requests_total{endpoint=\"GET /v1/notes\",status=\"2xx\"} 1"), std::string::npos);
    EXPECT_NE(text.find("lastmile_http_requests_total{endpoint=\"none\",status=\"4xx\"} 1"), std::string::npos);
}

TEST(Trace, W3cRules) {
    SeededRandom random(1);
    const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736", parent = "00-" + trace + "-00f067aa0ba902b7-01";
    const auto go_on = [&](http::Headers headers) { return api::continue_trace(headers, random); };
    const auto good = go_on({{"traceparent", parent}, {"tracestate", "a=1"}, {"tracestate", "b=2"}});
    EXPECT_EQ(good.parent.substr(3, 32), trace);
    EXPECT_NE(good.parent.substr(36, 16), "00f067aa0ba902b7");
    EXPECT_EQ(good.parent.substr(52), "-01");
    EXPECT_EQ(good.state, "a=1,b=2");
    EXPECT_EQ(go_on({{"traceparent", "00-" + trace + "-00f067aa0ba902b7-02"}}).parent.substr(52), "-00");
    EXPECT_EQ(go_on({{"traceparent", "cc-" + trace + "-00f067aa0ba902b7-01-what"}}).parent.substr(3, 32), trace);
    for (const auto& bad : {"00-" + std::string(32, '0') + "-00f067aa0ba902b7-01", "00-" + trace + "-0000000000000000-01", "ff-" + trace + "-00f067aa0ba902b7-01",
                            std::string("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"), parent + "-x", "cc-" + trace + "-00f067aa0ba902b7-01.x", std::string("junk")}) {
        const auto fresh = go_on({{"traceparent", bad}, {"tracestate", "a=1"}});
        EXPECT_EQ(fresh.parent.size(), 55U);
        EXPECT_NE(fresh.parent.substr(3, 32), trace) << bad;
        EXPECT_EQ(fresh.state, "");
    }
    EXPECT_NE(go_on({{"traceparent", parent}, {"traceparent", parent}}).parent.substr(3, 32), trace);
}

TEST(Conditions, KeysQuotedOrBare) {
    EXPECT_EQ(api::parse_idempotency_key("\"a\\\"b\""), "a\"b");
    EXPECT_EQ(api::parse_idempotency_key("8e03978e"), api::parse_idempotency_key(" \"8e03978e\" "));
    EXPECT_FALSE(api::parse_idempotency_key("\"\""));
    EXPECT_FALSE(api::parse_idempotency_key("a\x01"));
}

TEST(Router, LiteralsGoFirstAndBothAreTried) {
    const auto endpoints = note_endpoints();
    const api::Router router(endpoints);
    EXPECT_EQ(router.find("POST", "/v1/notes/run").endpoint->path, "/v1/notes/run");
    EXPECT_EQ(router.find("GET", "/v1/notes/run").allowed.size(), 2U);
    EXPECT_EQ(router.find("GET", "/v1/notes/a%2Fb").values[0].second, "a/b");
    EXPECT_EQ(api::find_endpoint(endpoints, "GET", "/v1/notes/{noteId}")->where.line(), api::find_endpoint(endpoints, "GET", "/v1/notes/nte_1")->where.line());
    EXPECT_TRUE(router.find("GET", "/v1/notes/").allowed.empty());
}

TEST(Tables, FaultsAreToldBeforeTheFirstRequest) {
    EXPECT_EQ(api::faults(note_endpoints()), std::vector<std::string>{});
    EXPECT_EQ(api::undocumented(note_endpoints()), std::vector<std::string>{});
    EXPECT_EQ(api::unguarded(note_endpoints()).size(), 1U);
    auto doubled = note_endpoints();
    doubled.push_back(doubled.front());
    EXPECT_EQ(api::faults(doubled).size(), 1U);
}

}  // namespace lastmile::api_test
