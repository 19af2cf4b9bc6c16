#pragma once
// An adapter's settings and credentials: what may be configured of it, checked.
#include <memory>

#include "connectors/mapping/mapping.hpp"
#include "platform/base/result.hpp"

namespace lastmile::connectors {

/// Decodes and checks; nullptr with the faults where it is not sound.
std::shared_ptr<const Mapping> decoded_mapping(const boost::json::object& document, const std::string& pointer, std::vector<FieldError>& errors);

/// RFC 7396.
void merge_patch(boost::json::object& target, const boost::json::object& patch);

/// `settings`: config keys → {"about", "required", "default"}. `overrides` is always one: a merge patch over the adapter's document.
void check_settings(const boost::json::value& settings, const boost::json::object& config, std::vector<FieldError>& errors);
boost::json::object with_defaults(const boost::json::value& settings, const boost::json::object& config);

void check_named(const std::vector<Slug>& needed, const std::vector<Slug>& optional, const boost::json::object& given, std::vector<FieldError>& errors);

}  // namespace lastmile::connectors
