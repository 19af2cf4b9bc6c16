#pragma once
// A JSON template filled from a scope. Members whose expression is absent are left out, and objects that become empty by that.
//   {"$each": "job.items", "$do": {…{item.name}…}}   a list, one per element, which is `item` inside
//   {"$if": "job.dropoff.from", "$then": …, "$else": …}
//   {"$of": "job.vehicle_type", "bike": "bicycle", "*": "car"}   looked up; `*` is any other
//   {"$text": {…}}   JSON, written into a text
#include "connectors/mapping/expression.hpp"
#include "platform/base/result.hpp"

namespace lastmile::connectors {

Maybe render(const value& pattern, const Scope& scope);

/// Adds what is wrong with the expressions of a template.
void check_template(const value& pattern, const std::vector<std::string>& roots, const std::string& pointer, std::vector<FieldError>& errors);

}  // namespace lastmile::connectors
