#include "platform/http/client.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "platform/http/address_guard.hpp"
#include "platform/http/server.hpp"

namespace lastmile::http {
namespace {

using namespace std::chrono_literals;

TEST(AddressGuard, KnowsWhatIsPublic) {
    for (const auto* inside : {"0.0.0.0",          "10.1.2.3",        "100.64.0.1",      "127.0.0.1",   "127.255.255.255",
                               "169.254.169.254",  "172.16.0.1",      "172.31.255.255",  "192.168.1.1", "192.0.0.192",
                               "198.19.0.1",       "224.0.0.1",       "255.255.255.255", "::",          "::1",
                               "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fe80::1",         "fc00::1",     "fd00:ec2::254",
                               "ff02::1",          "64:ff9b::7f00:1", "2002:7f00:1::",   "2001::1",     "2001:db8::1",
                               "fec0::1"})
        EXPECT_FALSE(is_public(parse_address(inside).value())) << inside;
    for (const auto* outside :
         {"1.1.1.1", "8.8.8.8", "172.32.0.1", "172.15.255.255", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "2a00::1"})
        EXPECT_TRUE(is_public(parse_address(outside).value())) << outside;
}

TEST(AddressGuard, AllowsNetworksByName) {
    const std::vector<Network> allowed{parse_network("10.0.0.0/9").value(), parse_network("fd00::/8").value(),
                                       parse_network("127.0.0.1").value()};
    EXPECT_TRUE(may_reach(*parse_address("10.127.255.255"), allowed));
    EXPECT_FALSE(may_reach(*parse_address("10.128.0.0"), allowed));
    EXPECT_TRUE(may_reach(*parse_address("fd12::1"), allowed));
    EXPECT_TRUE(may_reach(*parse_address("127.0.0.1"), allowed));
    EXPECT_FALSE(may_reach(*parse_address("127.0.0.2"), allowed));
    for (const auto* bad : {"", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "a/8", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x"})
        EXPECT_FALSE(parse_network(bad)) << bad;
}

struct Calls {
    std::mutex mutex;
    std::shared_ptr<Responder> held;
    std::atomic<int> running{0}, most{0};
    std::vector<std::shared_ptr<Responder>> queue;
    Server server;
    Client client;

    explicit Calls(ClientOptions options = {})
        : server(free_port(), [this](Request r, std::shared_ptr<Responder> to) { handle(std::move(r), std::move(to)); }), client(options) {}
    static Options free_port() {
        Options options;
        options.port = 0;
        return options;
    }
    void handle(Request request, std::shared_ptr<Responder> to) {
        if (request.path == "/hold") {
            const std::lock_guard lock(mutex);
            queue.push_back(std::move(to));
            most = std::max(most.load(), ++running);
            return;
        }
        if (request.path == "/large") return to->send({200, {}, std::string(2000, 'a')});
        if (request.path == "/bomb") return to->send({200, {{"Content-Type", "text/plain"}}, std::string(3'000'000, 'a')});
        if (request.path == "/redirect")
            return to->send({302, {{"Location", "http://localhost:" + std::to_string(server.port()) + "/"}}, ""});
        if (request.path == "/aside") return to->send({302, {{"Location", "http://127.0.0.2:" + std::to_string(server.port()) + "/"}}, ""});
        if (request.path == "/file") return to->send({302, {{"Location", "file:///etc/passwd"}}, ""});
        to->send({201,
                  {{"X-Method", request.method},
                   {"X-Type", std::string(request.header("content-type"))},
                   {"X-Length", std::string(request.header("content-length"))},
                   {"X-Own", std::string(request.header("x-own"))}},
                  request.body});
    }
    std::string url(const std::string& path, const std::string& host = "127.0.0.1") {
        return "http://" + host + ":" + std::to_string(server.port()) + path;
    }
    ClientRequest request(const std::string& path) { return {.url = url(path), .allow_private_networks = {"127.0.0.0/8"}}; }
    ClientResult call(ClientRequest request) {
        std::promise<ClientResult> result;
        client.send(std::move(request), [&](ClientResult got) { result.set_value(std::move(got)); });
        return result.get_future().get();
    }
};

TEST(Client, SendsMethodHeadersAndBody) {
    Calls c;
    for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"}) {
        auto request = c.request("/");
        request.method = method;
        request.headers = {{"Content-Type", "application/json"}, {"X-Own", "1"}};
        request.body = std::string("{\0}", 3);
        const auto result = c.call(request);
        EXPECT_EQ(result.status, 201) << result.detail;
        EXPECT_EQ(result.header("x-method"), method);
        EXPECT_EQ(result.header("x-type"), "application/json");
        EXPECT_EQ(result.header("x-own"), "1");
        EXPECT_EQ(result.body, request.body);
        EXPECT_EQ(result.address, "127.0.0.1");
    }
    auto empty = c.request("/");
    empty.method = "POST";
    EXPECT_EQ(c.call(empty).header("x-length"), "0");
    EXPECT_EQ(c.call(empty).header("x-type"), "");
    EXPECT_EQ(c.call(c.request("/")).header("x-method"), "GET");
    auto head = c.request("/large");
    head.method = "HEAD";
    EXPECT_EQ(c.call(head).header("content-length"), "2000");
}

TEST(Client, ReachesNothingInsideUnlessAllowed) {
    Calls c;
    for (const auto* host :
         {"127.0.0.1", "localhost", "2130706433", "0x7f.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254"}) {
        const auto result = c.call({.url = c.url("/", host)});
        EXPECT_EQ(result.fault, ClientFault::blocked_address) << host << ": " << fault_name(result.fault) << " " << result.detail;
    }
    EXPECT_EQ(c.call({.url = c.url("/"), .allow_private_networks = {"127.0.0.2/32"}}).fault, ClientFault::blocked_address);
    EXPECT_EQ(c.server.numbers().accepted, 0u);
}

TEST(Client, AConnectionKeptByAnAllowedCallServesNoOther) {
    Calls c;
    EXPECT_EQ(c.call(c.request("/")).status, 201);
    EXPECT_EQ(c.call({.url = c.url("/")}).fault, ClientFault::blocked_address);
    EXPECT_EQ(c.server.numbers().requests, 1u);
}

TEST(Client, DoesNotFollowRedirectsUnlessAskedAndThenChecksEachHop) {
    Calls c;
    EXPECT_EQ(c.call(c.request("/redirect")).status, 302);
    auto follow = c.request("/redirect");
    follow.follow_redirects = true;
    EXPECT_EQ(c.call(follow).status, 201);
    follow.url = c.url("/aside");
    follow.allow_private_networks = {"127.0.0.1"};
    EXPECT_EQ(c.call(follow).fault, ClientFault::blocked_address);
    follow.url = c.url("/file");
    EXPECT_EQ(c.call(follow).fault, ClientFault::invalid_request);
}

TEST(Client, NamesEachFailure) {
    Calls c;
    auto large = c.request("/large");
    large.max_response_bytes = 1999;
    EXPECT_EQ(c.call(large).fault, ClientFault::too_large);
    large.max_response_bytes = 2000;
    EXPECT_EQ(c.call(large).body.size(), 2000u);
    EXPECT_EQ(c.call(c.request("/bomb")).fault, ClientFault::too_large);
    auto slow = c.request("/hold");
    slow.timeout = 50ms;
    EXPECT_EQ(c.call(slow).fault, ClientFault::timeout);
    EXPECT_EQ(c.call({.url = "http://name.invalid/"}).fault, ClientFault::dns);
    auto plain_for_tls = c.request("/");
    plain_for_tls.url = "https" + plain_for_tls.url.substr(4);
    EXPECT_EQ(c.call(plain_for_tls).fault, ClientFault::tls);
    std::uint16_t free = 0;
    {
        Server gone(Calls::free_port(), [](Request, std::shared_ptr<Responder>) {});
        free = gone.port();
    }
    EXPECT_EQ(c.call({.url = "http://127.0.0.1:" + std::to_string(free) + "/", .allow_private_networks = {"127.0.0.0/8"}}).fault,
              ClientFault::refused);
    for (const auto* url : {"", "ftp://example.org/", "file:///etc/passwd", "http://", "http://user:pass@example.org/",
                            "http://user@example.org/", "gopher://x/"})
        EXPECT_EQ(c.call({.url = url}).fault, ClientFault::invalid_request) << url;
    EXPECT_EQ(c.call({.url = c.url("/"), .headers = {{"X-A", "b\r\nX-Evil: 1"}}}).fault, ClientFault::invalid_request);
    EXPECT_EQ(c.call({.method = "GET /", .url = c.url("/")}).fault, ClientFault::invalid_request);
    EXPECT_EQ(c.call({.url = c.url("/"), .allow_private_networks = {"everything"}}).fault, ClientFault::invalid_request);
}

TEST(Client, BoundsWhatRunsAndWhatWaits) {
    Calls c({.max_running = 8, .max_running_per_host = 2, .max_waiting = 5});
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::string_view, int> outcomes;
    const auto count = [&](ClientResult result) {
        const std::lock_guard lock(mutex);
        ++outcomes[fault_name(result.fault)];
        changed.notify_all();
    };
    const auto held = [&](std::size_t number) {
        for (;;) {
            {
                const std::lock_guard lock(c.mutex);
                if (c.queue.size() >= number) return;
            }
            std::this_thread::yield();
        }
    };
    for (int i = 0; i < 2; ++i) c.client.send(c.request("/hold"), count);
    held(2);
    for (int i = 0; i < 8; ++i) c.client.send(c.request("/hold"), count);
    {
        std::unique_lock lock(mutex);
        EXPECT_EQ(outcomes["overloaded"], 3);
    }
    EXPECT_EQ(c.call(c.request("/hold")).fault, ClientFault::overloaded);
    for (std::size_t answered = 0; answered < 7; ++answered) {
        held(answered + 1);
        std::shared_ptr<Responder> next;
        {
            const std::lock_guard lock(c.mutex);
            next = c.queue[answered];
            --c.running;
        }
        next->send({200, {}, ""});
    }
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, 10s, [&] { return outcomes["none"] == 7; }));
    EXPECT_EQ(c.most, 2);
}

TEST(Client, EndsWhatRunsWhenItEnds) {
    std::vector<ClientFault> faults;
    {
        auto c = std::make_unique<Calls>();
        for (int i = 0; i < 20; ++i) c->client.send(c->request("/hold"), [&](ClientResult result) { faults.push_back(result.fault); });
    }
    EXPECT_EQ(faults, std::vector<ClientFault>(20, ClientFault::stopped));
}

}  // namespace
}  // namespace lastmile::http
