#include "connectors/mapping/mapping.hpp"

#include <algorithm>

#include "connectors/mapping/render.hpp"
#include "connectors/port/report.hpp"

namespace lastmile::connectors {
namespace {

using Names = std::vector<std::string>;

const Names request_roots{"job", "quote", "booking", "config", "credentials", "callback_url", "now", "const", "steps", "reason"};
const Names operation_names{"quote", "create", "undo_create", "cancel", "track", "look_up", "test"};

Names with(Names names, std::initializer_list<std::string> more) {
    names.insert(names.end(), more);
    return names;
}

class Faults {
public:
    std::vector<FieldError> list;
    void add(const std::string& pointer, std::string code, std::string detail) { list.push_back({pointer, std::move(code), std::move(detail)}); }
    void text(const std::string& pointer, const std::optional<std::string>& t, const Names& roots) {
        if (!t) return;
        if (auto fault = fault_in(*t, roots); !fault.empty()) add(pointer, "invalid_expression", std::move(fault));
    }
    void expression(const std::string& pointer, const std::optional<std::string>& e, const Names& roots) {
        if (!e) return;
        if (auto fault = fault_of(*e, roots); !fault.empty()) add(pointer, "invalid_expression", std::move(fault));
    }
    void pattern(const std::string& pointer, const std::optional<Json>& p, const Names& roots) {
        if (p) check_template(*p, roots, pointer, list);
    }
    void need(const std::string& pointer, bool there, std::string why) {
        if (!there) add(pointer, "required", std::move(why));
    }
};

std::optional<std::string> plain(const auto& text) { return text ? std::optional<std::string>(*text) : std::nullopt; }

void check(const Authentication& auth, const std::string& at, Faults& faults) {
    const auto roots = with(request_roots, {"token", "signature", "timestamp", "method", "path", "body", "answer"});
    for (const auto* text : {&auth.value, &auth.user, &auth.password, &auth.token_url, &auth.key, &auth.over}) faults.text(at, *text, roots);
    faults.pattern(at + "/token_body", auth.token_body, roots);
    faults.pattern(at + "/jwt_header", auth.jwt_header, roots);
    faults.pattern(at + "/claims", auth.claims, roots);
    faults.expression(at + "/token", std::string(auth.token), roots);
    faults.expression(at + "/expires_in", std::string(auth.expires_in), roots);
    if (auth.kind == AuthKind::header || auth.kind == AuthKind::query) faults.need(at + "/value", auth.value.has_value(), "goes with header and query");
    if (auth.kind == AuthKind::basic) faults.need(at + "/user", auth.user.has_value(), "goes with basic");
    if (auth.kind == AuthKind::oauth2) faults.need(at + "/token_url", auth.token_url.has_value(), "goes with oauth2");
    if (auth.kind == AuthKind::jwt_hs256) faults.need(at + "/claims", auth.claims.has_value(), "goes with jwt_hs256");
    if (auth.kind == AuthKind::hmac) faults.need(at + "/over", auth.over.has_value() && auth.value.has_value(), "goes with hmac, and so does value");
    if (auth.kind == AuthKind::hmac || auth.kind == AuthKind::jwt_hs256) faults.need(at + "/key", auth.key.has_value(), "what is signed with");
}

void check(const Operation& operation, const std::string& name, const std::string& at, Faults& faults) {
    for (std::size_t i = 0; i < operation.steps.size(); ++i) {
        const auto& step = operation.steps[i];
        const auto here = at + "/steps/" + std::to_string(i);
        static const Names methods{"GET", "POST", "PUT", "PATCH", "DELETE"};
        if (std::ranges::find(methods, std::string(step.method)) == methods.end())
            faults.add(here + "/method", "not_one_of", "is none of GET, POST, PUT, PATCH, DELETE");
        faults.text(here + "/url", std::string(step.url), request_roots);
        for (const auto& [header, value] : step.headers) faults.text(here + "/headers/" + header, value, request_roots);
        faults.pattern(here + "/body", step.body, request_roots);
        faults.expression(here + "/only_if", plain(step.only_if), request_roots);
    }
    const auto answers = with(request_roots, {"answer", "http_status"});
    faults.expression(at + "/list", plain(operation.list), answers);
    faults.expression(at + "/found_if", plain(operation.found_if), answers);
    faults.pattern(at + "/report", operation.report, with(answers, {"item"}));
    if (name == "quote") faults.need(at + "/report", operation.report.has_value(), "a quote says where its price stands");
}

void check(const Verification& verify, const std::string& at, Faults& faults) {
    const Names roots{"config", "credentials", "callback_url", "const", "answer", "headers", "query", "body", "timestamp", "method", "path", "raw"};
    faults.text(at + "/value", verify.value, roots);
    faults.text(at + "/key", verify.key, roots);
    faults.text(at + "/over", verify.over, roots);
    faults.expression(at + "/in_body", verify.in_body, roots);
    faults.expression(at + "/timestamp", verify.timestamp, roots);
    faults.expression(at + "/must_hold", verify.must_hold, roots);
    if (verify.kind == VerifyKind::header) faults.need(at + "/value", verify.value && !verify.headers.empty(), "goes with header, and so does headers");
    if (verify.kind == VerifyKind::hmac)
        faults.need(at + "/key", verify.key && (!verify.headers.empty() || verify.in_body), "goes with hmac, and so does headers or in_body");
    if (verify.kind == VerifyKind::standard_webhooks) faults.need(at + "/key", verify.key.has_value(), "goes with standard_webhooks: a whsec_ secret");
    if (verify.kind == VerifyKind::jwt_hs256) faults.need(at + "/key", verify.key && verify.in_body, "goes with jwt_hs256, and so does in_body");
}

void check_word(const Json& word, const std::string& at, const Names& roots, Faults& faults) {
    if (const auto* name = word.if_string()) {
        if (!schema::from_wire<Word>(*name)) faults.add(at, "not_one_of", "is no word of ours");
        return;
    }
    const auto* list = word.if_array();
    if (!list) return faults.add(at, "wrong_type", "must be a word, or a list of {when, word}");
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto here = at + "/" + std::to_string(i);
        const auto* one = (*list)[i].if_object();
        const auto* name = one ? one->if_contains("word") : nullptr;
        if (!name || !name->is_string()) return faults.add(here, "wrong_type", "must be an object with word, and when unless it is the last");
        check_word(*name, here + "/word", roots, faults);
        if (const auto* when = one->if_contains("when")) faults.expression(here + "/when", std::string(when->is_string() ? when->get_string() : ""), roots);
    }
}

}  // namespace

