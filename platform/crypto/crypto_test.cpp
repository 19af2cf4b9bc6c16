#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "platform/crypto/api_key.hpp"
#include "platform/crypto/ed25519.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/sealer.hpp"
#include "platform/crypto/sigv4.hpp"
#include "platform/crypto/text_coding.hpp"
#include "platform/crypto/webhook_signature.hpp"

namespace lastmile::crypto {
namespace {

TEST(Hash, KnownAnswers) {
    EXPECT_EQ(to_hex(view(sha256("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 pieces;
    pieces.update("a");
    pieces.update("bc");
    EXPECT_EQ(pieces.finish(), sha256("abc"));
    // RFC 4231, test case 2; RFC 5869, test cases 1 and 3.
    EXPECT_EQ(to_hex(view(hmac_sha256("Jefe", "what do ya want for nothing?"))),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(to_hex(hkdf_sha256(std::string(22, '\x0b'), *from_hex("000102030405060708090a0b0c"), *from_hex("f0f1f2f3f4f5f6f7f8f9"), 42)),
              "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    EXPECT_EQ(to_hex(hkdf_sha256(std::string(22, '\x0b'), "", "", 42)),
              "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
    EXPECT_TRUE(same("abc", "abc"));
    EXPECT_FALSE(same("abc", "abd"));
    EXPECT_FALSE(same("abc", "ab"));
}

RC_GTEST_PROP(TextCoding, IsReversible, (const std::string& bytes)) {
    RC_ASSERT(from_hex(to_hex(bytes)) == bytes);
    RC_ASSERT(from_base64(to_base64(bytes)) == bytes);
    RC_ASSERT(from_base64url(to_base64url(bytes)) == bytes);
}

TEST(TextCoding, OneTextForOneValue) {
    EXPECT_EQ(to_base64("\xfb\xff"), "+/8=");
    EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
    EXPECT_EQ(from_base64("+/8"), "\xfb\xff");
    for (const auto* bad : {"-_8", "-_9=", "-_8=", "-", "-_ 8", "+/8"})
        EXPECT_EQ(from_base64url(bad).has_value(), std::string_view(bad) == "-_8") << bad;
    for (const auto* bad : {"+/9=", "+/8==", "=", "+/8=+/8="}) EXPECT_FALSE(from_base64(bad)) << bad;
    for (const auto* bad : {"0", "0g", "0 "}) EXPECT_FALSE(from_hex(bad)) << bad;
}

TEST(ApiKeys, HaveAKindAndAChecksum) {
    SeededRandom random(1);
    const auto key = make_api_key(true, random);
    EXPECT_TRUE(key.text.starts_with("lm_test_"));
    EXPECT_EQ(key.text.size(), 46u);
    ASSERT_TRUE(parse_api_key(key.text));
    EXPECT_TRUE(parse_api_key(key.text)->test);
    for (std::size_t i = 0; i < key.text.size(); ++i) {
        auto changed = key.text;
        changed[i] = changed[i] == 'a' ? 'b' : 'a';
        EXPECT_FALSE(parse_api_key(changed)) << i;
    }
    EXPECT_FALSE(make_api_key(false, random).test);
    EXPECT_NE(make_api_key(false, random).text, make_api_key(false, random).text);
}

TEST(Webhooks, MatchThePublishedVector) {
    const std::vector<std::string> secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
    const auto* id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const auto* body = R"({"test": 2432232314})";
    const auto signature = sign_webhook(secret, id, 1614265330, body);
    EXPECT_EQ(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    EXPECT_TRUE(verify_webhook(secret[0], id, "1614265330", "v2,x v1a,y " + signature, body, 1614265330 + 300));
    EXPECT_FALSE(verify_webhook(secret[0], id, "1614265330", signature, body, 1614265330 + 301));
    EXPECT_FALSE(verify_webhook(secret[0], id, "1614265330", signature, body, 1614265330 - 301));
    EXPECT_FALSE(verify_webhook(secret[0], id, "1614265331", signature, body, 1614265330));
    EXPECT_FALSE(verify_webhook(secret[0], id, "1614265330x", signature, body, 1614265330));
    SeededRandom random(2);
    const std::vector<std::string> two{make_webhook_secret(random), make_webhook_secret(random)};
    const auto both = sign_webhook(two, id, 1614265330, body);
    EXPECT_TRUE(verify_webhook(two[0], id, "1614265330", both, body, 1614265330));
    EXPECT_TRUE(verify_webhook(two[1], id, "1614265330", both, body, 1614265330));
    EXPECT_FALSE(webhook_secret_key("whsec_c2hvcnQ="));
    EXPECT_THROW(sign_webhook(std::vector<std::string>{"secret"}, id, 1, body), std::invalid_argument);
}

TEST(SigV4, MatchesAmazonsExample) {
    const AwsCredentials who{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
    const AwsRequest request{.method = "GET", .host = "examplebucket.s3.amazonaws.com", .path = "/test.txt"};
    const auto url = presign_s3(request, who, "us-east-1", *parse_rfc3339("2013-05-24T00:00:00Z"), std::chrono::seconds(86400));
    EXPECT_EQ(url,
              "https://examplebucket.s3.amazonaws.com/"
              "test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
              "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
              "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    EXPECT_THROW(presign_s3(request, who, "us-east-1", from_unix_ms(0), std::chrono::seconds(604801)), std::invalid_argument);
    // The same page's GET Object example, signed by headers.
    auto ranged = request;
    ranged.headers = {{"Range", "bytes=0-9"}};
    const auto headers = sign_s3(ranged, who, "us-east-1", *parse_rfc3339("2013-05-24T00:00:00Z"), to_hex(view(sha256(""))));
    EXPECT_EQ(headers.back().second,
              "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
              "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
              "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(Sealing, OpensOnlyWithKeyAndBinding) {
    SeededRandom random(3);
    const auto one = Keyring::parse("k1:" + to_base64(std::string(32, 'a')));
    const auto two = Keyring::parse("k1:" + to_base64(std::string(32, 'a')) + "\nk2:" + to_base64(std::string(32, 'b')) + "\n");
    const Sealer old(one, "seal:pii"), present(two, "seal:pii"), other(two, "seal:else");
    const auto sealed = old.seal("+49 170 1", "rcp_1", random);
    EXPECT_EQ(sealed.find("+49"), std::string::npos);
    EXPECT_EQ(present.open(sealed, "rcp_1"), "+49 170 1");
    EXPECT_TRUE(present.stale(sealed));
    EXPECT_FALSE(old.stale(sealed));
    EXPECT_FALSE(present.open(sealed, "rcp_2"));
    EXPECT_FALSE(other.open(sealed, "rcp_1"));
    EXPECT_FALSE(old.open(present.seal("x", "", random), ""));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        auto changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(old.open(changed, "rcp_1")) << i;
        EXPECT_FALSE(old.open(sealed.substr(0, i), "rcp_1")) << i;
    }
}

TEST(Ed25519, MatchesRfc8032) {
    const SigningKey key("k1", *from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
    EXPECT_EQ(to_hex(key.public_key()), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    const auto signature = key.sign("\x72");
    EXPECT_EQ(
        to_hex(signature),
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    EXPECT_TRUE(verify_ed25519(key.public_key(), "\x72", signature));
    EXPECT_FALSE(verify_ed25519(key.public_key(), "\x73", signature));
}

class KeyFile : public testing::Test {
protected:
    std::filesystem::path folder = std::filesystem::temp_directory_path() / ("keyring_test_" + std::to_string(::getpid()));
    std::filesystem::path file = folder / "master.key";
    SeededRandom random{4};
    void SetUp() override { std::filesystem::create_directory(folder); }
    void TearDown() override { std::filesystem::remove_all(folder); }
};

TEST_F(KeyFile, IsMadeOnceAndKeptFromOthers) {
    const auto first = Keyring::open(file, random);
    struct stat info{};
    ASSERT_EQ(::stat(file.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    EXPECT_EQ(Keyring::open(file, random).current().secret, first.current().secret);
    const auto rotated = Keyring::rotate(file, random);
    EXPECT_EQ(rotated.current().id, "k2");
    EXPECT_EQ(rotated.find("k1")->secret, first.current().secret);
    EXPECT_NE(rotated.derive("a"), rotated.derive("b"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
    ::chmod(file.c_str(), 0644);
    EXPECT_THROW(Keyring::open(file, random), std::runtime_error);
}

TEST(Keyring, RefusesWhatIsNoKeyWithoutRepeatingIt) {
    for (const auto& bad : {std::string(), std::string("k1"), std::string("k1:c2hvcnQ="), "k 1:" + to_base64(std::string(32, 'a')),
                                  "k1:" + to_base64(std::string(32, 'a')) + ",k1:" + to_base64(std::string(32, 'b'))})
        try {
            Keyring::parse(bad);
            FAIL() << bad;
        } catch (const std::runtime_error& fault) {
            EXPECT_EQ(std::string_view(fault.what()).find("c2hv"), std::string_view::npos);
        }
}

}  // namespace
}  // namespace lastmile::crypto
