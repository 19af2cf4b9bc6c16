#pragma once
// Partners' quotes in plans: what planning asks of this room.
#include "features/connectors/desk.hpp"
#include "features/planning/partner_offers.hpp"

namespace lastmile {

class PlanOffers final : public planning::PartnerDesk {
public:
    explicit PlanOffers(ConnectorDesk& desk) : desk_(desk) {}
    planning::PartnerAnswers ask(Partition partition, const std::vector<std::pair<Id<Delivery>, Id<Leg>>>& legs,
                                 const std::optional<std::vector<Id<Partner>>>& named) override;
    std::optional<planning::PartnerQuote> ask_again(Partition partition, const planning::PartnerQuote& old, planning::QuoteMissing& missing) override;
    planning::BookedQuote book(store::Tx& tx, const planning::PartnerQuote& quote, std::string_view reason) override;

private:
    std::vector<Inquiry> inquire(Partition partition, const std::vector<std::pair<Id<Delivery>, Id<Leg>>>& legs, const InquiryFilter& filter);
    ConnectorDesk& desk_;
};

}  // namespace lastmile
