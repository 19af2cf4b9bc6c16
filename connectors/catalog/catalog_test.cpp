// The contract that all connectors share, played with each one's payloads over a wire without sockets that can misbehave.
#include "connectors/catalog/catalog.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <sstream>

#include "platform/crypto/hash.hpp"
#include "platform/crypto/hmac.hpp"
#include "platform/crypto/text_coding.hpp"
#include "platform/crypto/webhook_signature.hpp"

namespace lastmile::connectors {
namespace {

namespace json = boost::json;
const Instant noon = parse_rfc3339("2026-01-01T10:00:00Z").value();

/// Answers in turn; the token endpoint by itself. What stands in `fault` is what becomes of every call but that.
class PlayedWire final : public Wire {
public:
    std::deque<WireAnswer> answers;
    json::value token;
    std::vector<WireRequest> seen;
    WireAnswer send(const WireRequest& request) override {
        seen.push_back(request);
        if (request.url.find("token") != std::string::npos && !token.is_null()) return of(200, token);
        if (answers.empty()) return of(404, json::object{});
        auto next = answers.front();
        if (answers.size() > 1) answers.pop_front();
        return next;
    }
    static WireAnswer of(int status, const json::value& body) {
        WireAnswer made;
        made.status = status;
        if (!body.is_null()) made.body = schema::to_text(body);
        return made;
    }
    static WireAnswer fault(http::ClientFault why) {
        WireAnswer made;
        made.fault = why;
        return made;
    }
};

json::value read_json(const std::string& path) {
    std::ifstream file(std::string(LASTMILE_SOURCE_DIR) + "/" + path);
    std::stringstream text;
    text << file.rdbuf();
    return schema::parse_json(text.str()).value();
}

Job parcel() {
    Job job;
    job.reference = "bkg_test_reference", job.short_reference = "_reference", job.delivery_id = "dlv_1", job.tracking_number = "T1";
    job.pickup = {.address = {"Turmstr. 1, 17033 Neubrandenburg, DE", "Turmstr. 1", {}, "Neubrandenburg", "17033", "DE"}, .lat = 53.55, .lon = 13.26,
                  .contact = {.name = "Ada Depot", .phone = "+4939500001", .email = {}, .company = "Depot"}, .instructions = "ramp", .from = {}, .to = {}};
    job.dropoff = {.address = {"Ring 2, 17034 Neubrandenburg, DE", "Ring 2", {}, "Neubrandenburg", "17034", "DE"}, .lat = 53.56, .lon = 13.27,
                   .contact = {.name = "Jane van Doe", .phone = "+4939500002", .email = {}, .company = {}}, .instructions = "left", .from = {}, .to = {}};
    job.items = {{.name = "books", .quantity = 1, .weight_g = 2000, .volume_cm3 = 5000, .length_mm = 400, .width_mm = 300, .height_mm = 200, .barcode = "B1", .temperature = {}}};
    job.weight_g = 2000, job.volume_cm3 = 5000, job.ready_at = noon, job.deadline = noon + std::chrono::hours(3);
    return job;
}

class Contract : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        payloads = read_json("connectors/" + GetParam() + "/payloads.json").as_object();
        connector = catalog().find(GetParam());
        ASSERT_NE(connector, nullptr);
        context.config = payloads.at("config").as_object(), context.credentials = payloads.at("credentials").as_object();
        context.partner_key = "p", context.now = {noon, noon}, context.wire = &wire, context.tokens = &tokens;
        if (payloads.contains("token")) wire.token = payloads.at("token");
    }
    static const Catalog& catalog() {
        static const Catalog one;
        return one;
    }
    void play(std::string_view name) {
        wire.answers.clear();
        for (const auto& body : payloads.at(name).as_array()) wire.answers.push_back(PlayedWire::of(200, body));
    }
    Handle handle() { return {"bkg_test_reference", std::string(payloads.at("ref").as_string()), noon, {}, {}}; }
    std::optional<Quote> quoted() {
        if (!payloads.contains("quote")) return std::nullopt;
        play("quote");
        return connector->quote(context, parcel()).value().at(0);
    }
    FailureKind create_fails(WireAnswer answer) {
        const auto quote = quoted();
        wire.answers = {std::move(answer)};
        const auto made = connector->create(context, parcel(), quote);
        return made ? FailureKind::exists : made.error().kind;
    }

