#include "features/partners/connectors.hpp"

namespace lastmile {
namespace {

bool suits(const ConnectorKind& kind, PartnerType type) { return type == PartnerType::ownfleet ? kind.for_own_fleet : kind.for_partners; }

}  // namespace

ConnectorKinds::ConnectorKinds() {
    kinds_.push_back({"none", true, true, [](const Document& config) -> std::vector<FieldError> {
                          if (config.value.as_object().empty()) return {};
                          return {{"#/config", "not_allowed", "the connector none has no settings: leave config out"}};
                      }});
}

const ConnectorKind* ConnectorKinds::find(std::string_view name) const {
    for (const auto& kind : kinds_)
        if (kind.name == name) return &kind;
    return nullptr;
}

std::string ConnectorKinds::names_for(PartnerType type) const {
    std::string names;
    for (const auto& kind : kinds_)
        if (suits(kind, type)) names += (names.empty() ? "" : ", ") + kind.name;
    return names;
}

}  // namespace lastmile
