#include "platform/api/endpoint.hpp"

#include <algorithm>

#include "platform/api/endpoints.hpp"
#include "platform/http/text.hpp"

namespace lastmile::api {
namespace {

/// Reads through optional, nullable and variant to the value that is there.
const schema::Type* present(const schema::Type& type, const void*& at) {
    if (type.kind == schema::Kind::optional || type.kind == schema::Kind::nullable) {
        at = type.held(at);
        return at ? present(type.element(), at) : nullptr;
    }
    if (type.kind == schema::Kind::variant) {
        const void* held = nullptr;
        const auto index = type.chosen(at, &held);
        at = held;
        return present(type.alternatives[index](), at);
    }
    return &type;
}

/// A resource carries its own version: what the ETag says.
void take_version(const schema::Type& type, const void* body, ReplyHead& head) {
    const auto* field = type.kind == schema::Kind::structure ? type.field("version") : nullptr;
    if (!field || head.version) return;
    const auto& version = field->type();
    if (version.kind == schema::Kind::integer) head.version = version.read_int(static_cast<const char*>(body) + field->offset);
}

}  // namespace

bool Caller::has(std::string_view scope) const {
    return std::any_of(scopes.begin(), scopes.end(), [&](const std::string& s) { return s == "*" || s == scope; });
}

std::string Endpoint::name() const { return std::string(method) + " " + std::string(path); }

bool Opening::wants_websocket(const Call& call) const { return http::same_ignoring_case(call.request->header("upgrade"), "websocket"); }

std::shared_ptr<http::Stream> Opening::events(http::Headers headers) const {
    http::Response head{.status = 200, .headers = headers_};
    head.headers.insert(head.headers.end(), {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}});
    head.headers.insert(head.headers.end(), headers.begin(), headers.end());
    return responder_->stream(std::move(head));
}

std::shared_ptr<http::WebSocket> Opening::websocket(http::Headers headers, std::size_t max_message_bytes) const {
    http::Response head{.status = 101, .headers = headers_};
    head.headers.insert(head.headers.end(), headers.begin(), headers.end());
    return responder_->websocket(std::move(head), max_message_bytes);
}

Outcome detail::outcome(schema::TypeOf type_of, const void* body, ReplyHead head, schema::View view) {
    Outcome out{std::move(head)};
    if (!type_of) {
        out.empty = true;
        return out;
    }
    const auto* type = present(type_of(), body);
    if (!type) {
        out.body = "null", out.content_type = "application/json";
    } else if (type->kind == schema::Kind::raw) {
        const auto& raw = *static_cast<const Raw*>(body);
        out.body = raw.bytes, out.content_type = raw.content_type;
    } else {
        schema::encode_value(*type, body, view, out.body);
        out.content_type = "application/json";
        take_version(*type, body, out);
        if (type->page) {
            const auto& next = *static_cast<const Nullable<std::string>*>(static_cast<const void*>(static_cast<const char*>(body) + type->field("next_cursor")->offset));
            if (next) out.next_cursor = *next;
        }
    }
    return out;
}

}  // namespace lastmile::api