    json::object payloads;
    const Connector* connector = nullptr;
    PlayedWire wire;
    TokenCache tokens;
    Context context;
};

TEST_P(Contract, ConfigurationAndCredentialsAreChecked) {
    EXPECT_TRUE(connector->check_config(context.config).empty());
    EXPECT_TRUE(connector->check_credentials(context.config, context.credentials).empty());
    EXPECT_FALSE(connector->check_credentials(context.config, {}).empty());
    auto wrong = context.config;
    wrong["no_such_setting"] = 1;
    EXPECT_FALSE(connector->check_config(wrong).empty());
}

TEST_P(Contract, QuotesInMinorUnits) {
    if (!payloads.contains("quote")) {
        EXPECT_EQ(connector->quote(context, parcel()).error().kind, FailureKind::unsupported);
        return;
    }
    const auto quote = quoted();
    EXPECT_EQ(quote->price.amount, payloads.at("price").at(0).as_int64());
    EXPECT_EQ(quote->price.currency, payloads.at("price").at(1).as_string());
    EXPECT_TRUE(quote->expires_at);
}

TEST_P(Contract, BooksUnderOurReferenceAndKeepsSecretsOutOfTheRecord) {
    const auto quote = quoted();
    play("create");
    std::vector<std::string> secrets;
    for (const auto& [name, secret] : context.credentials) secrets.emplace_back(secret.as_string());
    RecordingWire recording(wire, secrets);
    context.wire = &recording;
    wire.seen.clear();
    const auto made = connector->create(context, parcel(), quote);
    ASSERT_TRUE(made) << made.error().code << " " << made.error().detail;
    EXPECT_EQ(made->partner_ref, std::string(payloads.at("ref").as_string()));
    EXPECT_EQ(made->word, Word::booked);
    bool sent = GetParam() == "nash";  // the quote that is selected holds it
    for (const auto& request : wire.seen) sent |= (request.url + request.body).find("_reference") != std::string::npos;
    EXPECT_TRUE(sent);
    for (const auto& exchange : recording.exchanges()) {
        auto all = exchange.request.url + exchange.request.body + exchange.answer.body;
        for (const auto& [name, text] : exchange.request.headers) all += text;
        for (const auto& secret : secrets) EXPECT_EQ(all.find(secret), all.npos) << secret;
        EXPECT_EQ(all.find("fresh-token"), all.npos);
    }
}

TEST_P(Contract, EveryStatusHasItsWord) {
    for (const auto& [status, word] : payloads.at("statuses").as_object()) {
        auto text = schema::to_text(payloads.at("track"));
        if (const auto at = text.find("$S"); at != text.npos) text.replace(at, 2, status);
        if (const auto at = text.find("\"$N\""); at != text.npos) text.replace(at, 4, status);
        wire.answers.clear();
        const auto played = schema::parse_json(text).value();
        for (const auto& body : played.as_array()) wire.answers.push_back(PlayedWire::of(200, body));
        const auto report = connector->track(context, handle());
        ASSERT_TRUE(report) << report.error().detail;
        EXPECT_EQ(schema::wire_name(report->word.value_or(Word::none)), word.as_string()) << status;
    }
}

TEST_P(Contract, ALostAnswerIsUnknownAndARefusedConnectionIsNot) {
    using enum FailureKind;
    EXPECT_EQ(create_fails(PlayedWire::fault(http::ClientFault::timeout)), unknown);
    EXPECT_EQ(create_fails(PlayedWire::fault(http::ClientFault::broken)), unknown);
    EXPECT_EQ(create_fails(PlayedWire::of(500, json::object{})), unknown);
    WireAnswer half;
    half.status = 200, half.body = R"({"id":"x","sta)";
    EXPECT_EQ(create_fails(half), unknown);
    EXPECT_EQ(create_fails(PlayedWire::fault(http::ClientFault::refused)), unavailable);
    EXPECT_EQ(create_fails(PlayedWire::fault(http::ClientFault::dns)), unavailable);
    EXPECT_EQ(create_fails(PlayedWire::of(429, json::object{})), throttled);
}

