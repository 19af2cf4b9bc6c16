#include "features/connectors/plan_offers.hpp"

#include <algorithm>

#include "features/connectors/booking_notes.hpp"
#include "features/deliveries/plan_rules.hpp"
#include "features/partners/partner_store.hpp"

namespace lastmile {
namespace {

/// Deliveries whose exchanges are kept in one transaction.
constexpr std::size_t kept_together = 25;

planning::PartnerQuote quote_of(const Inquiry& inquiry, const PartnerOffer& offer, Instant asked_at) {
    const auto factors = routing::factors_of(inquiry.policies.routing.weights);
    const auto& said = *offer.quote;
    planning::PartnerQuote quote;
    quote.delivery_id = inquiry.row.id, quote.leg_id = inquiry.leg_id, quote.partner_id = offer.partner_id, quote.booking_id = offer.booking_id;
    quote.delivery_version = inquiry.row.version;
    quote.price = Money{said.price.amount, said.price.currency};
    quote.amount = offer.amount, quote.counted = offer.counted.for_plan();
    quote.eta_factor = factors.eta, quote.carbon_factor = factors.carbon;
    quote.arrival = routing::arrival_of(said, inquiry.job.ready_at), quote.eta = said.dropoff_eta;
    quote.co2_g = said.co2_g.value_or(0);
    quote.own_fleet_first = inquiry.policies.routing.own_fleet_first;
    quote.asked_at = asked_at, quote.expires_at = said.expires_at, quote.max_age_s = inquiry.policies.routing.quotes_max_age_s.value;
    quote.quote = schema::parse_json(schema::to_stored(said)).value();
    return quote;
}

void group(std::vector<planning::QuoteMissing>& list, const PartnerOffer& offer, Id<Delivery> delivery) {
    const auto same = std::ranges::find_if(list, [&](const planning::QuoteMissing& one) {
        return one.partner_id == offer.partner_id && one.code == offer.missing && one.detail == offer.detail;
    });
    if (same != list.end()) same->delivery_ids.push_back(delivery);
    else list.push_back({offer.partner_id, offer.missing, offer.detail, {delivery}});
}

}  // namespace

/// Asks, and keeps what was exchanged.
std::vector<Inquiry> PlanOffers::inquire(Partition partition, const std::vector<std::pair<Id<Delivery>, Id<Leg>>>& legs, const InquiryFilter& filter) {
    std::vector<Inquiry> inquiries;
    desk_.store().look(partition, [&](store::Read& read) { inquiries = desk_.inquiries(read, legs, filter); });
    if (inquiries.empty()) return inquiries;
    desk_.ask(partition, inquiries);
    for (std::size_t begin = 0; begin < inquiries.size(); begin += kept_together) {
        const auto end = std::min(inquiries.size(), begin + kept_together);
        desk_.store().run(partition, {}, [&](store::Tx& tx) {
            for (auto i = begin; i < end; ++i)
                for (const auto& offer : inquiries[i].offers) desk_.keep(tx, inquiries[i].row, {}, offer.partner_id, offer.exchanges);
        });
    }
    return inquiries;
}

planning::PartnerAnswers PlanOffers::ask(Partition partition, const std::vector<std::pair<Id<Delivery>, Id<Leg>>>& legs,
                                         const std::optional<std::vector<Id<Partner>>>& named) {
    Instant now{};
    desk_.store().look(partition, [&](store::Read& read) { now = read.now().business; });
    const auto inquiries = inquire(partition, legs, {named, false, true});
    planning::PartnerAnswers answers;
    for (const auto& inquiry : inquiries)
        for (const auto& offer : inquiry.offers) {
            if (offer.quote) answers.quotes.push_back(quote_of(inquiry, offer, now));
            else group(answers.missing, offer, inquiry.row.id);
        }
    return answers;
}

std::optional<planning::PartnerQuote> PlanOffers::ask_again(Partition partition, const planning::PartnerQuote& old, planning::QuoteMissing& missing) {
    Instant now{};
    desk_.store().look(partition, [&](store::Read& read) { now = read.now().business; });
    const auto inquiries = inquire(partition, {{old.delivery_id, old.leg_id}}, {std::vector{old.partner_id}, false, true});
    missing = {old.partner_id, "disabled", "the partner is not asked any more", {old.delivery_id}};
    if (inquiries.empty() || inquiries.front().offers.empty()) return std::nullopt;
    const auto& offer = inquiries.front().offers.front();
    if (offer.quote) {
        auto again = quote_of(inquiries.front(), offer, now);
        again.delivery_version = old.delivery_version;  // what the plan was made from
        return again;
    }
    missing.code = offer.missing, missing.detail = offer.detail;
    return std::nullopt;
}

planning::BookedQuote PlanOffers::book(store::Tx& tx, const planning::PartnerQuote& quote, std::string_view reason) {
    dispatch::Board board(tx, desk_.dispatch());
    auto* row = booking_calls::lock(board, quote.delivery_id);
    const auto* leg = row ? row->lifecycle.leg(quote.leg_id) : nullptr;
    if (!leg) return {{}, "delivery_changed", "it is not there any more"};
    if (!is_plannable(row->lifecycle, *leg))
        return {{}, "delivery_changed", leg->holder ? "it is held by " + leg->holder->assignment_id.text() + " now" : "nothing of it can be planned any more"};
    if (row->version != quote.delivery_version) return {{}, "delivery_changed", "it was changed after the quote was given: plan it anew"};
    const auto partner = find_partner(tx, quote.partner_id);
    if (!partner || !partner->enabled) return {{}, "partner_disabled", "the partner was disabled meanwhile"};
    if (booking_calls::noted(tx, quote.booking_id)) return {{}, "quote_used", "the quote was booked already: plan it anew"};
    PartnerOffer offer{.partner_id = quote.partner_id, .booking_id = quote.booking_id, .quote = schema::from_stored<connectors::Quote>(schema::to_text(quote.quote)),
                       .missing = {}, .detail = {}, .exchanges = {}};
    booking_calls::book(board, *row, leg->id, offer, reason);
    board.settle_routes();
    return {row->lifecycle.booking(quote.booking_id)->assignment_id, {}, {}};
}

}  // namespace lastmile
