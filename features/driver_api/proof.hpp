#pragma once
// Which proof a stop needs, and whether it is there.
#include "features/dispatch/board.hpp"
#include "features/driver_api/proof_files.hpp"
#include "features/recipients/vault.hpp"

namespace lastmile {

/// Six digits that only the recipient is told; the same for ever for one delivery.
std::string delivery_pin(const Vault& vault, Partition partition, Id<Delivery> delivery);

namespace driver_api {

struct Missing {
    const DeliveryRow* delivery;
    std::string pointer;
    std::string code;
    std::string detail;
};
/// What is missing or wrong. `items`: packages per delivery that went well.
std::vector<Missing> missing_proof(dispatch::Board& board, const Vault& vault, const Stop& stop, const AtTheDoor& said,
                                   const ProofFiles& files, const std::vector<Id<Package>>& well);
/// What the stop's event tells of the proof: asset urls and yes or no, nothing personal.
boost::json::object proof_data(const AtTheDoor& said, const ProofFiles& files, bool pin_verified);

}  // namespace driver_api
}  // namespace lastmile
