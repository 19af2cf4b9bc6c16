#pragma once
// What is asked about partners' connectors, and what they answer.
#include "features/deliveries/delivery.hpp"
#include "features/partners/partner.hpp"
#include "platform/api/endpoint.hpp"

namespace lastmile {

struct StoreCredentials {
    Id<Partner> partner_id;
    Document credentials;
};
LASTMILE_VALUE(StoreCredentials, (partner_id, credentials))
LASTMILE_DOC(StoreCredentials, "Credentials of a partner's connector; they replace those before.", {"partner_id", "which partner"},
             {"credentials", "by name, as the connector wants them (its README); never shown again", "{\"api_token\":\"…\"}"})

struct CredentialsStored {
    Id<Partner> partner_id;
    std::vector<std::string> names;
    bool tested = true;
    std::string callback_url;
    Instant stored_at;
};
LASTMILE_VALUE(CredentialsStored, (partner_id, names, tested, callback_url, stored_at))
LASTMILE_DOC(CredentialsStored, "Credentials that were stored.", {"partner_id", "whose"}, {"names", "which; never their values"},
             {"tested", "true: the partner accepted them just now; false: the network has no call to test with"},
             {"callback_url", "where the partner's callbacks go; shown once, a new one with every storing"}, {"stored_at", "when"})

struct RatesTest {
    Id<Partner> partner_id;
    Location pickup;
    Location dropoff;
    std::optional<Text<1, 400>> pickup_address;
    std::optional<Text<1, 400>> dropoff_address;
    Grams weight = 1000;
    std::optional<Instant> ready_at;
    ServiceLevel service_level = ServiceLevel::standard;
};
LASTMILE_VALUE(RatesTest, (partner_id, pickup, dropoff, pickup_address, dropoff_address, weight, ready_at, service_level))
LASTMILE_DEFAULTS(RatesTest, (weight, service_level))
LASTMILE_DOC(RatesTest, "A sample route to be priced.", {"partner_id", "which partner"}, {"pickup", "where it is fetched"}, {"dropoff", "where it goes"},
             {"pickup_address", "in words, where the partner wants them"}, {"dropoff_address", "in words, where the partner wants them"},
             {"weight", "grams"}, {"ready_at", "when it can be fetched; now when absent"}, {"service_level", "standard, express or same_day"})

struct CountedOffer {
    std::int64_t total = 0, cost = 0, eta = 0, sla = 0, performance = 0, carbon = 0;
};
LASTMILE_VALUE(CountedOffer, (total, cost, eta, sla, performance, carbon))
LASTMILE_DOC(CountedOffer, "What an offer counts by routing.weights, in minor units of the tenant's currency; the least wins.", {"total", "all of it"},
             {"cost", "the price"}, {"eta", "the time until it arrives"}, {"sla", "lateness behind the promised window, foreseen and usual"},
             {"performance", "what the partner lately refused, missed or did not deliver"}, {"carbon", "CO2"})

struct QuoteView {
    Id<Partner> partner_id;
    std::optional<Money> price;
    std::optional<Instant> expires_at;
    std::optional<Instant> pickup_eta;
    std::optional<Instant> dropoff_eta;
    std::optional<std::int64_t> distance_m;
    std::optional<std::int64_t> co2_g;
    std::optional<std::string> service;
    std::optional<CountedOffer> counted;
    std::optional<std::string> missing;
    std::optional<std::string> detail;
};
LASTMILE_VALUE(QuoteView, (partner_id, price, expires_at, pickup_eta, dropoff_eta, distance_m, co2_g, service, counted, missing, detail))
LASTMILE_DOC(QuoteView, "A partner's quote, or why there is none.", {"partner_id", "whose"}, {"price", "what it costs"}, {"expires_at", "until when it holds"},
             {"pickup_eta", "when it would be fetched"}, {"dropoff_eta", "when it would arrive"}, {"distance_m", "metres"}, {"co2_g", "grams of CO2"},
             {"service", "the partner's product or provider"},
             {"counted", "what it counts among the offers of a delivery"},
             {"missing",
              "why there is no quote: refused, busy, unauthorized, unavailable, throttled, invalid, no_quotes, no_connector, circuit_open, deadline; no_rate (of its "
              "currency); denied, disabled, area, service_level, vehicle_type, capability, tried: it was not asked"},
             {"detail", "the partner's reason"})

struct BookDelivery {
    Id<Delivery> delivery_id;
    std::optional<Id<Partner>> partner_id;
};
LASTMILE_VALUE(BookDelivery, (delivery_id, partner_id))
LASTMILE_DOC(BookDelivery, "Give a delivery to a partner.", {"delivery_id", "which delivery"}, {"partner_id", "which partner; absent: the best quote of all that take it"})

struct BookingView {
    Id<Booking> booking_id;
    Id<Delivery> delivery_id;
    Id<Partner> partner_id;
    Id<Assignment> assignment_id;
    std::string state;
    std::vector<QuoteView> considered;
};
LASTMILE_VALUE(BookingView, (booking_id, delivery_id, partner_id, assignment_id, state, considered))
LASTMILE_DOC(BookingView, "A booking at a partner.", {"booking_id", "ours; the reference at the partner"}, {"delivery_id", "of which delivery"}, {"partner_id", "at which partner"},
             {"assignment_id", "the partner's assignment"}, {"state", "where it stands; it moves on by itself"}, {"considered", "all quotes, and why others gave none"})

struct ListPayloads {
    Id<Delivery> delivery_id;
};
LASTMILE_VALUE(ListPayloads, (delivery_id))
LASTMILE_DOC(ListPayloads, "Of which delivery.", {"delivery_id", "ours"})

struct PayloadView {
    Id<Partner> partner_id;
    std::optional<Id<Booking>> booking_id;
    Instant at;
    std::string operation;
    std::int64_t status = 0;
    std::int64_t took_ms = 0;
    Json exchange;
};
LASTMILE_VALUE(PayloadView, (partner_id, booking_id, at, operation, status, took_ms, exchange))
LASTMILE_DOC(PayloadView, "One exchange with a partner, as it was, secrets masked.", {"partner_id", "with whom"}, {"booking_id", "about which booking"}, {"at", "when"},
             {"operation", "quote, create, cancel, track, look_up or callback"}, {"status", "HTTP status; 0: no answer"}, {"took_ms", "how long it took"},
             {"exchange", "request and answer with headers and bodies"})
struct Payloads {
    std::vector<PayloadView> data;
};
LASTMILE_VALUE(Payloads, (data))
LASTMILE_DOC(Payloads, "The newest 200 exchanges about a delivery, newest first.", {"data", "the exchanges"})

api::Endpoints connector_endpoints();
api::Endpoints callback_endpoints();
api::Endpoints performance_endpoints();
api::Endpoints sandbox_partner_endpoints();
api::Endpoints settlement_endpoints();

}  // namespace lastmile
