#include "features/deliveries/lifecycle.hpp"

#include <algorithm>

#include "platform/base/enum_names.hpp"

namespace lastmile {
namespace {

template <class Range, class Key, class Member>
auto* find_by(Range& range, const Key& key, Member member) {
    const auto at = std::ranges::find(range, key, member);
    return at == range.end() ? nullptr : &*at;
}

}  // namespace

Custody Custody::of(const Place& place) {
    switch (place.kind) {
        case PlaceKind::hub: return of(place.hub_id);
        case PlaceKind::recipient: return {CustodyKind::recipient, {}};
        case PlaceKind::sender:
        case PlaceKind::street: break;  // nothing is left on the street
    }
    return {CustodyKind::sender, {}};
}

std::string Custody::text() const {
    const std::string name{name_of(kind)};
    switch (kind) {
        case CustodyKind::hub: return name + ":" + Id<Hub>{holder}.text();
        case CustodyKind::driver: return name + ":" + Id<Driver>{holder}.text();
        case CustodyKind::partner: return name + ":" + Id<Partner>{holder}.text();
        default: return name;
    }
}

bool Leg::live() const { return std::ranges::any_of(items, &LegItem::live); }
const LegItem* Leg::item(Id<Package> package) const { return find_by(items, package, &LegItem::package_id); }
LegItem* Leg::item(Id<Package> package) { return find_by(items, package, &LegItem::package_id); }

const PackageState* DeliveryLifecycle::package(Id<Package> wanted) const { return find_by(packages, wanted, &PackageState::id); }
PackageState* DeliveryLifecycle::package(Id<Package> wanted) { return find_by(packages, wanted, &PackageState::id); }
const Leg* DeliveryLifecycle::leg(Id<Leg> wanted) const { return find_by(legs, wanted, &Leg::id); }
Leg* DeliveryLifecycle::leg(Id<Leg> wanted) { return find_by(legs, wanted, &Leg::id); }
const Booking* DeliveryLifecycle::booking(Id<Booking> wanted) const { return find_by(bookings, wanted, &Booking::id); }
Booking* DeliveryLifecycle::booking(Id<Booking> wanted) { return find_by(bookings, wanted, &Booking::id); }

}  // namespace lastmile
