#include "platform/api/bind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "platform/base/reasons.hpp"
#include "platform/http/text.hpp"

namespace lastmile::api {
namespace {

using schema::Field;
using schema::Findings;
using schema::Kind;
using schema::Type;

using Parameters = std::map<std::string, std::vector<std::string>, std::less<>>;

void* place(void* object, const Field& field) { return static_cast<char*>(object) + field.offset; }

const Type& inside(const Type& type) {
    return type.kind == Kind::optional || type.kind == Kind::nullable || type.kind == Kind::patch ? inside(type.element()) : type;
}

std::optional<Parameters> parameters_of(std::string_view query) {
    Parameters found;
    std::size_t count = 0;
    while (!query.empty()) {
        const auto pair = http::next_part(query, '&');
        if (pair.empty()) continue;
        if (++count > 200) return std::nullopt;
        const auto equals = pair.find('=');
        const auto name = percent_decoded(pair.substr(0, equals), true);
        const auto value = percent_decoded(equals == pair.npos ? std::string_view{} : pair.substr(equals + 1), true);
        if (!name || !value) return std::nullopt;
        found[*name].push_back(*value);
    }
    return found;
}

class Binder {
public:
    Binder(const Endpoint& endpoint, const http::Request& request, void* object)
        : endpoint_(endpoint), type_(endpoint.request()), request_(request), object_(object) {}

    Result<void> path(const PathValues& values) {
        for (const auto& [name, text] : values) {
            const auto* field = type_.field(snake_case(name));
            if (!field) field = type_.field(name);
            if (!field) continue;  // named for the docs only; the constructor of the pipeline has seen to it
            Findings wrong;
            schema::decode_text(field->type(), text, place(object_, *field), "#", wrong);
            // An id that cannot be one looks like one that is not there.
            if (!wrong.empty()) return refuse(reasons::not_found, "There is nothing at this path.");
        }
        return {};
    }

    Result<void> query() {
        auto given = parameters_of(request_.query);
        if (!given) return refuse(reasons::malformed, "The query string is not well-formed (percent escapes, UTF-8, at most 200 parameters).");
        std::vector<std::string_view> names;
        for (const auto& field : type_.fields) {
            if (source_of(endpoint_, field) != Source::query) continue;
            names.push_back(field.name);
            const auto found = given->find(field.name);
            if (found == given->end()) {
                if (field.required && inside_kind_required(field)) findings_.add(pointer(field.name), "required", "is missing");
                continue;
            }
            if (auto done = parameter(field, found->second); !done) return done;
        }
        for (const auto& [name, values] : *given) {
            if (std::find(names.begin(), names.end(), name) != names.end()) continue;
            if (endpoint_.verb == Verb::streams && name == "token") continue;  // an EventSource cannot set headers: the Authenticator reads it
            const auto near = schema::nearest(name, names);
            findings_.add(pointer(std::string_view(name).substr(0, 128)), "unknown_parameter",
                          near.empty() ? std::string("is not a parameter of this endpoint") : fmt::format("is not a parameter of this endpoint; did you mean {}?", near));
        }
        return {};
    }

    Result<void> body() {
        const Field* whole = nullptr;
        for (const auto& field : type_.fields)
            if (source_of(endpoint_, field) == Source::body) whole = &field;
        if (whole && inside(whole->type()).kind == Kind::raw) {
            auto& raw = *static_cast<Raw*>(whole->type().kind == Kind::raw ? place(object_, *whole) : whole->type().emplace(place(object_, *whole)));
            raw.bytes = request_.body, raw.content_type = request_.header("content-type");
            return {};
        }
        if (!request_.body.empty())
            if (auto json = content_type(); !json) return json;
        const auto members = [this](const Field& field) { return source_of(endpoint_, field) == Source::member; };
        if (request_.body.empty()) {
            if (whole && inside_kind_required(*whole)) findings_.add("#", "required", "a body is missing");
            if (!whole) schema::decode_members(type_, {}, object_, "#", findings_, members);
            return {};
        }
        auto parsed = schema::parse_json(request_.body);
        if (!parsed) return std::unexpected(std::move(parsed.error()));
        if (whole) schema::decode_value(whole->type(), *parsed, place(object_, *whole), "#", findings_);
        else if (!parsed->is_object()) findings_.add("#", "wrong_type", "must be an object");
        else schema::decode_members(type_, parsed->get_object(), object_, "#", findings_, members);
        return {};
    }

