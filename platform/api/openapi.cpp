#include "platform/api/openapi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "platform/api/bind.hpp"
#include "platform/base/reasons.hpp"
#include "platform/schema/codec.hpp"
#include "platform/schema/json_schema.hpp"

namespace lastmile::api {
namespace {

namespace json = boost::json;
using schema::View;

json::string_view jv(std::string_view text) { return {text.data(), text.size()}; }
json::object ref(std::string_view kind, std::string_view name) { return {{"$ref", fmt::format("#/components/{}/{}", kind, name)}}; }

View view_of(const Endpoint& endpoint) {
    if (endpoint.scope.open()) return View::recipient;
    const auto names = endpoint.scope.names();
    const auto only = [&](std::string_view name) { return names.size() == 1 && names[0] == name; };
    return only("driver:self") ? View::driver : only("partner:self") ? View::partner : only("track:one") ? View::recipient : View::owner;
}

bool mutates(const Endpoint& e) { return e.verb == Verb::writes || e.verb == Verb::prepares || e.verb == Verb::runs; }
bool has_version(const Endpoint& e) { return e.response && e.response().kind == schema::Kind::structure && e.response().field("version"); }
bool takes_raw(const Endpoint& e) {
    const auto* body = e.request().field("body");
    return body && !takes_json(e);
}

json::object parameter(std::string_view name, std::string_view place, bool required, std::string_view description, json::object schema) {
    json::object made{{"name", jv(name)}, {"in", jv(place)}};
    if (required) made["required"] = true;
    if (!description.empty()) made["description"] = jv(description);
    made["schema"] = std::move(schema);
    return made;
}

json::array parameters(const Endpoint& endpoint, std::string_view path, schema::Components& components) {
    json::array list;
    const auto& type = endpoint.request();
    for (auto open = path.find('{'); open != path.npos; open = path.find('{', open + 1)) {
        const auto name = path.substr(open + 1, path.find('}', open) - open - 1);
        const auto* field = type.field(snake_case(name));
        if (!field) field = type.field(name);
        if (!field) continue;
        auto schema = components.field(*field, View::owner);
        schema.erase("description");
        list.push_back(parameter(name, "path", true, field->description, std::move(schema)));
    }
    for (const auto& field : type.fields) {
        if (source_of(endpoint, field) != Source::query) continue;
        auto schema = components.field(field, View::owner);
        schema.erase("description");
        const auto kind = field.type().kind;
        auto made = parameter(field.name, "query", field.required && kind != schema::Kind::optional && kind != schema::Kind::patch, field.description, std::move(schema));
        if (made["schema"].as_object().contains("items")) made["style"] = "form", made["explode"] = false;
        list.push_back(std::move(made));
    }
    if (mutates(endpoint)) list.push_back(ref("parameters", "IdempotencyKey"));
    if (endpoint.version) list.push_back(ref("parameters", "IfMatch"));
    if (endpoint.verb == Verb::reads && has_version(endpoint)) list.push_back(ref("parameters", "IfNoneMatch"));
    if (endpoint.words.log_view) list.push_back(ref("parameters", "LogPosition"));
    if (endpoint.verb == Verb::runs) list.push_back(ref("parameters", "Prefer"));
    list.push_back(ref("parameters", "RequestId"));
    return list;
}

json::object request_body(const Endpoint& endpoint, schema::Components& components) {
    const auto& type = endpoint.request();
    if (takes_raw(endpoint))
        return {{"required", true}, {"description", jv(type.field("body")->description)}, {"content", {{"*/*", json::object{}}}}, {"x-max-bytes", endpoint.words.max_body}};
    std::vector<const schema::Field*> members;
    const schema::Field* whole = nullptr;
    for (const auto& field : type.fields) {
        if (source_of(endpoint, field) == Source::member) members.push_back(&field);
        if (source_of(endpoint, field) == Source::body) whole = &field;
    }
    json::object media;
    json::value example;
    if (whole) {
        media["schema"] = components.reference(whole->type(), View::owner);
        example = schema::example_of(whole->type(), View::owner);
    } else {
        media["schema"] = components.members(type, View::owner, members, true);
        example = schema::example_of(type, View::owner);
        for (const auto& field : type.fields)
            if (source_of(endpoint, field) != Source::member && example.is_object()) example.get_object().erase(jv(field.name));
    }
    media["example"] = std::move(example);
    const bool patch = endpoint.method == "PATCH";
    json::object content;
    if (patch) content["application/merge-patch+json"] = media;
    content["application/json"] = std::move(media);
    return {{"required", true}, {"content", std::move(content)}, {"x-max-bytes", endpoint.words.max_body}};
}

json::object success(const Endpoint& endpoint, int status, schema::Components& components) {
    json::object response{{"description", status == 201 ? "Created" : status == 202 ? "Accepted: a job, or work that goes on" : status == 204 ? "Done" : "OK"}};
    json::object headers{{"X-Request-ID", ref("headers", "RequestId")}};
    if (has_version(endpoint)) headers["ETag"] = ref("headers", "ETag");
    if (status == 201 || status == 202) headers["Location"] = ref("headers", "Location");
    if (endpoint.response && endpoint.response().page) headers["Link"] = ref("headers", "Link");
    if (mutates(endpoint)) headers["Log-Position"] = ref("headers", "LogPosition"), headers["Idempotent-Replayed"] = ref("headers", "IdempotentReplayed");
    response["headers"] = std::move(headers);
    if (endpoint.verb == Verb::streams) {
        response["content"] = {{"text/event-stream", {{"schema", {{"type", "string"}}}}}};
    } else if (endpoint.response && status != 204) {
        const auto& type = endpoint.response();
        if (type.kind == schema::Kind::raw) response["content"] = {{"*/*", json::object{}}};
        else response["content"] = {{"application/json", {{"schema", components.reference(type, view_of(endpoint))}, {"example", schema::example_of(type, view_of(endpoint))}}}};
    }
    return response;
}

json::object responses(const Endpoint& endpoint, schema::Components& components) {
    std::map<std::string, json::object> all;
    const int status = endpoint.words.status ? endpoint.words.status : endpoint.response || endpoint.verb == Verb::streams ? 200 : 204;
    all[std::to_string(status)] = success(endpoint, status, components);
    for (const int also : endpoint.words.also) all[std::to_string(also)] = success(endpoint, also, components);
    if (endpoint.verb == Verb::reads && has_version(endpoint)) all["304"] = {{"description", "Not modified: If-None-Match names what is there"}};
    std::map<int, std::string> problems;
    for (const auto* reason : reasons_of(endpoint)) {
        auto& words = problems[reason->status];
        words += fmt::format("{}`{}`: {}.", words.empty() ? "" : "\n\n", reason->slug, reason->title);
    }
    for (const auto& [code, words] : problems)
        all[std::to_string(code)] = {{"description", words}, {"content", {{"application/problem+json", {{"schema", ref("schemas", "Problem")}}}}}};
    json::object made;
    for (auto& [code, response] : all) made[code] = std::move(response);
    return made;
}

std::string operation_id(const Endpoint& endpoint, std::string_view path) {
    std::string id(endpoint.method);
    std::transform(id.begin(), id.end(), id.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const char c : path) {
        if (std::isalnum(static_cast<unsigned char>(c))) id += c;
        else if (!id.ends_with('_')) id += '_';
    }
    if (id.ends_with('_')) id.pop_back();
    return id;
}

json::object operation(const Endpoint& endpoint, std::string_view path, schema::Components& components) {
    json::object made{{"operationId", operation_id(endpoint, path)}, {"summary", jv(endpoint.words.summary)}, {"tags", json::array{jv(endpoint.words.tag)}}};
    std::string words(endpoint.words.description);
    json::array scopes;
    for (const auto name : endpoint.scope.names()) scopes.emplace_back(jv(name));
    if (!scopes.empty()) words += fmt::format("{}Scope: {}.", words.empty() ? "" : "\n\n", fmt::join(endpoint.scope.names(), " or "));
    if (!words.empty()) made["description"] = words;
    if (path != endpoint.path) made["description"] = fmt::format("The same as `{}`.", endpoint.path);
    if (endpoint.scope.open()) made["security"] = json::array{};
    else made["security"] = json::array{json::object{{"bearer", scopes}}};
    made["parameters"] = parameters(endpoint, path, components);
    if (takes_json(endpoint) || takes_raw(endpoint)) made["requestBody"] = request_body(endpoint, components);
    made["responses"] = responses(endpoint, components);
    return made;
}

json::object shared_parameters() {
    const json::object text{{"type", "string"}};
    return {
        {"IdempotencyKey",
         parameter("Idempotency-Key", "header", false, "1 to 255 characters, quoted or bare. The same key and request get the same answer for at least 24 hours.", text)},
        {"IfMatch", parameter("If-Match", "header", false, "The ETag that was read. Only the version part counts; 412 when the resource has changed.", text)},
        {"IfNoneMatch", parameter("If-None-Match", "header", false, "304 when the resource is still the one named.", text)},
        {"LogPosition", parameter("Log-Position", "header", false, "Of an earlier write: the answer shows it, or 250 ms have passed.", text)},
        {"Prefer", parameter("Prefer", "header", false, "`respond-async`: answer 202 with a job (RFC 7240).", text)},
        {"RequestId", parameter("X-Request-ID", "header", false, "Yours, or we make one; it comes back.", text)},
    };
}

json::object shared_headers() {
    const auto header = [](std::string_view words) { return json::object{{"description", jv(words)}, {"schema", {{"type", "string"}}}}; };
    return {
        {"ETag", header("`\"<version>\"`, or `\"<version>-<live>\"` where the body holds live parts.")},
        {"IdempotentReplayed", header("`true`: this is the answer of an earlier request with the key. `current`: its body was read anew. `secret`: its body was not kept.")},
        {"Link", header("`rel=\"next\"`: the next page.")},
        {"Location", header("Where it is.")},
        {"LogPosition", header("Where in the log this stands; streams and log views take it.")},
        {"RequestId", header("Quote it when you ask us.")},
    };
}

json::object problem_schema() {
    const json::object text{{"type", "string"}};
    return {{"type", "object"},
            {"description", "A refusal (RFC 9457)."},
            {"properties",
             {{"type", text}, {"title", text}, {"status", {{"type", "integer"}}}, {"detail", text}, {"instance", text},
              {"code", {{"type", "string"}, {"description", "stable; what programs look at"}}},
              {"errors",
               {{"type", "array"},
                {"items", {{"type", "object"}, {"properties", {{"pointer", text}, {"code", text}, {"detail", text}}}, {"required", {"pointer", "code", "detail"}}}}}},
              {"remediation", {{"description", "what the caller can do"}}}}},
            {"required", {"type", "title", "status", "code"}}};
}

}  // namespace

std::vector<const Reason*> reasons_of(const Endpoint& endpoint) {
    std::vector<const Reason*> all;
    const auto add = [&](const Reason& reason) {
        if (std::find(all.begin(), all.end(), &reason) == all.end()) all.push_back(&reason);
    };
    for (const auto& reason : endpoint.words.refuses) add(reason.get());
    add(reasons::malformed), add(reasons::invalid), add(reasons::rate_limited), add(reasons::internal), add(reasons::overloaded);
    if (!endpoint.scope.open()) add(reasons::unauthenticated), add(reasons::forbidden);
    if (endpoint.path.find('{') != endpoint.path.npos) add(reasons::not_found);
    if (endpoint.response && endpoint.response().page) add(reasons::bad_cursor);
    if (takes_json(endpoint)) add(reasons::unsupported_media);
    if (takes_json(endpoint) || endpoint.words.max_body < 1024 * 1024 || endpoint.request().field("body")) add(reasons::too_large);
    if (mutates(endpoint)) {
        add(reasons::conflict);
        if (!endpoint.words.keyless) add(reasons::idempotency_key_missing), add(reasons::in_flight), add(reasons::key_reused);
    }
    if (endpoint.version) add(reasons::stale), add(reasons::precondition_required);
    return all;
}

std::string openapi(const Endpoints& endpoints, const About& about) {
    schema::Components components;
    std::map<std::string, std::map<std::string, json::object>> paths;
    std::set<std::string_view> tags;
    for (const auto& endpoint : endpoints) {
        tags.insert(endpoint.words.tag);
        auto add = [&](std::string_view path) {
            std::string method(endpoint.method);
            std::transform(method.begin(), method.end(), method.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            paths[std::string(path)][method] = operation(endpoint, path, components);
        };
        add(endpoint.path);
        for (const auto alias : endpoint.words.aliases) add(alias);
    }
    json::object info{{"title", about.title}, {"version", about.version}};
    if (!about.description.empty()) info["description"] = about.description;
    json::array servers, tag_list;
    for (const auto& url : about.servers) servers.push_back(json::object{{"url", url}});
    for (const auto tag : tags) tag_list.push_back(json::object{{"name", jv(tag)}});
    json::object path_object, schemas;
    for (auto& [path, methods] : paths) {
        json::object item;
        for (auto& [method, made] : methods) item[method] = std::move(made);
        path_object[path] = std::move(item);
    }
    schemas["Problem"] = problem_schema();
    for (const auto& [name, made] : components.all()) schemas[name] = made;
    json::object document{{"openapi", "3.1.0"}, {"info", std::move(info)}, {"servers", std::move(servers)}, {"tags", std::move(tag_list)},
                          {"paths", std::move(path_object)}};
    document["components"] = {{"schemas", std::move(schemas)}, {"parameters", shared_parameters()}, {"headers", shared_headers()},
                              {"securitySchemes", {{"bearer", {{"type", "http"}, {"scheme", "bearer"}, {"description", "An API key or a token."}}}}}};
    return schema::to_text(document);
}

}  // namespace lastmile::api