std::vector<FieldError> faults_of(const Mapping& mapping, const std::string& pointer) {
    Faults faults;
    faults.text(pointer + "/base_url", std::string(mapping.base_url), {"config", "const"});
    check(mapping.auth, pointer + "/auth", faults);
    for (const auto& [name, value] : mapping.headers) faults.text(pointer + "/headers/" + name, value, request_roots);
    for (const auto& [name, operation] : mapping.operations) {
        const auto at = pointer + "/operations/" + name;
        if (std::ranges::find(operation_names, name) == operation_names.end())
            faults.add(at, "unknown_field", "is none of quote, create, undo_create, cancel, track, look_up, test");
        else
            check(operation, name, at, faults);
    }
    for (const std::string need : {"create", "track"})
        faults.need(pointer + "/operations/" + need, mapping.operations.contains(need), "no partner can do without it");
    const auto answers = with(request_roots, {"answer", "item", "http_status", "headers", "query"});
    faults.pattern(pointer + "/report", mapping.report, answers);
    for (const std::string name : {"create", "track"})
        if (const auto found = mapping.operations.find(name); found != mapping.operations.end() && !found->second.report)
            faults.need(pointer + "/report", mapping.report.has_value(), "where the partner's answer says what");
    for (const auto& [status, word] : mapping.words) check_word(word, pointer + "/words/" + status, with(answers, {"report"}), faults);
    for (std::size_t i = 0; i < mapping.errors.rules.size(); ++i) {
        const auto& rule = mapping.errors.rules[i];
        const auto at = pointer + "/errors/rules/" + std::to_string(i);
        if (!schema::from_wire<FailureKind>(rule.means)) faults.add(at + "/means", "not_one_of", "is no kind of failure");
        faults.expression(at + "/partner_ref", plain(rule.partner_ref), answers);
    }
    faults.expression(pointer + "/errors/code", std::string(mapping.errors.code), answers);
    faults.expression(pointer + "/errors/detail", std::string(mapping.errors.detail), answers);
    if (mapping.callback) {
        check(mapping.callback->verify, pointer + "/callback/verify", faults);
        faults.expression(pointer + "/callback/list", plain(mapping.callback->list), answers);
        faults.expression(pointer + "/callback/only_if", plain(mapping.callback->only_if), answers);
        faults.pattern(pointer + "/callback/report", mapping.callback->report, answers);
    }
    return std::move(faults.list);
}

}  // namespace lastmile::connectors
