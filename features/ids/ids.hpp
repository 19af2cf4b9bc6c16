#pragma once
// The nouns of the product and the prefixes of their ids, in one list: a room can name another room's id without its headers.
#include "platform/base/id.hpp"

namespace lastmile {

struct Alert;
struct Area;
struct Asset;
struct Assignment;
struct Booking;
struct Closure;
struct Delivery;
struct Driver;
struct Exception;
struct Hub;
struct Job;
struct Key;
struct Leg;
struct Package;
struct Partner;
struct Plan;
struct Pod;
struct Recipient;
struct Reservation;
struct Route;
struct SettlementRef;
struct Shift;
struct Slot;
struct SlotTemplate;
struct Stop;
struct TrackingLink;
struct Vehicle;

template <> inline constexpr std::string_view id_prefix_of<Alert> = "alr";
template <> inline constexpr std::string_view id_prefix_of<Area> = "are";
template <> inline constexpr std::string_view id_prefix_of<Asset> = "ast";
template <> inline constexpr std::string_view id_prefix_of<Assignment> = "asg";
template <> inline constexpr std::string_view id_prefix_of<Booking> = "bkg";
template <> inline constexpr std::string_view id_prefix_of<Closure> = "cls";
template <> inline constexpr std::string_view id_prefix_of<Delivery> = "dlv";
template <> inline constexpr std::string_view id_prefix_of<Driver> = "drv";
template <> inline constexpr std::string_view id_prefix_of<Exception> = "exc";
template <> inline constexpr std::string_view id_prefix_of<Hub> = "hub";
template <> inline constexpr std::string_view id_prefix_of<Job> = "job";
template <> inline constexpr std::string_view id_prefix_of<Key> = "key";
template <> inline constexpr std::string_view id_prefix_of<Leg> = "leg";
template <> inline constexpr std::string_view id_prefix_of<Package> = "pkg";
template <> inline constexpr std::string_view id_prefix_of<Partner> = "prt";
template <> inline constexpr std::string_view id_prefix_of<Plan> = "pln";
template <> inline constexpr std::string_view id_prefix_of<Pod> = "pod";
template <> inline constexpr std::string_view id_prefix_of<Recipient> = "rcp";
template <> inline constexpr std::string_view id_prefix_of<Reservation> = "rsv";
template <> inline constexpr std::string_view id_prefix_of<Route> = "rte";
template <> inline constexpr std::string_view id_prefix_of<SettlementRef> = "set";
template <> inline constexpr std::string_view id_prefix_of<Shift> = "shf";
template <> inline constexpr std::string_view id_prefix_of<Slot> = "slt";
template <> inline constexpr std::string_view id_prefix_of<SlotTemplate> = "slm";
template <> inline constexpr std::string_view id_prefix_of<Stop> = "stp";
template <> inline constexpr std::string_view id_prefix_of<TrackingLink> = "lnk";
template <> inline constexpr std::string_view id_prefix_of<Vehicle> = "veh";

}  // namespace lastmile
