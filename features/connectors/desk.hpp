#pragma once
// The house's side of the connectors: who is asked with which credentials, quotes from several at once, and what was exchanged.
#include <mutex>

#include "connectors/catalog/catalog.hpp"
#include "features/deliveries/delivery_store.hpp"
#include "features/dispatch/dispatch.hpp"
#include "features/partners/connectors.hpp"
#include "features/recipients/vault.hpp"
#include "platform/work/jobs.hpp"
#include "platform/work/timers.hpp"

namespace lastmile {

/// Open after `failures` in `window`: nobody is asked for `open`, then one call tries. Machine time; of this process.
class Breakers {
public:
    bool closed(const std::string& key, Instant now);
    void succeeded(const std::string& key);
    void failed(const std::string& key, Instant now);

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
    std::string missing;  // code of the reason
    std::string detail;
    std::vector<connectors::Exchange> exchanges;
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
    /// All at once, each on a thread of its own, none longer than `deadline`. Blocks: not on a store thread. In the order given.
    std::vector<PartnerOffer> quotes(Partition partition, connectors::Job job, const std::vector<Id<Partner>>& partners, std::chrono::milliseconds deadline);
    /// Enabled partners with a connector that take this delivery's service level and have not been tried for it.
    std::vector<Id<Partner>> candidates(Partition partition, const DeliveryRow& row);
    /// The cheapest, the sooner one where prices are equal; nullptr: nobody offers.
    static const PartnerOffer* best(const std::vector<PartnerOffer>& offers);
    std::optional<connectors::Job> job_of(store::Read& read, const DeliveryRow& row, const Id<Booking>& booking) const;

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

}  // namespace lastmile