TEST_P(Contract, ALookUpFindsOrSurelyDoesNot) {
    if (!payloads.contains("look_up")) {
        EXPECT_EQ(connector->look_up(context, handle()).error().kind, FailureKind::unsupported);
        return;
    }
    play("look_up");
    const auto found = connector->look_up(context, handle());
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->partner_ref, std::string(payloads.at("ref").as_string()));
    const auto& absent = payloads.at("absent");
    wire.answers = {PlayedWire::of(static_cast<int>(absent.at(0).as_int64()), absent.at(1))};
    const auto none = connector->look_up(context, handle());
    ASSERT_TRUE(none);
    EXPECT_FALSE(*none);
    for (const int status : {500, 503}) {
        wire.answers = {PlayedWire::of(status, json::object{})};
        EXPECT_FALSE(connector->look_up(context, handle())) << "a failing look-up proves no absence";
    }
}

TEST_P(Contract, ATakenReferenceIsLookedUpNotRefused) {
    if (!payloads.contains("exists")) return;
    const auto quote = GetParam() == "nash" ? std::nullopt : quoted();
    wire.answers = {PlayedWire::of(static_cast<int>(payloads.at("exists").at(0).as_int64()), payloads.at("exists").at(1)), PlayedWire::of(200, payloads.at("create").at(0))};
    const auto made = connector->create(context, parcel(), quote);
    ASSERT_TRUE(made) << made.error().detail;
    EXPECT_EQ(made->partner_ref, std::string(payloads.at("ref").as_string()));
}

TEST_P(Contract, Cancels) {
    play("cancel");
    const auto cancelled = connector->cancel(context, handle(), "no longer wanted");
    ASSERT_TRUE(cancelled) << cancelled.error().code << cancelled.error().detail;
    EXPECT_EQ(cancelled->word, Word::cancelled);
    wire.answers = {PlayedWire::of(409, json::object{})};
    EXPECT_FALSE(connector->cancel(context, handle(), ""));
}

/// Signed by hand, by the scheme as the network describes it.
CallbackRequest signed_callback(const json::object& told, const json::object& credentials) {
    CallbackRequest request{.method = "POST", .path = "/cb", .query = {}, .headers = {}, .body = schema::to_text(told.at("body"))};
    const std::string sign(told.at("sign").as_string()), key(told.contains("key") ? std::string(told.at("key").as_string()) : "");
    const auto hex = [&](std::string_view over) { return crypto::to_hex(crypto::view(crypto::hmac_sha256(key, over))); };
    const auto header = [&](std::string text) { request.headers.emplace_back(std::string(told.at("header").as_string()), std::move(text)); };
    const auto seconds = std::to_string(to_unix_ms(noon) / 1000);
    if (sign == "literal")
        for (const auto& [name, text] : credentials)
            if (name.starts_with("callback")) header(std::string(text.as_string()));
    if (sign == "hmac256") header(hex(request.body));
    if (sign == "hmac512hex") header(crypto::to_hex(crypto::hmac_sha512(*crypto::from_hex(key), request.body)));
    if (sign == "generic") header("sha256=" + hex(seconds + "." + request.body)), request.headers.emplace_back("x-timestamp", seconds);
    if (sign == "standard") {
        const std::string secrets[]{std::string(credentials.at("callback_secret").as_string())}, prefix(told.at("prefix").as_string());
        request.headers = {{prefix + "-id", "msg_1"}, {prefix + "-timestamp", seconds},
                           {prefix + "-signature", crypto::sign_webhook(secrets, "msg_1", to_unix_ms(noon) / 1000, request.body)}};
    }
    if (sign == "lalamove") {
        const auto mac = hex("1767261600\r\nPOST\r\n/cb\r\n\r\n" + schema::to_text(told.at("body").at("data")));
        request.body.replace(request.body.find("$SIG"), 4, mac);
    }
    if (sign == "jwt") {
        const auto text = crypto::to_base64url(R"({"alg":"HS256","typ":"JWT"})") + "." + crypto::to_base64url(request.body);
        request.body = R"({"token":")" + text + "." + crypto::to_base64url(crypto::view(crypto::hmac_sha256(key, text))) + "\"}";
    }
    return request;
}

