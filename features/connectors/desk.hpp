#pragma once
// The house's side of the connectors: who is asked with which credentials, quotes from several at once, and what was exchanged.
#include <mutex>

#include "connectors/catalog/catalog.hpp"
#include "features/connectors/routing_rules.hpp"
#include "features/dispatch/dispatch.hpp"
#include "features/partners/connectors.hpp"
#include "features/recipients/vault.hpp"
#include "platform/work/jobs.hpp"
#include "platform/work/timers.hpp"

namespace lastmile {

/// Open after `failures` within `window_s`: nobody is asked for `open_s`, then one call tries. Machine time; of this process.
class Breakers {
public:
    bool closed(const std::string& key, Instant now);
    void succeeded(const std::string& key);
    void failed(const std::string& key, Instant now, const BreakerPolicy& policy);

private:
    struct State {
        std::vector<Instant> failures;
        std::optional<Instant> open_until;
    };
    std::mutex mutex_;
    std::map<std::string, State> states_;
};

/// A partner that can be asked: its connector, its context (wire not yet set), what must not be recorded.
struct Seat {
    Partner partner;
    const connectors::Connector* connector = nullptr;
    connectors::Context context;
    std::vector<std::string> secrets;
};

/// What came of asking one partner: a quote, or why there is none. `booking_id` is the reference it was asked under.
struct PartnerOffer {
    Id<Partner> partner_id;
    Id<Booking> booking_id;
    std::optional<connectors::Quote> quote;
    std::int64_t amount = 0;   // of the quote, in minor units of the tenant's currency
    routing::Counted counted{};  // what it counts by the policy
    std::string missing;       // code of the reason
    std::string detail;
    std::vector<connectors::Exchange> exchanges;
};

/// A leg that partners are to be asked for, with the policies of its area and service level.
struct Inquiry {
    DeliveryRow row;
    Id<Leg> leg_id;
    connectors::Job job;
    Policies policies;
    std::vector<Id<Partner>> partners;  // who is asked
    std::vector<PartnerOffer> offers;   // of each, and of those who are not asked, with the reason
};

struct InquiryFilter {
    std::optional<std::vector<Id<Partner>>> named = {};  // only these
    bool again = false;  // also those that were tried for the delivery already
    bool skilled = false;  // only those whose capabilities cover the delivery's skills
};

class ConnectorDesk {
public:
    ConnectorDesk(store::Store& store, const crypto::Keyring& keys, const Vault& vault, const Dispatch& dispatch, Random& random, std::vector<std::string> networks,
                  std::string public_url);
    /// The connectors that a partner may name.
    void add_kinds(ConnectorKinds& kinds) const;
    void register_timers(work::Timers& timers);
    work::JobKind job_kind();
    void put_into(api::Services& services) { services.put(*this); }

    /// nullopt: the partner has no connector, or is reached by none. Missing credentials show in the calls.
    std::optional<Seat> seat(store::Read& read, const Partner& partner) const;
    /// One exchange or several with a partner: `ask` gets the context with a recording wire; what was exchanged goes to `kept`.
    void ask(Seat& seat, std::string_view operation, const connectors::Handle* handle, std::vector<connectors::Exchange>& kept,
             const std::function<void(const connectors::Context&)>& ask);
    /// A sample price of one partner, by no policy but deadline and breaker. Blocks: not on a store thread.
    PartnerOffer sample(Partition partition, connectors::Job job, Id<Partner> partner);
    /// Whom to ask for these legs. Those whose personal data was erased are left out.
    std::vector<Inquiry> inquiries(store::Read& read, const std::vector<std::pair<Id<Delivery>, Id<Leg>>>& legs, const InquiryFilter& filter) const;
    /// Asks all of them at once, none longer than its policy's deadline; the whole in as many deadlines as it has rounds. Blocks.
    void ask(Partition partition, std::vector<Inquiry>& inquiries);
    /// What counts least by the policy (one without a price last); nullptr: nobody offers.
    static const PartnerOffer* best(const std::vector<PartnerOffer>& offers);
    /// What goes over the leg, as a partner is asked to carry it. nullopt: its personal data was erased.
    std::optional<connectors::Job> job_of(store::Read& read, const DeliveryRow& row, const Id<Booking>& booking, Id<Leg> leg) const;

    store::Bytes seal_credentials(Id<Partner> partner, const boost::json::object& credentials);
    store::Bytes seal_text(Id<Partner> partner, std::string_view text);
    std::string callback_url(Id<Partner> partner, std::string_view secret) const;
    void keep(store::Tx& tx, const DeliveryRow& row, std::optional<Id<Booking>> booking, Id<Partner> partner, const std::vector<connectors::Exchange>& exchanges) const;
    const connectors::Catalog& catalog() const { return catalog_; }
    store::Store& store() const { return store_; }
    const Dispatch& dispatch() const { return dispatch_; }
    const Vault& vault() const { return vault_; }
    connectors::TokenCache& tokens() const { return tokens_; }
    Breakers& breakers() const { return breakers_; }

private:
    boost::json::object credentials_of(store::Read& read, Id<Partner> partner, std::string& callback_secret) const;
    store::Store& store_;
    crypto::Sealer sealer_;
    const Vault& vault_;
    const Dispatch& dispatch_;
    Random& random_;
    std::vector<std::string> networks_;
    std::string public_url_;
    connectors::Catalog catalog_;
    mutable connectors::TokenCache tokens_;
    mutable Breakers breakers_;
    http::Client client_{http::ClientOptions{.user_agent = "lastmile-connectors"}};
};

std::string breaker_key(Partition partition, Id<Partner> partner);
/// Of its last hundred bookings.
routing::History recent_history(store::Read& read, Id<Partner> partner);
/// The policies of the delivery's area and service level, and the areas that the place outside of our hubs lies in.
Policies policies_for(store::Read& read, const DeliveryRow& row, std::vector<Id<Area>>& areas);

}  // namespace lastmile
