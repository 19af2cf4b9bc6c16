#pragma once
// The sealed proof that comes of a report, one for each delivery of its stop.
#include "features/driver_api/proof_files.hpp"
#include "features/driver_api/reports.hpp"

namespace lastmile::driver_api {

/// What a report proves besides its files.
struct Proven {
    Instant at{};
    std::optional<Location> location;
    std::vector<std::string> scans;
    std::map<Id<Delivery>, bool> pin_verified;  // where a PIN was given
    std::optional<bool> id_checked;
    std::optional<std::string> notes;  // kept with the personal data already
    bool always = false;               // a dropoff: also without a file, a PIN or a scan
};

/// After everything else of the command: it locks the partition's chain of proofs. Outcomes as the stop has them now. *Emits* pod.created.
std::vector<Id<Pod>> make_pods(dispatch::Board& board, const Reporter& who, const AssignmentRow& row, Id<Stop> stop,
                               const std::vector<Id<Delivery>>& deliveries, const ProofFiles& files, const Proven& proven);

}  // namespace lastmile::driver_api
