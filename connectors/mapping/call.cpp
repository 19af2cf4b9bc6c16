#include "connectors/mapping/call.hpp"

#include <algorithm>
#include <charconv>

#include "connectors/mapping/authentication.hpp"
#include "platform/http/text.hpp"

namespace lastmile::connectors {
namespace {

namespace json = boost::json;

/// Partners give numbers where we keep texts (ids), and texts where we keep numbers.
void make_texts(json::object& object, std::initializer_list<std::string_view> names) {
    for (const auto name : names)
        if (auto* found = object.if_contains(name); found && found->is_number()) *found = text_of(*found);
}

FailureKind by_status(int status, std::string_view operation, bool safe) {
    if (status == 401 || status == 403) return FailureKind::unauthorized;
    if (status == 404 || status == 410) return operation == "track" || operation == "look_up" || operation == "cancel" ? FailureKind::not_found : FailureKind::refused;
    if (status == 429) return FailureKind::throttled;
    if (status == 408 || status >= 500) return safe ? FailureKind::unavailable : FailureKind::unknown;
    if (status == 409 && operation == "cancel") return FailureKind::cancel_refused;
    if (status == 400 || status == 422) return operation == "cancel" ? FailureKind::cancel_refused : FailureKind::refused;
    if (status / 100 == 3) return safe ? FailureKind::unavailable : FailureKind::unknown;
    return FailureKind::refused;
}

bool fits(const ErrorRule& rule, int status, std::string_view code, std::string_view operation) {
    const auto among = [](const auto& list, const auto& one) { return list.empty() || std::ranges::find(list, one) != list.end(); };
    return among(rule.http, status) && among(rule.code, code) && among(rule.on, operation);
}

}  // namespace

Scope base_scope(const Mapping& mapping, const Context& context) {
    Scope scope;
    scope.set("config", context.config);
    scope.set("credentials", context.credentials);
    if (!context.callback_url.empty()) scope.set("callback_url", value(context.callback_url));
    scope.set("const", mapping.constants);
    scope.set("now", value(to_rfc3339(std::chrono::floor<std::chrono::seconds>(context.now.machine))));
    return scope;
}

OperationCall::OperationCall(const Mapping& mapping, const Context& context, std::string name)
    : mapping_(mapping), context_(context), name_(std::move(name)) {}

std::chrono::milliseconds OperationCall::left() const {
    const auto gone = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began_);
    return std::min(context_.patience - gone, std::chrono::milliseconds(mapping_.timeout_ms.value));
}

Outcome<WireRequest> OperationCall::request_of(const Step& step, const Scope& scope) const {
    const auto unmade = [](std::string what) { return fail(FailureKind::invalid, "request_not_made", what + " cannot be made: something that it names is not there"); };
    const auto url = fill(step.url, scope);
    if (!url) return unmade("the address " + std::string(step.url));
    WireRequest request{std::string(step.method), text_of(*url), {{"accept", "application/json"}}, {}, left(), step.safe};
    if (request.url.starts_with('/')) {
        const auto base = fill(mapping_.base_url, scope);
        if (!base) return unmade("base_url");
        auto text = text_of(*base);
        while (text.ends_with('/')) text.pop_back();
        request.url = text + request.url;
    }
    if (step.body) {
        const auto body = render(*step.body, scope).value_or(json::value(json::object{}));
        request.body = step.form == BodyForm::form ? form_encoded(body) : schema::to_text(body);
        request.headers.emplace_back("content-type", step.form == BodyForm::form ? "application/x-www-form-urlencoded" : "application/json");
    }
    for (const auto* headers : {&mapping_.headers, &step.headers})
        for (const auto& [name, pattern] : *headers)
            if (const auto made = fill(pattern, scope)) request.headers.emplace_back(name, text_of(*made));
    return request;
}

