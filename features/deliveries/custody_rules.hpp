#pragma once
// Facts: reported by whoever holds the package, always applied to the present, whatever assignment, leg or cancellation have become
// meanwhile. Plans that assumed otherwise fall, with an exception where someone must look. Only a scan at the dock (`online`) can be
// refused, since there a person can still put the package back.
#include "features/deliveries/effects.hpp"
#include "features/deliveries/given.hpp"

namespace lastmile::deliveries {

enum class Report { online, synced };
BOOST_DESCRIBE_ENUM(Report, online, synced)

struct Scan {
    Id<Package> package_id;
    Holder by;
    Report report = Report::online;
    bool same_wave = true;    // the other driver belongs to the same departure
    bool confirmed = false;   // the answer to rebind_needs_confirmation
};

/// A load or handover scan: `by` has the package now; what came before ends with it. Another's package is rebound by policy
/// (a breakdown counts as the same wave). *Refuses* (online only) rebind_needs_confirmation, rebind_refused, not_planned, cancel_wished.
Decision scan(const DeliveryLifecycle& delivery, const Scan& scan, const Given& given);

enum class PickupProblem { not_ready, closed, nobody, no_access, missing, damaged, refused, wrong };
BOOST_DESCRIBE_ENUM(PickupProblem, not_ready, closed, nobody, no_access, missing, damaged, refused, wrong)

/// One visit to the pickup that did not give these packages: not possible (the leg is free again), missing (a free leg of its own), or
/// withheld (damaged, refused, wrong). *Refuses* not_planned: it is not waited for there any more.
Decision pickup_failed(const DeliveryLifecycle& delivery, Id<Leg> leg, const std::vector<Id<Package>>& packages, PickupProblem problem,
                       const Given& given);

/// Dropped off: `where` is recipient, neighbour, locker, safe_place, a hub (also an unplanned one) or the sender.
Decision drop_off(const DeliveryLifecycle& delivery, const std::vector<Id<Package>>& packages, const Holder& by, const Custody& where,
                  const Given& given);

/// The attempt at the door failed for these packages; `by` keeps them. On a way back it only opens an exception.
Decision attempt_failed(const DeliveryLifecycle& delivery, const std::vector<Id<Package>>& packages, const Holder& by, std::string_view reason,
                        const Given& given);

}  // namespace lastmile::deliveries