TEST_P(Contract, GenuineCallbacksSpeakForgedOnesDoNot) {
    const auto& told = payloads.at("callback").as_object();
    const auto request = signed_callback(told, context.credentials);
    const auto heard = connector->callback(context, request);
    ASSERT_TRUE(heard) << heard.error().detail;
    ASSERT_EQ(heard->reports.size(), 1U);
    EXPECT_EQ(schema::wire_name(heard->reports[0].word.value_or(Word::none)), told.at("word").as_string());
    EXPECT_EQ(heard->reports[0].partner_ref, std::string(payloads.at("ref").as_string()));
    EXPECT_EQ(heard->signed_by_partner, told.at("sign") != "literal");
    auto bare = request;
    bare.headers.clear();
    if (told.at("sign") == "jwt" || told.at("sign") == "lalamove") bare.body = schema::to_text(told.at("body"));
    EXPECT_FALSE(connector->callback(context, bare)) << "without proof";
    auto changed = request;
    if (told.at("sign") == "literal")
        changed.headers[0].second.back() ^= 1;
    else if (told.at("sign") == "jwt")
        changed.body[changed.body.find('.') + 5] ^= 1;
    else
        changed.body.insert(changed.body.rfind(told.at("sign") == "lalamove" ? "}}" : "}"), R"(,"x":1)");
    EXPECT_FALSE(connector->callback(context, changed)) << "changed on the way";
    if (told.at("sign") == "standard" || told.at("sign") == "generic" || told.at("sign") == "lalamove") {
        context.now.machine = noon + std::chrono::hours(25);
        EXPECT_FALSE(connector->callback(context, request)) << "a day old";
    }
}

TEST_P(Contract, ARefusedTokenIsFetchedAnewOnce) {
    if (wire.token.is_null()) return;
    wire.answers = {PlayedWire::of(401, json::object{})};
    EXPECT_EQ(connector->track(context, handle()).error().kind, FailureKind::unauthorized);
    EXPECT_EQ(wire.seen.size(), 4U) << "token, call, token, call";
}

