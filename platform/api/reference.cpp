// The Markdown references: endpoints by tag, errors by status.
#include <fmt/format.h>

#include <map>
#include <set>

#include "platform/api/openapi.hpp"
#include "platform/base/reasons.hpp"

namespace lastmile::api {
namespace {

std::string_view verb_name(Verb verb) {
    constexpr std::string_view names[] = {"reads", "writes", "prepares", "runs", "streams", "ingests"};
    return names[static_cast<std::size_t>(verb)];
}

}  // namespace

std::string endpoints_markdown(const Endpoints& endpoints) {
    std::map<std::string_view, std::vector<const Endpoint*>> by_tag;
    for (const auto& endpoint : endpoints) by_tag[endpoint.words.tag].push_back(&endpoint);
    std::string out = "# Endpoints\n\nGenerated from the endpoint tables. Every endpoint may answer 401, 403, 422, 429, 500 and 503 besides what its line names.\n";
    for (const auto& [tag, list] : by_tag) {
        out += fmt::format("\n## {}\n\n| endpoint | kind | scope | what | refuses |\n| --- | --- | --- | --- | --- |\n", tag);
        for (const auto* endpoint : list) {
            std::string refusals;
            for (const auto& reason : endpoint->words.refuses) fmt::format_to(std::back_inserter(refusals), "{}`{}`", refusals.empty() ? "" : ", ", reason.get().slug);
            auto scope = fmt::format("{}", fmt::join(endpoint->scope.names(), " or "));
            if (scope.empty()) scope = endpoint->scope.open() ? "public" : "any";
            out += fmt::format("| `{}` | {} | {} | {} | {} |\n", endpoint->name(), verb_name(endpoint->verb), scope, endpoint->words.summary, refusals);
        }
    }
    return out;
}

std::string errors_markdown(const Endpoints& endpoints, const Reasons& more) {
    std::map<std::pair<int, std::string_view>, const Reason*> all;
    const auto add = [&](const Reason& reason) { all[{reason.status, reason.slug}] = &reason; };
    for (const auto& endpoint : endpoints)
        for (const auto* reason : reasons_of(endpoint)) add(*reason);
    for (const auto& reason : more) add(reason.get());
    add(reasons::method_not_allowed), add(reasons::not_acceptable), add(reasons::header_too_large);
    std::string out = "# Errors\n\nEvery refusal is `application/problem+json` (RFC 9457). `code` is stable.\n\n"
                      "| status | code | meaning | what to do |\n| --- | --- | --- | --- |\n";
    for (const auto& [key, reason] : all) out += fmt::format("| {} | <a id=\"{}\"></a>`{}` | {} | {} |\n", key.first, key.second, key.second, reason->title, reason->remedy);
    return out;
}

}  // namespace lastmile::api
