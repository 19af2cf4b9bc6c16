#pragma once
// The one list of connectors that this binary has.
#include <memory>
#include <vector>

#include "connectors/port/connector.hpp"

namespace lastmile::connectors {

class Catalog {
public:
    /// Throws std::logic_error when an adapter's document is not sound.
    Catalog();
    /// nullptr: there is none of that name.
    const Connector* find(std::string_view name) const;
    std::vector<std::string> names() const;

private:
    struct Entry {
        std::string name;
        std::unique_ptr<Connector> connector;
    };
    std::vector<Entry> entries_;
};

struct AdapterDocument {
    std::string_view name, title, json;
};
/// The adapters: a line here and a folder beside.
std::vector<AdapterDocument> adapter_documents();

}  // namespace lastmile::connectors
