// What a node needs of its machine: port, map, certificate, clock, time zones, open files.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include "app/admin_socket.hpp"
#include "app/doctor.hpp"
#include "engines/road/map_file.hpp"
#include "features/areas/time_zone.hpp"
#include "platform/base/clock.hpp"

namespace lastmile::app {
namespace {

bool serving(const Config& config) {
    try {
        return ask_admin(config.text("data_folder"), {{"verb", "ping"}}).has_value();
    } catch (const std::exception&) {
        return true;
    }
}

void examine_port(const Config& config, Diagnoses& found) {
    const auto& listen = config.text("listen");
    const auto colon = listen.rfind(':');
    const auto host = listen.substr(0, colon == listen.npos ? 0 : colon);
    char* end = nullptr;
    const auto port = colon == listen.npos ? -1 : std::strtol(listen.c_str() + colon + 1, &end, 10);
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    v4.sin_family = AF_INET, v6.sin6_family = AF_INET6;
    const bool is_v4 = ::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1;
    const bool is_v6 = !is_v4 && ::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1;
    if (port < 0 || port > 65535 || *end != '\0' || !(is_v4 || is_v6))
        return found.push_back({"port", Verdict::wrong, fmt::format("listen = \"{}\" is no address and port", listen), "for example 127.0.0.1:8080"});
    if (serving(config)) return found.push_back({"port", Verdict::ok, "the running server has it"});
    v4.sin_port = v6.sin6_port = htons(static_cast<std::uint16_t>(port));
    const int probe = ::socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const auto* address = is_v4 ? reinterpret_cast<const sockaddr*>(&v4) : reinterpret_cast<const sockaddr*>(&v6);
    const bool bound = ::bind(probe, address, is_v4 ? sizeof v4 : sizeof v6) == 0 && ::listen(probe, 1) == 0;
    const int fault = errno;
    ::close(probe);
    if (bound) return found.push_back({"port", Verdict::ok, listen + " is free"});
    const auto remedy = fault == EADDRINUSE      ? "stop what listens there (ss -ltnp), or give another --listen"
                        : fault == EACCES        ? "ports below 1024 need CAP_NET_BIND_SERVICE; or serve on 8080 behind a proxy"
                        : fault == EADDRNOTAVAIL ? "this machine has no such address; give one of its own"
                                                 : "give another --listen";
    found.push_back({"port", Verdict::wrong, listen + ": " + std::system_category().message(fault), remedy});
}

void examine_map(const Config& config, Diagnoses& found) {
    const std::filesystem::path map = config.text("map");
    if (map.empty()) return found.push_back({"map", Verdict::warning, "none is set: times are straight lines and addresses need a location", "give --map FILE"});
    std::ifstream in(map, std::ios::binary);
    if (!in || in.peek() == std::ifstream::traits_type::eof())
        return found.push_back({"map", Verdict::wrong, map.string() + " cannot be read, or is empty", "see that it is there and may be read"});
    if (map.string().ends_with(".osm.pbf")) {
        std::string head(16, '\0');
        in.read(head.data(), 16);
        // A blob header: its length, then the type "OSMHeader" (https://wiki.openstreetmap.org/wiki/PBF_Format).
        if (head.find("OSMHeader") == head.npos) return found.push_back({"map", Verdict::wrong, map.string() + " is no OpenStreetMap extract", "download it again"});
        return found.push_back({"map", Verdict::ok, "an extract, imported into the data folder on first use"});
    }
    try {
        road::MapFile::open(map);
        found.push_back({"map", Verdict::ok, map.string() + " is a valid map"});
    } catch (const std::exception& fault) {
        found.push_back({"map", Verdict::wrong, fault.what(), "import the extract again (lastmile road import), or give the .osm.pbf"});
    }
}

template <class T, void (*release)(T*)>
using Held = std::unique_ptr<T, decltype([](T* held) { release(held); })>;

void examine_tls(const Config& config, Diagnoses& found) {
    const auto &chain = config.text("tls.certificate"), &key = config.text("tls.key");
    if (chain.empty() && key.empty()) return;
    if (chain.empty() || key.empty())
        return found.push_back({"tls", Verdict::wrong, "only one of tls.certificate and tls.key is set", "set both, or none"});
    const auto open = [](const std::string& path) { return std::unique_ptr<FILE, int (*)(FILE*)>(std::fopen(path.c_str(), "r"), std::fclose); };
    const auto certificate_file = open(chain), key_file = open(key);
    if (!certificate_file || !key_file)
        return found.push_back({"tls", Verdict::wrong, fmt::format("{} cannot be read", certificate_file ? "tls.key" : "tls.certificate"),
                                "see that the user that serves may read it"});
    const Held<X509, X509_free> certificate(PEM_read_X509(certificate_file.get(), nullptr, nullptr, nullptr));
    const Held<EVP_PKEY, EVP_PKEY_free> secret(PEM_read_PrivateKey(key_file.get(), nullptr, [](char*, int, int, void*) { return 0; }, nullptr));
    if (!certificate || !secret)
        return found.push_back({"tls", Verdict::wrong, fmt::format("{} is no PEM", certificate ? "tls.key" : "tls.certificate"), "give the chain and the unencrypted key in PEM"});
    if (X509_check_private_key(certificate.get(), secret.get()) != 1)
        return found.push_back({"tls", Verdict::wrong, "the key does not belong to the certificate", "give the pair that was issued together"});
    int days = 0, seconds = 0;
    ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate.get()));
    if (days < 0 || seconds < 0) return found.push_back({"tls", Verdict::wrong, "the certificate has expired", "renew it, then send the server SIGHUP"});
    if (days < 14) return found.push_back({"tls", Verdict::warning, fmt::format("the certificate ends in {} days", days), "renew it, then send the server SIGHUP"});
    found.push_back({"tls", Verdict::ok, fmt::format("key and certificate fit, {} days left", days)});
}

void examine_clock(Diagnoses& found) {
    // No signature, lease or window makes sense before this was written.
    if (machine_now() < from_unix_ms(1'767'225'600'000))
        found.push_back({"clock", Verdict::wrong, "it shows " + to_rfc3339(machine_now()), "let the machine follow a time server (chrony)"});
    else
        found.push_back({"clock", Verdict::ok, to_rfc3339(machine_now())});
    if (is_time_zone("Europe/Berlin") && is_time_zone("America/New_York"))
        found.push_back({"time zones", Verdict::ok, "the system's data is there"});
    else
        found.push_back({"time zones", Verdict::wrong, "the system's data is missing", "apt-get install tzdata"});
}

void examine_files(const Config& config, Diagnoses& found) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const auto wanted = static_cast<rlim_t>(config.whole("http.max_connections") + 100);
    const auto detail = fmt::format("{} files may be open, {} connections are allowed", limit.rlim_cur, config.whole("http.max_connections"));
    if (limit.rlim_cur >= wanted) return found.push_back({"open files", Verdict::ok, detail});
    found.push_back({"open files", Verdict::warning, detail, fmt::format("LimitNOFILE={} in the unit (ulimit -n), or lower http.max_connections", wanted)});
}

}  // namespace

void examine_machine(const Config& config, Diagnoses& found) {
    examine_port(config, found);
    examine_map(config, found);
    examine_tls(config, found);
    examine_clock(found);
    examine_files(config, found);
}

}  // namespace lastmile::app
