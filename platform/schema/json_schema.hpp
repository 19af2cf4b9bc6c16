#pragma once
// JSON Schema (2020-12, as OpenAPI 3.1 takes it) out of the same descriptions.
#include <boost/json/object.hpp>
#include <map>
#include <string>

#include "platform/schema/type.hpp"

namespace lastmile::schema {

/// Named schemas, sorted. A resource has one for each view that is asked for: `Delivery`, `DeliveryRecipient`.
class Components {
public:
    /// A reference for structs and enums, the schema itself for the rest.
    boost::json::object reference(const Type& type, View view);
    /// The schema of some fields of a struct, in place (a request's body without its path and query members).
    boost::json::object members(const Type& type, View view, const std::vector<const Field*>& fields, bool closed);
    /// Of one field: its type's schema with its own words and example.
    boost::json::object field(const Field& field, View view);
    const std::map<std::string, boost::json::object>& all() const { return made_; }

private:
    std::string name_of(const Type& type, View view);
    boost::json::object inline_schema(const Type& type, View view);
    std::map<std::pair<const Type*, View>, std::string> names_;
    std::map<std::string, boost::json::object> made_;
};

/// A value to show: the examples of the fields, defaults, the least that fits. Optional fields with an example are shown.
boost::json::value example_of(const Type& type, View view, int depth = 0);

}  // namespace lastmile::schema
