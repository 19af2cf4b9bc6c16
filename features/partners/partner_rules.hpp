#pragma once
// Pure decisions about partners.
#include "features/partners/connectors.hpp"
#include "features/partners/partner.hpp"
#include "platform/base/changed.hpp"
#include "platform/base/result.hpp"

namespace lastmile::partners {

/// *Emits* `partner.created`. *Refuses* a connector that there is not, that does not suit the type, or whose configuration is not sound;
/// lists that name a thing twice.
Result<Changed<Partner>> create(Id<Partner> id, const CreatePartner& request, const ConnectorKinds& connectors, const Now& now);
/// *Emits* `partner.updated` where something changes. *Refuses* like create.
Result<Changed<Partner>> change(const Partner& before, const ChangePartner& request, const ConnectorKinds& connectors, const Now& now);
/// Nothing new is given to it; what it has goes on. *Emits* `partner.deleted`, and nothing when it is disabled already.
Changed<Partner> disable(const Partner& before, const Now& now);

/// Whether it may be asked at all for a delivery of this service level in one of `areas` (those that its places lie in).
bool takes(const Partner& partner, ServiceLevel level, std::span<const Id<Area>> areas);

/// An empty list means all: named out.
PartnerCapabilities capabilities(const Partner& partner, std::vector<ServedArea> areas);

}  // namespace lastmile::partners
