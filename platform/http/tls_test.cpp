#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <filesystem>
#include <future>

#include "platform/http/client.hpp"
#include "platform/http/server.hpp"

namespace lastmile::http {
namespace {

/// A certificate for localhost, signed by itself, with its key, as PEM files.
struct Certificate {
    std::filesystem::path folder, certificate, key;

    explicit Certificate(const std::string& name)
        : folder(std::filesystem::temp_directory_path() / ("tls_test_" + name + std::to_string(::getpid()))),
          certificate(folder / "cert.pem"),
          key(folder / "key.pem") {
        std::filesystem::create_directories(folder);
        issue();
    }
    ~Certificate() { std::filesystem::remove_all(folder); }

    void issue() {
        auto* pair = EVP_EC_gen("P-256");
        auto* x509 = X509_new();
        ASN1_INTEGER_set(X509_get_serialNumber(x509), static_cast<long>(++serial));
        X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
        X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
        X509_set_pubkey(x509, pair);
        auto* name = X509_get_subject_name(x509);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
        X509_set_issuer_name(x509, name);
        auto* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
        X509_add_ext(x509, names, -1);
        X509_EXTENSION_free(names);
        X509_sign(x509, pair, EVP_sha256());
        auto* out = std::fopen(certificate.c_str(), "w");
        PEM_write_X509(out, x509);
        std::fclose(out);
        out = std::fopen(key.c_str(), "w");
        PEM_write_PrivateKey(out, pair, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(out);
        X509_free(x509);
        EVP_PKEY_free(pair);
    }
    static inline int serial = 0;
};

struct Secure : testing::Test {
    Certificate mine{"mine"}, other{"other"};
    Client client;
    Options options() {
        Options with;
        with.port = 0;
        with.tls_certificate = mine.certificate;
        with.tls_key = mine.key;
        return with;
    }
    static void echo(Request request, std::shared_ptr<Responder> responder) {
        responder->send({200, {{"X-Secure", request.secure ? "yes" : "no"}}, request.body});
    }
    ClientResult call(std::uint16_t port, const std::string& authority, std::string body, const std::string& host = "localhost") {
        std::promise<ClientResult> result;
        client.send({.method = "POST", .url = "https://" + host + ":" + std::to_string(port) + "/", .body = std::move(body),
                     .allow_private_networks = {"127.0.0.0/8"}, .ca_file = authority},
                    [&](ClientResult got) { result.set_value(std::move(got)); });
        return result.get_future().get();
    }
};

TEST_F(Secure, ServesAndTheClientChecksTheCertificate) {
    Server server(options(), echo);
    const std::string large(3'000'000, 'x');
    const auto answer = call(server.port(), mine.certificate, large);
    EXPECT_EQ(answer.fault, ClientFault::too_large);   // the client's limit; the server has taken and sent 3 MB
    const auto small = call(server.port(), mine.certificate, "hello");
    EXPECT_EQ(small.body, "hello") << small.detail;
    EXPECT_EQ(small.header("x-secure"), "yes");
    EXPECT_EQ(call(server.port(), other.certificate, "x").fault, ClientFault::tls);
    EXPECT_EQ(call(server.port(), mine.certificate, "x", "127.0.0.1").fault, ClientFault::tls);   // another name
}

TEST_F(Secure, AReloadedCertificateServesNewConnections) {
    Server server(options(), echo);
    EXPECT_EQ(call(server.port(), mine.certificate, "1").body, "1");
    std::filesystem::copy_file(other.certificate, mine.certificate, std::filesystem::copy_options::overwrite_existing);
    EXPECT_THROW(server.reload_tls(), std::runtime_error);   // the key does not fit yet: the old pair stays
    std::filesystem::copy_file(other.key, mine.key, std::filesystem::copy_options::overwrite_existing);
    server.reload_tls();
    EXPECT_EQ(call(server.port(), other.certificate, "2").body, "2");
}

TEST_F(Secure, SaysWhatIsWrongWithTheFiles) {
    auto with = options();
    with.tls_key = other.key;
    EXPECT_THROW(Server(with, echo), std::runtime_error);
    with.tls_key = "/nowhere";
    EXPECT_THROW(Server(with, echo), std::runtime_error);
}

}  // namespace
}  // namespace lastmile::http
