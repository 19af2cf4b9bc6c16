// The six verbs' last step: what runs where, and what one transaction holds.
#include "platform/api/conditions.hpp"
#include "platform/api/exchange.hpp"
#include "platform/api/problem.hpp"
#include "platform/base/reasons.hpp"
#include "platform/schema/codec.hpp"

#include <charconv>

namespace lastmile::api {
namespace {

/// Nothing was remembered for the key: thrown to leave the transaction that asked. 5xx is never remembered.
const Reason unknown_key{"unknown_key", 599, "", ""};

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

store::Answer Exchange::render(Outcome outcome) const {
    store::Answer answer{.status = outcome.status ? outcome.status : endpoint_->words.status ? endpoint_->words.status : outcome.empty ? 204 : 200};
    answer.body = std::move(outcome.body);
    answer.secret = outcome.secret;
    auto& headers = answer.headers;
    if (!outcome.empty) headers.emplace_back("Content-Type", outcome.content_type);
    if (outcome.version) headers.emplace_back("ETag", print_etag(*outcome.version, outcome.live));
    if (!outcome.location.empty()) headers.emplace_back("Location", outcome.location);
    if (call_.respond_async && answer.status == 202) headers.emplace_back("Preference-Applied", "respond-async");
    if (!outcome.next_cursor.empty()) {
        std::string target = path_;
        char joint = '?';
        for (std::string_view rest = request_->query; !rest.empty();) {
            const auto pair = rest.substr(0, rest.find('&'));
            rest = pair.size() == rest.size() ? std::string_view{} : rest.substr(pair.size() + 1);
            if (pair.empty() || pair.starts_with("cursor=")) continue;
            (target += std::exchange(joint, '&')) += pair;
        }
        const auto prefix = request_->path.substr(0, request_->path.size() - path_.size());
        headers.emplace_back("Link", "<" + prefix + target + joint + "cursor=" + outcome.next_cursor + ">; rel=\"next\"");
    }
    // A body that can be asked for again with its tag may be kept by its caller alone; all else is not kept.
    headers.emplace_back("Cache-Control", outcome.version && !outcome.no_store && endpoint_->verb == Verb::reads ? "private, no-cache" : "no-store");
    for (auto& header : outcome.headers) headers.push_back(std::move(header));
    return answer;
}

bool Exchange::reads_at_once() const {
    const bool waits = endpoint_->words.log_view && inside_->seams.wait_for_log && number(request_->header("log-position"));
    return endpoint_->verb == Verb::reads && !endpoint_->prepare && !waits;
}

void Exchange::read() {
    if (in_snapshot_) {
        reads_on_ = true;
        return;
    }
    if (reads_at_once()) return read_now(nullptr);
    const auto wanted = number(request_->header("log-position"));
    const bool waits = wanted && endpoint_->words.log_view && inside_->seams.wait_for_log;
    on_pool([this, waits, position = wanted.value_or(0)] {
        if (waits) inside_->seams.wait_for_log(call_.partition, position, std::chrono::milliseconds(250));
        if (!endpoint_->prepare) return read_now(nullptr);
        auto prepared = endpoint_->prepare(call_, input_.get());
        if (!prepared) return refuse(prepared.error());
        read_now(std::move(*prepared));
    });
}

void Exchange::read_now(std::shared_ptr<const void> prepared) {
    inside_->seams.store.read({.partition = call_.partition,
                               .body = [self = shared_from_this(), prepared = std::move(prepared)](store::Read& read) { self->read_in(read, prepared.get()); },
                               .done = [self = shared_from_this()](std::exception_ptr error) { self->read_done(error); }});
}

void Exchange::read_in(store::Read& read, const void* prepared) {
    auto outcome = prepared ? endpoint_->read_prepared(read, call_, input_.get(), prepared) : endpoint_->read(read, call_, input_.get());
    read_answer_ = outcome ? render(std::move(*outcome)) : problem(outcome.error(), call_.request_id);
    // Of the snapshot that the rows came from: a stream opened after this position misses nothing.
    read_position_ = call_.partition.number ? read.log_position() : 0;
}

void Exchange::read_done(std::exception_ptr error) {
    guarded([&] {
        if (error) std::rethrow_exception(error);
        answer(std::move(read_answer_), read_position_);
    });
}

void Exchange::check_version(store::Tx& tx) const {
    const bool given = request_->has("if-match");
    if (!endpoint_->version) {
        if (given) throw Refusal(Error{&reasons::invalid, "This endpoint compares no versions.", {{"#/header/If-Match", "unknown_header", "is not taken here"}}, {}});
        return;
    }
    if (!given) {
        if (call_.needs_if_match) throw Refusal(Error{&reasons::precondition_required, "This tenant's policy asks for If-Match.", {}, {}});
        return;
    }
    const auto version = endpoint_->version(tx, call_, input_.get());
    if (!version && request_->header("if-match") != "*") return;  // not there: the handler says so
    if (if_match_holds(request_->header("if-match"), version)) return;
    boost::json::object extras;
    if (version) extras["current_version"] = *version;
    throw Refusal(Error{&reasons::stale, "The resource is no longer the one that was read.", {}, std::move(extras)});
}

store::Answer Exchange::decide(store::Tx& tx, const void* prepared) const {
    if (endpoint_->verb != Verb::runs) check_version(tx);  // there the claim has compared; its work holds the version it saw
    auto outcome = endpoint_->write(tx, call_, input_.get(), prepared);
    if (!outcome) throw Refusal(std::move(outcome.error()));
    auto answer = render(std::move(*outcome));
    answer.personal = personal_;
    return answer;
}

void Exchange::write(std::shared_ptr<const void> prepared) {
    personal_ = endpoint_->response && schema::holds_personal(endpoint_->response());
    inside_->seams.store.command({.partition = call_.partition,
                                  .origin = call_.origin(),
                                  .idempotency = idempotency_,
                                  .lane = endpoint_->words.bulk ? store::Lane::bulk : store::Lane::interactive,
                                  .body = [self = shared_from_this(), prepared](store::Tx& tx) { return self->decide(tx, prepared.get()); },
                                  .seal = inside_->seams.seal_answer,
                                  .unseal = inside_->seams.open_answer,
                                  .render = [self = shared_from_this()](const Error& error) { return problem(error, self->call_.request_id); },
                                  .done = [self = shared_from_this()](store::Answer answer) {
                                      self->guarded([&] { self->settled(std::move(answer)); });
                                  }});
}

/// Before work that costs something outside the transaction: a repetition of an answered request is answered from memory.
void Exchange::recall(std::function<void()> then) {
    if (!idempotency_) return then();
    auto unknown = std::make_shared<bool>(false);
    inside_->seams.store.command({.partition = call_.partition,
                                  .origin = call_.origin(),
                                  .idempotency = idempotency_,
                                  .body = [](store::Tx&) -> store::Answer { throw Refusal(Error{&unknown_key, {}, {}, {}}); },
                                  .seal = inside_->seams.seal_answer,
                                  .unseal = inside_->seams.open_answer,
                                  .render =
                                      [self = shared_from_this(), unknown](const Error& error) {
                                          *unknown = error.reason == &unknown_key;
                                          return problem(error, self->call_.request_id);
                                      },
                                  .done =
                                      [self = shared_from_this(), unknown, then = std::move(then)](store::Answer answer) {
                                          self->guarded([&] { *unknown ? then() : self->settled(std::move(answer)); });
                                      }});
}

void Exchange::on_pool(std::function<void()> task) {
    auto self = shared_from_this();
    const bool taken = inside_->pool.post(
        [self, task = std::move(task)](bool late) {
            self->guarded([&] {
                if (late) return self->refuse({&reasons::overloaded, "The request waited too long for its turn.", {}, {}});
                task();
            });
        },
        inside_->settings.deadline);
    if (!taken) refuse({&reasons::overloaded, "Too much is being worked on.", {}, {}});
}

void Exchange::prepare() {
    on_pool([this] {
        auto prepared = endpoint_->prepare(call_, input_.get());
        if (!prepared) return refuse(prepared.error());
        write(std::move(*prepared));
    });
}

void Exchange::run() {
    struct Shared {
        Endpoint::Input claimed{};
        bool answered = false;
    };
    auto shared = std::make_shared<Shared>();
    inside_->seams.store.command({.partition = call_.partition,
                                  .origin = call_.origin(),
                                  .body =
                                      [self = shared_from_this(), shared](store::Tx& tx) -> store::Answer {
                                          self->check_version(tx);
                                          shared->claimed.reset();
                                          auto claim = self->endpoint_->claim(tx, self->call_, self->input_.get(), shared->claimed);
                                          if (!claim) throw Refusal(std::move(claim.error()));
                                          shared->answered = claim->has_value();
                                          return *claim ? self->render(std::move(**claim)) : store::Answer{};
                                      },
                                  .render = [self = shared_from_this()](const Error& error) { return problem(error, self->call_.request_id); },
                                  .done =
                                      [self = shared_from_this(), shared](store::Answer answer) {
                                          self->guarded([&] {
                                              if (shared->answered || answer.status != 200 || !shared->claimed) return self->settled(std::move(answer));
                                              self->work(shared->claimed);
                                          });
                                      }});
}

void Exchange::work(Endpoint::Input claimed) {
    on_pool([this, claimed = std::move(claimed)] {
        auto done = endpoint_->run(call_, input_.get(), claimed);
        if (!done) return refuse(done.error());
        write(std::move(*done));
    });
}

void Exchange::stream() {
    on_pool([this] {
        answered_ = true;  // by the opening; a refusal comes back through answer()
        auto self = shared_from_this();
        Opening opening(responder_, [self](const Error& error) { self->answered_ = false; self->refuse(error); }, own_headers());
        count(200, 0);
        endpoint_->stream(call_, std::shared_ptr<const void>(input_), std::move(opening));
    });
}

void Exchange::ingest() {
    endpoint_->ingest(call_, std::shared_ptr<const void>(input_), [self = shared_from_this()](Result<Outcome> outcome) {
        self->guarded([&] {
            if (!outcome) return self->refuse(outcome.error());
            self->answer(self->render(std::move(*outcome)));
        });
    });
}

}  // namespace lastmile::api
