#pragma once
// Links to a delivery's tracking page that end: by time, or when they are revoked.
#include "features/ids/ids.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/events/event.hpp"
#include "platform/schema/schema.hpp"

namespace lastmile {

/// What the pages' addresses begin with; empty: as the request came.
struct PublicUrl {
    std::string base;
};

struct TrackingLink {
    Id<TrackingLink> id;
    std::int64_t version = 1;
    Instant created_at;
    Id<Delivery> delivery_id;
    Instant expires_at;
    std::optional<Instant> revoked_at;
    std::string made_by;
};
LASTMILE_VALUE(TrackingLink, (id, version, created_at, delivery_id, expires_at, revoked_at, made_by))
LASTMILE_DOC(TrackingLink, "A link to a delivery's tracking page.", {"id", "ours"}, {"version", "counts up at each change"}, {"created_at", "when it was made"},
             {"delivery_id", "whose page"}, {"expires_at", "it opens until then"}, {"revoked_at", "it does not open since then"}, {"made_by", "the key that made it"})

struct TrackingLinkMade {
    Id<TrackingLink> link_id;
    Id<Delivery> delivery_id;
    std::string url;
    std::string token;
    Instant created_at;
    Instant expires_at;
};
LASTMILE_VALUE(TrackingLinkMade, (link_id, delivery_id, url, token, created_at, expires_at))
LASTMILE_DOC(TrackingLinkMade, "A new link, shown this once.", {"link_id", "ours, to revoke it by"}, {"delivery_id", "whose page"},
             {"url", "the page; whoever has it sees what the recipient may see"}, {"token", "the same for GET /public/track?token= and the delivery's stream"},
             {"created_at", "when it was made"}, {"expires_at", "it opens until then"})

struct MakeTrackingLink {
    Id<Delivery> delivery_id;
    std::optional<Whole<60, 63'072'000>> ttl_s;
};
LASTMILE_VALUE(MakeTrackingLink, (delivery_id, ttl_s))
LASTMILE_DOC(MakeTrackingLink, "A link that ends.", {"delivery_id", "ours"},
             {"ttl_s", "seconds that it opens; absent, and at most: policy tracking.link_ttl_h", "86400"})

struct OneTrackingLink {
    Id<Delivery> delivery_id;
    Id<TrackingLink> link_id;
};
LASTMILE_VALUE(OneTrackingLink, (delivery_id, link_id))
LASTMILE_DOC(OneTrackingLink, "Which link.", {"delivery_id", "ours"}, {"link_id", "as it was made"})

struct ListTrackingLinks {
    Id<Delivery> delivery_id;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListTrackingLinks, (delivery_id, limit, cursor))
LASTMILE_DEFAULTS(ListTrackingLinks, (limit))
LASTMILE_DOC(ListTrackingLinks, "Whose links, newest first.", {"delivery_id", "ours"}, {"limit", "how many"}, {"cursor", "where to go on"})

inline events::Refs event_refs(const TrackingLink& link) {
    return {.aggregate = "tracking_link", .aggregate_id = link.id.text(), .version = link.version, .delivery_id = link.delivery_id.text()};
}
void save(store::Writer& writer, const TrackingLink& link);

api::Endpoints tracking_link_endpoints();

}  // namespace lastmile
