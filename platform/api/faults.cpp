// What is wrong with a table of endpoints, told before the first request.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "platform/api/bind.hpp"
#include "platform/api/pipeline.hpp"

namespace lastmile::api {
namespace {

std::vector<schema::View> viewers(const Endpoint& endpoint) {
    if (endpoint.scope.open()) return {schema::View::recipient};
    std::set<schema::View> views;
    for (const auto name : endpoint.scope.names()) {
        if (name == "driver:self") views.insert(schema::View::driver);
        else if (name == "partner:self") views.insert(schema::View::partner);
        else if (name == "track:one") views.insert(schema::View::recipient);
        else views.insert(schema::View::owner);
    }
    return {views.begin(), views.end()};
}

std::string at(const Endpoint& endpoint, std::string_view what) {
    const std::string_view file = endpoint.where.file_name();
    return fmt::format("{} ({}:{}): {}", endpoint.name(), file.substr(file.rfind('/') + 1), endpoint.where.line(), what);
}

void check_path(const Endpoint& endpoint, std::vector<std::string>& lines) {
    const auto& type = endpoint.request();
    for (auto open = endpoint.path.find('{'); open != endpoint.path.npos; open = endpoint.path.find('{', open + 1)) {
        const auto name = endpoint.path.substr(open + 1, endpoint.path.find('}', open) - open - 1);
        if (!type.field(snake_case(name)) && !type.field(name)) lines.push_back(at(endpoint, fmt::format("{} has no member for {{{}}}", type.name, name)));
    }
    const bool whole = type.field("body") != nullptr;
    for (const auto& field : type.fields)
        if (whole && source_of(endpoint, field) == Source::member) lines.push_back(at(endpoint, fmt::format("{}.{} stands beside `body`: make it a Query", type.name, field.name)));
}

}  // namespace

std::vector<std::string> faults(const Endpoints& endpoints) {
    std::vector<std::string> lines;
    std::set<std::string> seen;
    for (const auto& endpoint : endpoints) {
        if (!seen.insert(endpoint.name()).second) lines.push_back(at(endpoint, "stands twice"));
        check_path(endpoint, lines);
        if (endpoint.words.summary.empty() || endpoint.words.tag.empty()) lines.push_back(at(endpoint, "summary or tag is missing"));
        const bool reading = endpoint.verb == Verb::reads || endpoint.verb == Verb::streams;
        if (endpoint.verb == Verb::reads && endpoint.method != "GET" && endpoint.method != "POST")
            lines.push_back(at(endpoint, "a read is a GET (or a POST with a long question)"));
        if (!reading && endpoint.method == "GET") lines.push_back(at(endpoint, "a GET changes nothing"));
        if (!endpoint.response) continue;
        for (const auto view : viewers(endpoint))
            for (const auto& name : schema::without_view(endpoint.response(), view))
                lines.push_back(at(endpoint, fmt::format("{} has no LASTMILE_VIEW for {}", name, schema::name(view))));
    }
    return lines;
}

std::vector<std::string> undocumented(const Endpoints& endpoints) {
    std::set<std::string> lines;
    for (const auto& endpoint : endpoints)
        for (const auto type : {endpoint.request, endpoint.response})
            if (type)
                for (auto& line : schema::undocumented(type())) lines.insert(std::move(line));
    return {lines.begin(), lines.end()};
}

std::vector<std::string> unguarded(const Endpoints& endpoints) {
    std::vector<std::string> lines;
    for (const auto& endpoint : endpoints)
        if ((endpoint.method == "PATCH" || endpoint.method == "PUT" || endpoint.method == "DELETE") && endpoint.path.ends_with('}') && !endpoint.version)
            lines.push_back(at(endpoint, "changes a resource without guarded(version, …)"));
    return lines;
}

}  // namespace lastmile::api
