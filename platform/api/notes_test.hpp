#pragma once
// A small API over a fresh SQLite store, for the pipeline's tests.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <map>

#include "platform/api/endpoints.hpp"
#include "platform/api/pipeline.hpp"
#include "platform/store/rows.hpp"
#include "platform/store/testing/stores.hpp"

namespace lastmile::api_test {

struct Note {
    static constexpr std::string_view id_prefix = "nte";
    Id<Note> id;
    std::int64_t version = 1;
    Text<1, 20> text;
    std::optional<Email> mail;
};
LASTMILE_RESOURCE(Note, (id, version, text, mail))
LASTMILE_VIEW(Note, owner, (*))
LASTMILE_VIEW(Note, driver, (id, version, text))
LASTMILE_VIEW(Note, recipient, (text))
LASTMILE_DOC(Note, "A line of text.", {"id", "ours"}, {"version", "grows with each change"}, {"text", "the words", "hello"}, {"mail", "whom to tell", "ada@example.org"})

api::Endpoints note_endpoints();

/// Answers once, remembers what.
class Answers final : public http::Responder {
public:
    void send(http::Response response) override {
        const std::lock_guard lock(mutex_);
        if (sent_) ADD_FAILURE() << "answered twice";
        sent_ = std::move(response);
        ready_.notify_all();
    }
    std::shared_ptr<http::Stream> stream(http::Response head) override {
        send(std::move(head));
        return nullptr;
    }
    http::Response wait() {
        std::unique_lock lock(mutex_);
        if (!ready_.wait_for(lock, std::chrono::seconds(20), [this] { return sent_.has_value(); })) {
            ADD_FAILURE() << "no answer";
            return {};
        }
        return *sent_;
    }

private:
    std::mutex mutex_;
    std::condition_variable ready_;
    std::optional<http::Response> sent_;
};

struct Told {
    int status;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
    std::string code() const;                    // of a problem document
};

class FixedAuthenticator final : public api::Authenticator {
public:
    void authenticate(std::shared_ptr<const http::Request> request, Then then) override;
    std::map<std::string, api::Caller> callers;
};

/// On both stores.
class PipelineTest : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override;
    void TearDown() override;
    /// Headers as "name: value"; `authorization: Bearer owner` unless one is given.
    Told ask(std::string_view line, std::string body = {}, std::vector<std::pair<std::string, std::string>> headers = {});
    void rebuild(api::Settings settings = {});
    std::string create(std::string text = "hello");  // its path

    std::unique_ptr<store::testing::Database> database;
    std::unique_ptr<store::Store> store;
    Partition live;
    FixedAuthenticator authenticator;
    api::Services services;
    SeededRandom random{7};
    observe::Metrics metrics;
    std::chrono::steady_clock::time_point clock{};
    std::atomic<std::int64_t> waited_for{0};
    std::unique_ptr<api::Pipeline> pipeline;
};

}  // namespace lastmile::api_test