/// Whatever stands in for an answer: nothing is taken for a success, nothing is thrown, and only a booking is ever in doubt.
TEST_P(Contract, NothingThatAPartnerDoesWrongIsTakenForAnAnswer) {
    const auto text = [](int status, std::string body) {
        WireAnswer made;
        made.status = status, made.body = std::move(body);
        return made;
    };
    const std::vector<std::pair<std::string, WireAnswer>> wrongs{
        {"too slow", PlayedWire::fault(http::ClientFault::timeout)}, {"cut off", PlayedWire::fault(http::ClientFault::broken)},
        {"500", text(500, "{}")}, {"502 with a page", text(502, "<html>Bad gateway</html>")}, {"half an answer", text(200, R"({"id":"x","data":{"sta)")},
        {"a page", text(200, "<html>maintenance</html>")}, {"a list of numbers", text(200, "[1,2]")}, {"null", text(200, "null")},
        {"nothing", text(200, "")}, {"another shape", text(200, R"({"id":{"a":[]},"status":[1],"state":{},"data":7,"quotes":true,"fee":"x","price":[]})")}};
    const auto quote = quoted();
    for (const auto& [what, wrong] : wrongs) {
        wire.answers = {wrong};
        if (payloads.contains("quote")) {
            const auto offered = connector->quote(context, parcel());
            EXPECT_FALSE(offered && !offered->empty() && offered->front().price.amount > 0 && offered->front().price.currency.size() == 3) << "quote: " << what;
        }
        wire.answers = {wrong};
        const auto made = connector->create(context, parcel(), quote);
        EXPECT_FALSE(made) << "create: " << what;
        if (!made) {
            EXPECT_EQ(schema::wire_name(made.error().kind), "unknown") << "create: " << what << ": it may have been booked";
        }
        wire.answers = {wrong};
        if (const auto report = connector->track(context, handle())) {
            EXPECT_FALSE(report->word && is_terminal(*report->word)) << "track: " << what;
        }
        wire.answers = {wrong};
        if (payloads.contains("look_up")) {
            const auto found = connector->look_up(context, handle());
            EXPECT_FALSE(found && *found && (*found)->word && is_terminal(*(*found)->word)) << "look-up: " << what;
            if (wrong.fault != http::ClientFault::none || wrong.status >= 500) {
                EXPECT_FALSE(found) << "look-up: " << what << " proves no absence";
            }
        }
        wire.answers = {wrong};
        const auto cancelled = connector->cancel(context, handle(), "");
        if (wrong.fault != http::ClientFault::none || wrong.status >= 500) {
            EXPECT_FALSE(cancelled) << "cancel: " << what;
        }
        auto garbage = CallbackRequest{.method = "POST", .path = "/cb", .query = {}, .headers = {}, .body = wrong.body};
        EXPECT_FALSE(connector->callback(context, garbage)) << "callback: " << what;
    }
}

/// The same callback twice is the same word with the same key; one that says less, or steps back, is told as it is: the house orders words.
TEST_P(Contract, ACallbackSaidTwiceIsTheSameWord) {
    const auto request = signed_callback(payloads.at("callback").as_object(), context.credentials);
    const auto once = connector->callback(context, request), twice = connector->callback(context, request);
    ASSERT_TRUE(once && twice);
    EXPECT_EQ(schema::to_stored(once->reports[0]), schema::to_stored(twice->reports[0]));
}

INSTANTIATE_TEST_SUITE_P(Networks, Contract,
                         testing::Values("fleet_protocol", "doordash_drive", "uber_direct", "stuart", "lalamove", "nash", "onfleet", "shipday", "wolt_drive", "generic_http"),
                         [](const auto& network) { return network.param; });

TEST(Sandbox, PlaysADayFromSeedAndClockAlone) {
    Catalog catalog;
    const auto* sandbox = catalog.find("sandbox");
    Context context;
    context.config = {{"profile", "failing"}, {"seed", 7}};
    context.now = {noon, noon};
    int delivered = 0, returned = 0, refused = 0, unknown = 0;
    for (int i = 0; i < 200; ++i) {
        auto job = parcel();
        job.reference = "bkg_" + std::to_string(i);
        context.now = {noon, noon};
        auto own = sandbox->own_wire(context, nullptr);
        context.wire = own.get();
        const auto quote = sandbox->quote(context, job).value().at(0);
        const auto made = sandbox->create(context, job, quote);
        Handle handle{job.reference, {}, noon, {}, quote.more};
        if (!made && made.error().kind != FailureKind::unknown) {
            ++refused;
            continue;
        }
        auto looking = sandbox->own_wire(context, &handle);
        context.wire = looking.get();
        const auto found = sandbox->look_up(context, handle).value();
        if (made) {
            EXPECT_EQ(found.value().partner_ref, made->partner_ref) << "what was booked is found";
        }
        if (!made) ++unknown;
        if (!found) continue;
        handle.partner_ref = found->partner_ref;
        for (auto next = found->next_look_at; next;) {
            context.now = {*next, *next};
            auto later = sandbox->own_wire(context, &handle);
            context.wire = later.get();
            const auto report = sandbox->track(context, handle).value();
            next = report.next_look_at;
            delivered += report.word == Word::delivered, returned += report.word == Word::returned;
        }
    }
    EXPECT_GT(delivered, 50);
    EXPECT_GT(returned, 10);
    EXPECT_GT(refused, 20);
    EXPECT_GT(unknown, 10);
}

}  // namespace
}  // namespace lastmile::connectors
