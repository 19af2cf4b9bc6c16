#include "platform/api/problem.hpp"

#include "platform/base/reasons.hpp"
#include "platform/schema/codec.hpp"

namespace lastmile::api {

std::string problem_text(const Error& error, std::string_view request_id) {
    const auto& reason = *error.reason;
    std::string out;
    const auto member = [&](std::string_view name, std::string_view text) {
        out += out.empty() ? '{' : ',';
        schema::write_string(name, out);
        out += ':';
        schema::write_string(text, out);
    };
    member("type", "/docs/errors#" + std::string(reason.slug));
    member("title", reason.title);
    out += ",\"status\":" + std::to_string(reason.status);
    if (!error.detail.empty()) member("detail", error.detail);
    member("instance", "urn:request:" + std::string(request_id));
    member("code", reason.slug);
    if (!error.errors.empty()) {
        out += ",\"errors\":[";
        for (bool first = true; const auto& field : error.errors) {
            if (!std::exchange(first, false)) out += ',';
            out += "{\"pointer\":";
            schema::write_string(field.pointer, out);
            out += ",\"code\":";
            schema::write_string(field.code, out);
            out += ",\"detail\":";
            schema::write_string(field.detail, out);
            out += '}';
        }
        out += ']';
    }
    if (!reason.remedy.empty() && !error.extras.contains("remediation")) member("remediation", reason.remedy);
    // RFC 9457 section 3.2: an extension never takes a name of the document itself.
    const auto reserved = [](std::string_view name) {
        for (const std::string_view own : {"type", "title", "status", "detail", "instance", "code", "errors"})
            if (name == own) return true;
        return false;
    };
    for (const auto& extra : error.extras) {
        if (reserved({extra.key().data(), extra.key().size()})) continue;
        out += ',';
        schema::write_string({extra.key().data(), extra.key().size()}, out);
        out += ':';
        schema::write_json(extra.value(), out);
    }
    return out += '}';
}

store::Answer problem(const Error& error, std::string_view request_id) {
    store::Answer answer{.status = error.reason->status, .body = problem_text(error, request_id)};
    answer.headers.emplace_back("Content-Type", "application/problem+json");
    answer.headers.emplace_back("Cache-Control", "no-store");
    const auto* wait = error.extras.if_contains("retry_after_s");
    if (wait && wait->is_int64()) answer.headers.emplace_back("Retry-After", std::to_string(wait->get_int64()));
    else if (answer.status == 503 || error.reason == &reasons::in_flight) answer.headers.emplace_back("Retry-After", "1");
    return answer;
}

}  // namespace lastmile::api