    Result<void> end() {
        if (findings_.empty()) schema::check_struct(type_, object_, "#", findings_);
        if (findings_.empty()) return {};
        auto list = findings_.take();
        // What holds between fields knows nothing of where they came from.
        for (auto& fault : list)
            for (const auto& field : type_.fields)
                if (const auto plain = schema::child_pointer("#", field.name); source_of(endpoint_, field) == Source::query && fault.pointer == plain)
                    fault.pointer = pointer(field.name);
        auto detail = list.size() == 1 ? fmt::format("{} {}.", list[0].pointer, list[0].detail) : fmt::format("{} fields are wrong.", list.size());
        return refuse(reasons::invalid, std::move(detail), std::move(list));
    }

private:
    static std::string pointer(std::string_view name) { return schema::child_pointer("#/query", name); }
    static bool inside_kind_required(const Field& field) {
        const auto kind = field.type().kind;
        return kind != Kind::optional && kind != Kind::patch;
    }

    Result<void> parameter(const Field& field, const std::vector<std::string>& values) {
        const Type& type = inside(field.type());
        auto text = values.front();
        if (values.size() > 1) {
            if (type.kind != Kind::list) {
                findings_.add(pointer(field.name), "duplicate_parameter", "stands more than once");
                return {};
            }
            for (std::size_t i = 1; i < values.size(); ++i) text += "," + values[i];
        }
        // `2025-09-01T10:00:00+02:00` whose + was not encoded arrives with a space.
        if (type.kind == Kind::instant) std::replace(text.begin(), text.end(), ' ', '+');
        const auto before = findings_.size();
        schema::decode_text(field.type(), text, place(object_, field), pointer(field.name), findings_);
        if (findings_.size() > before && type.format == "cursor") return refuse(reasons::bad_cursor, "The cursor is not one of ours.");
        return {};
    }

    Result<void> content_type() const {
        const auto given = request_.header("content-type");
        std::string_view rest = given;
        const auto media = http::next_part(rest, ';');
        const auto is = [&](std::string_view known) { return http::same_ignoring_case(media, known); };
        if (media.empty() || is("application/json") || is("text/json")) return {};
        if (endpoint_.method == "PATCH" && is("application/merge-patch+json")) return {};
        return refuse(reasons::unsupported_media, fmt::format("{} takes application/json{}.", endpoint_.name(),
                                                              endpoint_.method == "PATCH" ? " or application/merge-patch+json" : ""));
    }

    const Endpoint& endpoint_;
    const Type& type_;
    const http::Request& request_;
    void* object_;
    Findings findings_;
};

}  // namespace

std::string snake_case(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') (out += '_') += http::lower(c);
        else out += c;
    }
    return out;
}

Source source_of(const Endpoint& endpoint, const Field& field) {
    for (auto at = endpoint.path.find('{'); at != endpoint.path.npos; at = endpoint.path.find('{', at + 1)) {
        const auto name = endpoint.path.substr(at + 1, endpoint.path.find('}', at) - at - 1);
        if (name == field.name || snake_case(name) == field.name) return Source::path;
    }
    if (field.name == "body") return Source::body;
    if (field.type().query || endpoint.method == "GET" || endpoint.method == "DELETE") return Source::query;
    return Source::member;
}

bool takes_json(const Endpoint& endpoint) {
    const auto& fields = endpoint.request().fields;
    return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
        const auto source = source_of(endpoint, field);
        return source == Source::member || (source == Source::body && inside(field.type()).kind != Kind::raw);
    });
}

Result<std::shared_ptr<void>> bind_request(const Endpoint& endpoint, const PathValues& path, const http::Request& request) {
    auto object = endpoint.make();
    Binder binder(endpoint, request, object.get());
    for (auto step : {+[](Binder& b, const PathValues& p) { return b.path(p); }, +[](Binder& b, const PathValues&) { return b.query(); },
                      +[](Binder& b, const PathValues&) { return b.body(); }, +[](Binder& b, const PathValues&) { return b.end(); }})
        if (auto done = step(binder, path); !done) return std::unexpected(std::move(done.error()));
    return object;
}

}  // namespace lastmile::api
