#pragma once
// Which connectors this binary has, as the partners room needs to know it: names, whom they suit, and whether a configuration is sound.
// The app fills it from connectors/; `none` is always there.
#include <functional>
#include <string>
#include <vector>

#include "features/partners/partner.hpp"

namespace lastmile {

struct ConnectorKind {
    std::string name;
    bool for_own_fleet = false;
    bool for_partners = true;
    /// All that is wrong with a configuration, pointers below `#/config`.
    std::function<std::vector<FieldError>(const Document& config)> check;
};

class ConnectorKinds {
public:
    ConnectorKinds();
    void add(ConnectorKind kind) { kinds_.push_back(std::move(kind)); }
    /// nullptr: there is none of that name.
    const ConnectorKind* find(std::string_view name) const;
    /// Names that suit this type of partner, for a refusal that helps.
    std::string names_for(PartnerType type) const;

private:
    std::vector<ConnectorKind> kinds_;
};

}  // namespace lastmile
