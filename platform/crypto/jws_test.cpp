#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "platform/crypto/jws.hpp"
#include "platform/crypto/strict_json.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::crypto {
namespace {

// Made by another implementation (Python's cryptography): a key set with three good keys and five to be left out, and tokens of these keys.
constexpr std::string_view jwks =
    "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"r\",\"alg\":\"RS256\",\"use\":\"sig\",\"n\":\"v1KnNAPRLQNT6UaYHq-OVDRjDHg1jYRd5TwaI0vZKHQ-P0z"
    "AZsy_BrVExxBuMYFJJ9uU3P2b0BII0nu89sofVVGTSWdOFKCDpk54qUEB6ZcgL8TYG7YZECyTZhUNstbGjuPJFRDjiuJgibZ2wsIyIKn6H2oPS"
    "P7NFAyUYSx1txn7i_L16Eny9mC045Ow3Y0k3lCfHWLqKsBdJfBLAvJLwLN3TCjmkTVMjdtKrqNPo6EkT9fhCeAkHGOHwTg7CXIDvfxmahdJeOS"
    "QfVJ5lzUWzknAUbiyPSiFXQBRxWG3S2-sc0gHhPs32y4DSR0muk2KXpjqU_qJpq80FW2AgFtirQ\",\"e\":\"AQAB\"},{\"kty\":\"EC\",\"crv\":\"P-"
    "256\",\"kid\":\"e\",\"x\":\"Tda4JN38lvlz9UaVJPjANLxyasgvVawX2UonJJ-pMhw\",\"y\":\"oyPBM0GRf820SS5Kgr_FCxegY7tGvL1G9sdEYIhT"
    "zec\"},{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"d\",\"x\":\"n8kjMbYNC2goIB86NVnlJmemc4MdzSHg50htVPpOXvA\"},{\"kty\":\"oct\",\""
    "kid\":\"o\",\"k\":\"c2VjcmV0\"},{\"kty\":\"RSA\",\"kid\":\"enc\",\"use\":\"enc\",\"n\":\"v1KnNAPRLQNT6UaYHq-OVDRjDHg1jYRd5TwaI0vZKHQ"
    "-P0zAZsy_BrVExxBuMYFJJ9uU3P2b0BII0nu89sofVVGTSWdOFKCDpk54qUEB6ZcgL8TYG7YZECyTZhUNstbGjuPJFRDjiuJgibZ2wsIyIKn6H"
    "2oPSP7NFAyUYSx1txn7i_L16Eny9mC045Ow3Y0k3lCfHWLqKsBdJfBLAvJLwLN3TCjmkTVMjdtKrqNPo6EkT9fhCeAkHGOHwTg7CXIDvfxmahd"
    "JeOSQfVJ5lzUWzknAUbiyPSiFXQBRxWG3S2-sc0gHhPs32y4DSR0muk2KXpjqU_qJpq80FW2AgFtirQ\",\"e\":\"AQAB\"},{\"kty\":\"RSA\",\"kid"
    "\":\"small\",\"n\":\"wRymja7qDoT5CM01mRKg72GNEXkExwJcMELhz6-CTXc7DasBX5c1_01t9qx3gAsJiqBISe8u4-MYP7IYvu5051ysUzQy6Bn"
    "N3c6imdAIvg0AE-LQiZVSzuD7AVTSIg8SE8wdx9sc3JNjOyl-FsnE8zA-I4ylKkLCHJPhLEmoAe8\",\"e\":\"AQAB\"},{\"kty\":\"EC\",\"crv\":\"P"
    "-256\",\"kid\":\"off\",\"x\":\"Tda4JN38lvlz9UaVJPjANLxyasgvVawX2UonJJ-pMhw\",\"y\":\"Tda4JN38lvlz9UaVJPjANLxyasgvVawX2UonJ"
    "J-pMhw\"},{\"kty\":\"XYZ\"}]}";
constexpr std::string_view rs256 =
    "eyJhbGciOiAiUlMyNTYiLCAia2lkIjogInIifQ.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlIiwgImF1ZCI6IFsib3RoZXIiLCAibGFzdG1"
    "pbGUiXSwgInN1YiI6ICJ1MSIsICJleHAiOiAxNzAwMDAwNjAwLCAiaWF0IjogMTcwMDAwMDAwMC41fQ.m4vtSo8RE-_xfvzQjgTUFkuDzoHeEp"
    "Ve78uwLoyja43oPKVWvdT-u-CBc5b0NpEni3B4gyQOGYihEU99kaTlB8eHzC96HoGYdgtv1zQjQV4vMG2t5c3KA3wmaMzQen1MtH8i_wKlEV_4"
    "nVqzeITJNKnn_HdVW5gyY0fqwwes8DCCFOYa9MeYLjAxOQWdKnUPQS-l2jCkSfWNItvz2dNlHw4gbzqjvAHikALM6w35ov1zI61r28N76oOAvY"
    "xfz6No22CQYCKJ8aMqTGx8lkQR2VqVdhRd84_F95AqWb528qKSkAxTLHsnMim-h7Hz4bEar6cFs-F_vfHNga8fC89ZyA";
constexpr std::string_view es256 =
    "eyJhbGciOiAiRVMyNTYiLCAia2lkIjogImUifQ.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlIiwgImF1ZCI6IFsib3RoZXIiLCAibGFzdG1"
    "pbGUiXSwgInN1YiI6ICJ1MSIsICJleHAiOiAxNzAwMDAwNjAwLCAiaWF0IjogMTcwMDAwMDAwMC41fQ.k-z0DL_xXcEcJBUBAwAug8C3Tt80ay"
    "ghochK7769WxOgwL8Wc5z0LBA9wa5m4hBBXZ8TUUeyVQ3brPn8oF0wFA";
constexpr std::string_view es256_der =
    "eyJhbGciOiAiRVMyNTYiLCAia2lkIjogImUifQ.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlIiwgImF1ZCI6IFsib3RoZXIiLCAibGFzdG1"
    "pbGUiXSwgInN1YiI6ICJ1MSIsICJleHAiOiAxNzAwMDAwNjAwLCAiaWF0IjogMTcwMDAwMDAwMC41fQ.MEQCIAPn2xPe74syy4cgNHRMU9FpLM"
    "cpqh_VbGokDHaZz2MqAiAmjWLGsJOh7vKi9iRDfz7HhzQGsqPGY3T68FtJieo2vg";
constexpr std::string_view eddsa =
    "eyJhbGciOiAiRWREU0EiLCAia2lkIjogImQifQ.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlIiwgImF1ZCI6IFsib3RoZXIiLCAibGFzdG1"
    "pbGUiXSwgInN1YiI6ICJ1MSIsICJleHAiOiAxNzAwMDAwNjAwLCAiaWF0IjogMTcwMDAwMDAwMC41fQ.Ev4nEnmXoqN9fkpNcL192quBvozqbF"
    "r9IRy-0bn1w8lvDDaggnefhxj4H1_jv4G6zyHzL7mW_GmE5ICJrfoOBA";
constexpr std::string_view crit =
    "eyJhbGciOiAiRWREU0EiLCAia2lkIjogImQiLCAiY3JpdCI6IFsieCJdLCAieCI6IDF9.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlIiwgI"
    "mF1ZCI6IFsib3RoZXIiLCAibGFzdG1pbGUiXSwgInN1YiI6ICJ1MSIsICJleHAiOiAxNzAwMDAwNjAwLCAiaWF0IjogMTcwMDAwMDAwMC41fQ."
    "p37h3VxDTkRB48ie2vpcmeTJcc6l_9GjPUqgNH_jQe348IdM1kh-7FoOcZ4PXGhnMD1VU0vZKWJHXwe3IiHDAw";
constexpr std::string_view confused =
    "eyJhbGciOiAiSFMyNTYiLCAia2lkIjogInIifQ.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlIiwgImF1ZCI6IFsib3RoZXIiLCAibGFzdG1"
    "pbGUiXSwgInN1YiI6ICJ1MSIsICJleHAiOiAxNzAwMDAwNjAwLCAiaWF0IjogMTcwMDAwMDAwMC41fQ.-t45-yQNTxpp8OV_YzPSZQDXCB9it4"
    "453tERlpdCpeU";

Expectation expecting() { return {.now = from_unix_ms(1'700'000'100'000), .issuer = "https://id.example", .audience = "lastmile"}; }

std::string_view outcome(const std::expected<Token, TokenFault>& verified) { return verified ? "none" : fault_name(verified.error()); }

TEST(Jwks, TakesWhatIsUsableAndLeavesOutTheRest) {
    const auto keys = parse_jwks(jwks);
    ASSERT_TRUE(keys);
    std::string ids;
    for (const auto& key : *keys) ids += key.id;
    EXPECT_EQ(ids, "red");
    EXPECT_FALSE(parse_jwks("[]"));
    EXPECT_FALSE(parse_jwks(R"({"keys":[],"keys":[]})"));
    EXPECT_FALSE(parse_jwks(R"({"keys":{}})"));
}

TEST(Jwt, VerifiesForeignSignaturesOfEachKind) {
    const auto keys = *parse_jwks(jwks);
    for (const auto token : {rs256, es256, eddsa}) {
        const auto verified = verify_jwt(token, keys, expecting());
        ASSERT_TRUE(verified) << fault_name(verified.error());
        EXPECT_EQ(verified->claims.at("sub").as_string(), "u1");
        EXPECT_EQ(to_unix_ms(*verified->expires), 1'700'000'600'000);
    }
    EXPECT_EQ(peek_jwt(rs256)->issuer, "https://id.example");
    EXPECT_EQ(peek_jwt(rs256)->key_id, "r");
}

TEST(Jwt, RefusesEveryChangedByte) {
    const auto keys = *parse_jwks(jwks);
    for (const auto token : {rs256, es256, eddsa})
        for (std::size_t i = 0; i < token.size(); i += 7) {
            std::string changed(token);
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            if (changed == token) continue;
            EXPECT_FALSE(verify_jwt(changed, keys, expecting())) << i;
        }
}

TEST(Jwt, TheAlgorithmIsTheKeysNotTheTokens) {
    const auto keys = *parse_jwks(jwks);
    EXPECT_EQ(outcome(verify_jwt(confused, keys, expecting())), "unknown_key");
    EXPECT_EQ(outcome(verify_jwt(es256_der, keys, expecting())), "bad_signature");
    EXPECT_EQ(outcome(verify_jwt(crit, keys, expecting())), "malformed");
    const auto payload = std::string(rs256.substr(rs256.find('.'), rs256.rfind('.') - rs256.find('.') + 1));
    EXPECT_FALSE(verify_jwt(to_base64url(R"({"alg":"none"})") + payload, keys, expecting()));
}

TEST(Jwt, ChecksTimesIssuerAndAudience) {
    const auto keys = *parse_jwks(jwks);
    const auto fault = [&](auto change) {
        auto expected = expecting();
        change(expected);
        const auto outcome = verify_jwt(eddsa, keys, expected);
        return outcome ? "none" : fault_name(outcome.error());
    };
    EXPECT_EQ(fault([](auto& e) { e.now = from_unix_ms(1'700'000'659'999); }), "none");
    EXPECT_EQ(fault([](auto& e) { e.now = from_unix_ms(1'700'000'660'000); }), "expired");
    EXPECT_EQ(fault([](auto& e) { e.now = from_unix_ms(1'699'999'940'000); }), "not_yet_valid");
    EXPECT_EQ(fault([](auto& e) { e.issuer = "https://id.example/"; }), "wrong_issuer");
    EXPECT_EQ(fault([](auto& e) { e.audience = "else"; }), "wrong_audience");
    EXPECT_EQ(fault([](auto& e) { e.type = "at+jwt"; }), "wrong_type");
}

TEST(Jwt, OwnTokensOutliveARotationAndKeepTheirKind) {
    const auto before = Keyring::parse("k1:" + to_base64(std::string(32, 'a')));
    const auto after = Keyring::parse("k1:" + to_base64(std::string(32, 'a')) + ",k2:" + to_base64(std::string(32, 'b')));
    const boost::json::object claims{{"sub", "drv_1"}, {"exp", 1'700'000'600}};
    const auto token = sign_hs256(claims, "lm-driver+jwt", "k1", before.derive("token:driver"));
    auto expected = Expectation{.now = from_unix_ms(1'700'000'100'000), .type = "lm-driver+jwt"};
    EXPECT_TRUE(verify_jwt(token, token_keys(after, "token:driver"), expected));
    EXPECT_FALSE(verify_jwt(token, token_keys(after, "token:tracking"), expected));
    expected.type = "lm-tracking+jwt";
    EXPECT_FALSE(verify_jwt(token, token_keys(after, "token:driver"), expected));

    const auto key = SigningKey::of(after, "token:service");
    const boost::json::object set{{"keys", boost::json::array{to_jwk(key)}}};
    const auto signed_token = sign_eddsa(claims, "lm-service+jwt", key);
    EXPECT_TRUE(verify_jwt(signed_token, *parse_jwks(boost::json::serialize(set)), {.now = from_unix_ms(1'700'000'100'000)}));
}

TEST(Jwt, ATokenWithoutExpiryIsRefused) {
    const std::vector<VerifyKey> keys{{"k", Algorithm::hs256, nullptr, "secret"}};
    const Expectation expected{.now = from_unix_ms(0)};
    EXPECT_EQ(outcome(verify_jwt(sign_hs256({}, "x", "k", "secret"), keys, expected)), "malformed");
    EXPECT_EQ(outcome(verify_jwt(sign_hs256({{"exp", "soon"}}, "x", "k", "secret"), keys, expected)), "malformed");
    EXPECT_TRUE(verify_jwt(sign_hs256({{"exp", 1}}, "x", "k", "secret"), keys, expected));
}

TEST(StrictJson, RefusesDoublesAtAnyDepthAndWhatFollows) {
    EXPECT_TRUE(parse_strict_object(R"({"a":{"b":1},"b":[{"b":2}]})"));
    EXPECT_FALSE(parse_strict_object(R"({"a":1,"\u0061":2})"));
    EXPECT_FALSE(parse_strict_object(R"({"a":[{"b":1,"b":1}]})"));
    EXPECT_FALSE(parse_strict_object(R"({"a":1} x)"));
    EXPECT_FALSE(parse_strict_object("[]"));
    EXPECT_FALSE(parse_strict_object(""));
}

}  // namespace
}  // namespace lastmile::crypto