Failure OperationCall::meaning(const Step& step, const WireAnswer& answer, const Scope& scope) const {
    const auto text = [&](std::string_view expression) {
        const auto found = evaluate(expression, scope);
        return found ? text_of(*found).substr(0, 500) : std::string();
    };
    Failure failure{by_status(answer.status, name_, step.safe), text(mapping_.errors.code), text(mapping_.errors.detail), {}, {}};
    for (const auto& rule : mapping_.errors.rules) {
        if (!fits(rule, answer.status, failure.code, name_)) continue;
        failure.kind = schema::from_wire<FailureKind>(rule.means).value_or(failure.kind);
        if (rule.partner_ref)
            if (const auto ref = evaluate(*rule.partner_ref, scope)) failure.partner_ref = text_of(*ref);
        break;
    }
    if (failure.code.empty()) failure.code = "HTTP " + std::to_string(answer.status);
    const auto after = answer.header("retry-after");
    std::int64_t seconds = 0;
    if (const auto [end, error] = std::from_chars(after.data(), after.data() + after.size(), seconds); error == std::errc{} && end != after.data())
        failure.retry_after_s = std::clamp<std::int64_t>(seconds, 0, 86'400);
    return failure;
}

Outcome<void> OperationCall::make(const Step& step, Scope& scope) {
    for (int attempt = 0;; ++attempt) {
        if (left() < std::chrono::milliseconds(20)) return fail(FailureKind::unavailable, "out_of_time", "the deadline came before the request was sent");
        auto request = request_of(step, scope);
        if (!request) return std::unexpected(request.error());
        if (auto done = authenticate(*request, mapping_.auth, context_, scope); !done) return std::unexpected(done.error());
        const auto answer = context_.wire->send(*request);
        if (answer.fault != http::ClientFault::none)
            return fail(answer.may_have_arrived() && !step.safe ? FailureKind::unknown : FailureKind::unavailable, std::string(http::fault_name(answer.fault)),
                        answer.detail.empty() ? "no answer" : answer.detail);
        const auto body = json_of(answer.body);
        scope.set("answer", body.value_or(json::value(nullptr)));
        scope.set("http_status", value(answer.status));
        const bool good = step.success.empty() ? answer.status / 100 == 2
                                               : std::ranges::find(step.success, std::int64_t{answer.status}) != step.success.end();
        if (!good && answer.status == 401 && mapping_.auth.kind == AuthKind::oauth2 && attempt == 0) {
            forget_token(mapping_.auth, context_);
            continue;
        }
        if (!good) return std::unexpected(meaning(step, answer, scope));
        if (!body && !http::trimmed(answer.body).empty())
            return fail(step.safe ? FailureKind::unavailable : FailureKind::unknown, "half_answer", "the answer is not JSON, or only a part of it");
        if (!step.safe) acted_ = true;
        auto& steps = scope.roots()["steps"];
        if (!steps.is_object()) steps = json::object{};
        steps.get_object()[std::string(step.name)] = body.value_or(json::value(json::object{}));
        return {};
    }
}

Outcome<Called> OperationCall::run(const Operation& operation, Scope scope) {
    Called called{std::move(scope), false};
    for (const auto& step : operation.steps) {
        if (step.only_if && !holds(evaluate(*step.only_if, called.scope))) continue;
        if (auto done = make(step, called.scope); !done) {
            auto failure = std::move(done.error());
            if (acted_) {
                // Half of it stands at the partner: taken back, or not known what stands.
                const auto undo = mapping_.operations.find("undo_" + name_);
                const bool undone = undo != mapping_.operations.end() && failure.kind != FailureKind::unknown &&
                                    OperationCall(mapping_, context_, "undo_" + name_).run(undo->second, called.scope).has_value();
                if (!undone) failure.kind = FailureKind::unknown;
            }
            return std::unexpected(std::move(failure));
        }
        called.any_step = true;
    }
    return called;
}

Outcome<Report> report_of(const Mapping& mapping, const boost::json::value& pattern, const Scope& scope) {
    const auto half = [](std::string why) { return fail(FailureKind::unknown, "half_answer", std::move(why)); };
    auto made = render(pattern, scope);
    if (!made || !made->is_object()) return half("the answer holds nothing of what is expected");
    auto& object = made->get_object();
    make_texts(object, {"partner_ref", "reference", "partner_status", "event_id", "reason", "tracking_url", "replaced_by"});
    if (auto* courier = object.if_contains("courier"); courier && courier->is_object()) make_texts(courier->get_object(), {"id", "name", "phone", "vehicle"});
    auto decoded = schema::decode<Report>(schema::to_text(*made));
    if (!decoded) {
        const auto& errors = decoded.error().errors;
        return half("the answer does not fit: " + (errors.empty() ? decoded.error().detail : errors[0].pointer + " " + errors[0].detail));
    }
    auto& report = *decoded;
    if (report.word || !report.partner_status) return report;
    const auto status = text_of(*apply_filter("lower", value(*report.partner_status), {}));
    const auto found = mapping.words.find(status);
    if (found == mapping.words.end()) return report;
    if (const auto* word = found->second.if_string()) {
        report.word = schema::from_wire<Word>(*word);
        return report;
    }
    auto judged = scope;
    judged.set("report", *made);
    for (const auto& one : found->second.get_array()) {
        const auto* when = one.as_object().if_contains("when");
        if (when && !holds(evaluate(when->as_string(), judged))) continue;
        report.word = schema::from_wire<Word>(one.at("word").as_string());
        break;
    }
    return report;
}

Outcome<Quote> quote_of(const boost::json::value& pattern, const Scope& scope) {
    auto made = render(pattern, scope);
    if (!made || !made->is_object()) return fail(FailureKind::unavailable, "half_answer", "the answer holds no quote");
    make_texts(made->get_object(), {"quote_ref", "service"});
    auto decoded = schema::decode<Quote>(schema::to_text(*made));
    if (decoded) return std::move(*decoded);
    const auto& errors = decoded.error().errors;
    return fail(FailureKind::unavailable, "half_answer", "the quote does not fit: " + (errors.empty() ? decoded.error().detail : errors[0].pointer + " " + errors[0].detail));
}

}  // namespace lastmile::connectors
