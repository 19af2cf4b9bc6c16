#pragma once
// Documents out of the endpoint tables: OpenAPI 3.1, and the Markdown references of docs/reference. Same tables, same text: they are
// checked in and compared.
#include "platform/api/pipeline.hpp"

namespace lastmile::api {

struct About {
    std::string title = "lastmile";
    std::string version;
    std::string description{};
    std::vector<std::string> servers{"/"};
    Reasons more_reasons{};   // of the catalogue, beyond what endpoints name
};

/// The document as JSON; paths, methods, components sorted, so that two builds of the same source give the same bytes.
std::string openapi(const Endpoints& endpoints, const About& about);

/// Every refusal an endpoint may answer: its own and the pipeline's.
std::vector<const Reason*> reasons_of(const Endpoint& endpoint);
std::string endpoints_markdown(const Endpoints& endpoints);
std::string errors_markdown(const Endpoints& endpoints, const Reasons& more = {});

}  // namespace lastmile::api
