#include "connectors/mapping/mapped_connector.hpp"

#include <stdexcept>

#include "connectors/mapping/settings.hpp"
#include "connectors/mapping/verification.hpp"
#include "platform/http/text.hpp"

namespace lastmile::connectors {
namespace {

namespace json = boost::json;

const Operation* operation(const Mapping& mapping, const std::string& name) {
    const auto found = mapping.operations.find(name);
    return found == mapping.operations.end() ? nullptr : &found->second;
}

json::object booking_of(const Handle& handle) {
    json::object booking{{"reference", handle.reference}, {"asked_at", to_rfc3339(handle.asked_at)}};
    if (handle.partner_ref) booking["partner_ref"] = *handle.partner_ref;
    if (!handle.more.is_null()) booking["more"] = handle.more;
    return booking;
}

/// With an id of theirs where one is known, else by ours: some networks take our reference as the id.
Scope scope_of(const Mapping& mapping, const Context& context, const Handle& handle) {
    auto scope = base_scope(mapping, context);
    scope.set("booking", booking_of(handle));
    return scope;
}

Failure unsupported(const std::string& name, std::string_view what) {
    return {FailureKind::unsupported, "unsupported", name + " has no " + std::string(what), {}, {}};
}

}  // namespace

MappedConnector::MappedConnector(std::string name, std::string title) : name_(std::move(name)), title_(std::move(title)) {}

MappedConnector::MappedConnector(std::string name, std::string title, std::string_view document)
    : name_(std::move(name)), title_(std::move(title)), document_(schema::parse_json(document).value().as_object()) {
    std::vector<FieldError> errors;
    fixed_ = decoded_mapping(document_, "#", errors);
    if (errors.empty()) return;
    std::string all;
    for (const auto& error : errors) all += "\n" + error.pointer + " " + error.code + ": " + error.detail;
    throw std::logic_error("the mapping of " + name_ + " is not sound:" + all);
}

std::shared_ptr<const Mapping> MappedConnector::mapping_of(const json::object& config) const {
    std::vector<FieldError> errors;
    if (!fixed()) return decoded_mapping(config, "#/config", errors);
    const auto* overrides = config.if_contains("overrides");
    if (!overrides) return fixed_;
    auto merged = document_;
    merge_patch(merged, overrides->is_object() ? overrides->get_object() : json::object{});
    return decoded_mapping(merged, "#/config/overrides", errors);
}

Context MappedConnector::settled(const Context& context, const Mapping& mapping) const {
    auto full = context;
    if (fixed()) full.config = with_defaults(mapping.settings, context.config);
    return full;
}

Traits MappedConnector::traits(const json::object& config) const {
    Traits traits{.name = name_, .title = title_};
    const auto mapping = fixed() || config.contains("operations") ? mapping_of(config) : nullptr;
    if (!mapping) return traits;
    traits.quotes = operation(*mapping, "quote") != nullptr;
    traits.looks_up = operation(*mapping, "look_up") != nullptr;
    traits.cancels = operation(*mapping, "cancel") != nullptr;
    traits.absent_after_s = mapping->absent_after_s.value;
    const auto kind = mapping->callback ? mapping->callback->verify.kind : VerifyKind::none;
    traits.signs_callbacks = kind != VerifyKind::none && kind != VerifyKind::header;
    for (const auto& name : mapping->credentials) traits.secrets.emplace_back(name);
    return traits;
}

std::vector<FieldError> MappedConnector::check_config(const json::object& config) const {
    std::vector<FieldError> errors;
    if (!fixed()) {
        decoded_mapping(config, "#/config", errors);
        return errors;
    }
    check_settings(fixed_->settings, config, errors);
    if (const auto* overrides = config.if_contains("overrides"); overrides && errors.empty()) {
        auto merged = document_;
        merge_patch(merged, overrides->get_object());
        decoded_mapping(merged, "#/config/overrides", errors);
    }
    return errors;
}

std::vector<FieldError> MappedConnector::check_credentials(const json::object& config, const json::object& credentials) const {
    std::vector<FieldError> errors;
    const auto mapping = mapping_of(config);
    if (!mapping) return {{"#/credentials", "config_invalid", "the partner's configuration has to be put right first"}};
    check_named(mapping->credentials, mapping->optional_credentials, credentials, errors);
    return errors;
}

Outcome<std::vector<Quote>> MappedConnector::quote(const Context& given, const Job& job) const {
    const auto mapping = mapping_of(given.config);
    const auto* op = mapping ? operation(*mapping, "quote") : nullptr;
    if (!op) return std::unexpected(unsupported(name_, "quotes"));
    const auto context = settled(given, *mapping);
    auto scope = base_scope(*mapping, context);
    scope.set("job", schema::to_json(job));
    auto called = OperationCall(*mapping, context, "quote").run(*op, std::move(scope));
    if (!called) {
        if (called.error().kind == FailureKind::unknown) called.error().kind = FailureKind::unavailable;  // a quote books nothing
        return std::unexpected(called.error());
    }
    std::vector<Quote> quotes;
    const auto add = [&](const Scope& answered) -> std::optional<Failure> {
        auto quote = quote_of(*op->report, answered);
        if (!quote) return quote.error();
        if (!quote->expires_at) quote->expires_at = context.now.business + std::chrono::seconds(mapping->quote_lives_s.value);
        quotes.push_back(std::move(*quote));
        return std::nullopt;
    };
    if (!op->list) {
        if (auto failure = add(called->scope)) return std::unexpected(*failure);
        return quotes;
    }
    const auto list = evaluate(*op->list, called->scope);
    const auto* elements = list ? list->if_array() : nullptr;
    if (!elements || elements->empty()) return fail(FailureKind::refused, "no_offer", "the partner offers nothing for this");
    std::optional<Failure> last;
    for (const auto& element : *elements) {
        called->scope.set("item", element);
        if (auto failure = add(called->scope)) last = failure;
    }
    if (quotes.empty()) return std::unexpected(*last);
    return quotes;
}

Outcome<Report> MappedConnector::reported(const Mapping& mapping, const Operation& op, const Called& called, FailureKind half) const {
    const auto& pattern = op.report ? op.report : mapping.report;
    auto scope = called.scope;
    if (op.list) {
        const auto list = evaluate(*op.list, scope);
        if (const auto* elements = list ? list->if_array() : nullptr; elements && !elements->empty()) scope.set("item", elements->front());
    }
    auto report = report_of(mapping, pattern.value_or(json::object{}), scope);
    if (!report) report.error().kind = half;
    return report;
}

Outcome<Report> MappedConnector::create(const Context& given, const Job& job, const std::optional<Quote>& quote) const {
    const auto mapping = mapping_of(given.config);
    if (!mapping) return fail(FailureKind::invalid, "config_invalid", "the partner's configuration has to be put right first");
    const auto context = settled(given, *mapping);
    auto scope = base_scope(*mapping, context);
    scope.set("job", schema::to_json(job));
    if (quote) scope.set("quote", schema::to_json(*quote));
    const auto& op = *operation(*mapping, "create");
    const auto called = OperationCall(*mapping, context, "create").run(op, std::move(scope));
    if (called) {
        auto report = reported(*mapping, op, *called, FailureKind::unknown);
        if (report && !report->partner_ref) return fail(FailureKind::unknown, "half_answer", "the answer does not say under which id it was booked");
        if (report && !report->word) report->word = Word::booked;
        return report;
    }
    if (called.error().kind != FailureKind::exists) return std::unexpected(called.error());
    // Our reference is taken, and references are ours alone: this booking stands from a call whose answer was lost.
    const Handle handle{job.reference, called.error().partner_ref, given.now.business, {}, quote ? quote->more : Json()};
    if (handle.partner_ref) {
        auto found = track(given, handle);
        if (!found) found.error().kind = FailureKind::unknown;
        return found;
    }
    const auto found = look_up(given, handle);
    if (found && *found) return **found;
    return fail(FailureKind::unknown, called.error().code, "our reference is taken, and what stands under it could not be read");
}

Outcome<Report> MappedConnector::track(const Context& given, const Handle& handle) const {
    const auto mapping = mapping_of(given.config);
    if (!mapping) return fail(FailureKind::invalid, "config_invalid", "the partner's configuration has to be put right first");
    const auto context = settled(given, *mapping);
    const auto& op = *operation(*mapping, "track");
    const auto called = OperationCall(*mapping, context, "track").run(op, scope_of(*mapping, context, handle));
    if (!called) return std::unexpected(called.error());
    auto report = reported(*mapping, op, *called, FailureKind::unavailable);
    if (report && !report->word && !report->partner_status) return fail(FailureKind::unavailable, "half_answer", "the answer does not say how it stands");
    return report;
}

Outcome<std::optional<Report>> MappedConnector::look_up(const Context& given, const Handle& handle) const {
    const auto mapping = mapping_of(given.config);
    const auto* op = mapping ? operation(*mapping, "look_up") : nullptr;
    if (!op) return std::unexpected(unsupported(name_, "look-up by our reference"));
    const auto context = settled(given, *mapping);
    const auto called = OperationCall(*mapping, context, "look_up").run(*op, scope_of(*mapping, context, handle));
    if (!called && called.error().kind == FailureKind::not_found) return std::optional<Report>{};
    if (!called) {
        auto failure = called.error();
        if (failure.kind == FailureKind::unknown) failure.kind = FailureKind::unavailable;
        return std::unexpected(failure);
    }
    if (op->found_if && !holds(evaluate(*op->found_if, called->scope))) return std::optional<Report>{};
    auto report = reported(*mapping, *op, *called, FailureKind::unavailable);
    if (!report) return std::unexpected(report.error());
    if (!report->partner_ref) return fail(FailureKind::unavailable, "half_answer", "the answer does not say which booking it is");
    if (!report->word) report->word = Word::booked;
    return std::optional<Report>{std::move(*report)};
}

Outcome<Report> MappedConnector::cancel(const Context& given, const Handle& handle, std::string_view reason) const {
    const auto mapping = mapping_of(given.config);
    const auto* op = mapping ? operation(*mapping, "cancel") : nullptr;
    if (!op) return std::unexpected(unsupported(name_, "cancelling"));
    const auto context = settled(given, *mapping);
    auto scope = scope_of(*mapping, context, handle);
    scope.set("reason", value(reason.empty() ? "cancelled" : reason));
    const auto called = OperationCall(*mapping, context, "cancel").run(*op, std::move(scope));
    if (!called) return std::unexpected(called.error());
    Report cancelled;
    cancelled.word = Word::cancelled;
    if (!op->report) return cancelled;
    return reported(*mapping, *op, *called, FailureKind::unavailable);
}

Outcome<void> MappedConnector::test(const Context& given) const {
    const auto mapping = mapping_of(given.config);
    const auto* op = mapping ? operation(*mapping, "test") : nullptr;
    if (!op) return std::unexpected(unsupported(name_, "call that changes nothing, to test with"));
    const auto context = settled(given, *mapping);
    const auto called = OperationCall(*mapping, context, "test").run(*op, base_scope(*mapping, context));
    if (called) return {};
    return std::unexpected(called.error());
}

Outcome<Callback> MappedConnector::callback(const Context& given, const CallbackRequest& request) const {
    const auto mapping = mapping_of(given.config);
    if (!mapping || !mapping->callback) return std::unexpected(unsupported(name_, "callbacks"));
    const auto context = settled(given, *mapping);
    const auto& map = *mapping->callback;
    auto scope = base_scope(*mapping, context);
    json::object headers;
    for (const auto& [name, text] : request.headers) headers[name] = text;
    scope.set("headers", std::move(headers));
    const auto verified = verify(map.verify, context, request, scope);
    if (!verified) return std::unexpected(verified.error());
    scope.set("answer", verified->body);
    Callback callback{verified->signed_by_partner, {}};
    if (map.only_if && !holds(evaluate(*map.only_if, scope))) return callback;
    const auto& pattern = map.report ? map.report : mapping->report;
    const auto add = [&](const Scope& event) {
        if (auto report = report_of(*mapping, pattern.value_or(json::object{}), event)) callback.reports.push_back(std::move(*report));
    };
    const auto list = map.list ? evaluate(*map.list, scope) : std::nullopt;
    if (!map.list) {
        add(scope);
    } else if (const auto* events = list ? list->if_array() : nullptr) {
        for (const auto& event : *events) {
            scope.set("item", event);
            add(scope);
        }
    }
    return callback;
}

std::optional<std::string> MappedConnector::handshake(const CallbackRequest& request) const {
    const auto& map = fixed() ? fixed_->callback : std::optional<CallbackMap>{};
    if (!map || !map->handshake || request.method != "GET") return std::nullopt;
    const auto name = std::string(*map->handshake) + "=";
    for (std::string_view rest = request.query; !rest.empty();) {
        const auto pair = http::next_part(rest, '&');
        if (pair.starts_with(name)) return std::string(pair.substr(name.size()));
    }
    return std::nullopt;
}

}  // namespace lastmile::connectors
