#include "connectors/catalog/catalog.hpp"

#include "connectors/mapping/mapped_connector.hpp"
#include "connectors/sandbox/sandbox.hpp"

namespace lastmile::connectors {

Catalog::Catalog() {
    for (const auto& adapter : adapter_documents()) {
        entries_.push_back({std::string(adapter.name), std::make_unique<MappedConnector>(std::string(adapter.name), std::string(adapter.title), adapter.json)});
        if (adapter.name == "fleet_protocol") entries_.push_back({"sandbox", std::make_unique<SandboxConnector>(adapter.json)});
    }
    entries_.push_back({"generic_http", std::make_unique<MappedConnector>("generic_http", "Any REST partner, by configuration")});
}

const Connector* Catalog::find(std::string_view name) const {
    for (const auto& entry : entries_)
        if (entry.name == name) return entry.connector.get();
    return nullptr;
}

std::vector<std::string> Catalog::names() const {
    std::vector<std::string> names;
    for (const auto& entry : entries_) names.push_back(entry.name);
    return names;
}

}  // namespace lastmile::connectors
