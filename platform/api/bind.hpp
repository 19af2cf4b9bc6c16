#pragma once
// From an HTTP request into the endpoint's request struct.
#include "platform/api/router.hpp"

namespace lastmile::api {

/// Where a member of a request struct comes from.
enum class Source { path, query, member, body };
Source source_of(const Endpoint& endpoint, const schema::Field& field);
/// `driverId` of a template is the member `driver_id`.
std::string snake_case(std::string_view name);
/// The request struct takes a JSON body.
bool takes_json(const Endpoint& endpoint);

/// *Refuses* 404 when the path names nothing that can be, 400 for what is no JSON or no query, a foreign cursor; 415; 422 with all bad fields: pointers are
/// `#/…` into the body, `#/query/…` for parameters.
Result<std::shared_ptr<void>> bind_request(const Endpoint& endpoint, const PathValues& path, const http::Request& request);

}  // namespace lastmile::api
