#include "features/access/key_store.hpp"
#include "features/access/token.hpp"
#include "features/deliveries/delivery_store.hpp"
#include "features/policies/policy_store.hpp"
#include "features/reasons/reasons.hpp"
#include "features/tracking/link.hpp"
#include "platform/events/apply.hpp"
#include "platform/store/rows.hpp"

namespace lastmile {
namespace {

using namespace api;

const store::Table<TrackingLink> links("tracking_links");
constexpr int links_at_most = 100;  // of one delivery

std::string token_id(const TrackingLink& link) { return link.id.text(); }

std::string page_of(const Call& call, const std::string& token) {
    auto base = call.service<PublicUrl>().base;
    while (base.ends_with('/')) base.pop_back();
    if (base.empty()) base = std::string(call.request->secure ? "https://" : "http://") + std::string(call.request->header("host"));
    return base + "/track?token=" + token;
}

Result<Reply<TrackingLinkMade>> make_link(store::Tx& tx, const Call& call, const MakeTrackingLink& request) {
    const auto row = lock_delivery(tx, request.delivery_id);
    if (!row) return refuse(reasons::not_found, "There is no such delivery.");
    const auto longest = std::chrono::hours(policies_of(tx, {{}, row->service_level}).tracking.link_ttl_h.value);
    std::chrono::seconds lifetime = longest;
    if (request.ttl_s) lifetime = std::chrono::seconds(request.ttl_s->value);
    if (lifetime > longest)
        return refuse(reasons::invalid, "The link would outlive the policy tracking.link_ttl_h.",
                      {{"#/ttl_s", "out_of_range", "at most " + std::to_string(std::chrono::seconds(longest).count()) + " here"}});
    const auto open = tx.query("select count(*) from tracking_links where partition = $1 and delivery_id = $2 and revoked_at is null and expires_at > $3",
                               {row->id, tx.now().machine});
    if (open[0][0].integer() >= links_at_most) return refuse(reasons::conflict, "The delivery has 100 links that are open; revoke some first.");
    TrackingLink link{tx.new_id<TrackingLink>(), 1, tx.now().machine, row->id, tx.now().machine + lifetime, {}, call.actor.id};
    events::apply(tx, Changed<TrackingLink>{link, {{"tracking_link.created", {{"link_id", link.id.text()},
                                                                              {"delivery_id", row->id.text()},
                                                                              {"expires_at", to_rfc3339(link.expires_at)}}}}});
    TokenSubject subject;
    subject.kind = TokenKind::tracking, subject.partition = tx.partition(), subject.tenant = call.tenant, subject.test = call.test;
    subject.subject = row->id.bytes, subject.token_id = token_id(link);
    const auto token = call.service<Tokens>().sign(subject, tx.now().machine, lifetime);
    return Reply(TrackingLinkMade{link.id, link.delivery_id, page_of(call, token), token, link.created_at, link.expires_at}).with_status(201).shown_once();
}

Result<Reply<Nothing>> revoke_link(store::Tx& tx, const Call&, const OneTrackingLink& request) {
    auto link = links.lock_one(tx, "partition = $1 and id = $2", {request.link_id});
    if (!link || link->delivery_id != request.delivery_id) return refuse(reasons::not_found, "There is no such link.");
    if (link->revoked_at) return Reply<Nothing>{};
    link->revoked_at = tx.now().machine, ++link->version;
    events::apply(tx, Changed<TrackingLink>{*link, {{"tracking_link.deleted", {{"link_id", link->id.text()}, {"delivery_id", link->delivery_id.text()}}}}});
    revoke_token(tx, token_id(*link), link->expires_at);  // also for the delivery's stream
    return Reply<Nothing>{};
}

Result<Reply<Page<TrackingLink>>> list_links(store::Read& read, const Call&, const ListTrackingLinks& request) {
    if (!find_delivery(read, request.delivery_id)) return refuse(reasons::not_found, "There is no such delivery.");
    Id<TrackingLink> below;
    below.bytes.fill(0xff);
    if (request.cursor) {
        const auto id = Id<TrackingLink>::parse(request.cursor->key);
        if (!id) return refuse(reasons::bad_cursor, "The cursor is not one of this list.");
        below = *id;
    }
    return page_of(links.all(read, "partition = $1 and delivery_id = $2 and id < $3 order by id desc limit $4", {request.delivery_id, below, request.limit + 1}),
                   request.limit, [](const TrackingLink& link) { return link.id.text(); });
}

}  // namespace

void save(store::Writer& writer, const TrackingLink& link) {
    if (link.version == 1)
        links.insert(writer, link);
    else
        links.update(writer, link, link.version - 1);
}

Endpoints tracking_link_endpoints() {
    return {
        writes("POST /v1/lastmile/deliveries/{deliveryId}/tracking-links", "deliveries:write", make_link,
               {.summary = "Make a tracking link",
                .tag = "Tracking",
                .description = "For one person and a while: its page shows what the recipient may see, and not the tracking number. Shown once.",
                .refuses = {reasons::not_found, reasons::conflict},
                .status = 201}),
        reads("GET /v1/lastmile/deliveries/{deliveryId}/tracking-links", "deliveries:read", list_links,
              {.summary = "List a delivery's tracking links", .tag = "Tracking", .refuses = {reasons::not_found, reasons::bad_cursor}}),
        writes("DELETE /v1/lastmile/deliveries/{deliveryId}/tracking-links/{linkId}", "deliveries:write", revoke_link,
               {.summary = "Revoke a tracking link",
                .tag = "Tracking",
                .description = "At once, also its stream's next look. Twice is harmless.",
                .refuses = {reasons::not_found}}),
    };
}

}  // namespace lastmile
