#pragma once
// The reports themselves, online or synced: who may say it, what it means, in one command each.
#include "features/dispatch/board.hpp"
#include "features/driver_api/driver_api.hpp"
#include "features/driver_api/proof_files.hpp"

namespace lastmile::driver_api {

/// Who reports, and how it got here.
struct Reporter {
    Id<Driver> driver;
    std::string actor;  // who is named in notes
    deliveries::Report report = deliveries::Report::online;
    std::optional<Instant> at{};      // synced: the device's time, corrected
    const api::Call* call = nullptr;  // services
};

DriverAnswer accept(store::Tx& tx, const Reporter& who, const AnswerOffer& request);
DriverAnswer decline(store::Tx& tx, const Reporter& who, const DeclineOffer& request);
DriverAnswer start_route(store::Tx& tx, const Reporter& who, const AnswerOffer& request);
DriverAnswer arrive(store::Tx& tx, const Reporter& who, const ArriveStop& request);
DriverAnswer attempt(store::Tx& tx, const Reporter& who, const AttemptStop& request);
DriverAnswer complete(store::Tx& tx, const Reporter& who, const CompleteStop& request, const ProofFiles& files);
DriverAnswer partial(store::Tx& tx, const Reporter& who, const PartialStop& request, const ProofFiles& files);
DriverAnswer failed(store::Tx& tx, const Reporter& who, const FailStop& request, const ProofFiles& files);
DriverAnswer undo(store::Tx& tx, const Reporter& who, const ArriveStop& request);
DriverAnswer scan(store::Tx& tx, const Reporter& who, const ScanPackage& request);
DriverAnswer check_in(store::Tx& tx, const Reporter& who, const ShiftReport& request);
DriverAnswer check_out(store::Tx& tx, const Reporter& who, const ShiftReport& request);

/// What the report says, as the events tell it.
dispatch::Source source_of(store::Read& read, const Reporter& who, const FromDevice& device);
/// *Refuses* not_found: no such assignment of this driver.
[[noreturn]] void no_assignment();
DriverAnswer answer_of(store::Read& read, dispatch::Board& board, const AssignmentRow& row, const std::vector<Id<Delivery>>& concerned);
std::optional<Id<Stop>> next_stop(const AssignmentRow& row);
/// Remarks of couriers go to the personal data of each delivery at the stop; where that was erased, nowhere.
void keep_remarks(dispatch::Board& board, const Reporter& who, const std::vector<Id<Delivery>>& deliveries,
                  const std::optional<Prose<1, 2000>>& notes, const std::optional<Text<1, 200>>& left_with);

}  // namespace lastmile::driver_api
