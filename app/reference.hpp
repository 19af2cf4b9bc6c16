#pragma once
// The API's contract out of the endpoint tables and the catalogue of events: served at /openapi.json and /events.schema.json, checked in under
// docs/reference.
#include <string>

#include "platform/http/message.hpp"

namespace lastmile::app {

/// The OpenAPI 3.1 document of this binary, without white space.
std::string openapi_document();

/// A document and its ETag, made once.
class Contract {
public:
    explicit Contract(std::string text);
    /// 200 or 304; 405 for anything but GET and HEAD. Readable from any origin: it holds nothing of a tenant.
    http::Response answer(const http::Request& request) const;

private:
    std::string text_;
    std::string etag_;
};

}  // namespace lastmile::app
