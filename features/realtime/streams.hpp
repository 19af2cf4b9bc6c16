#pragma once
// Server-sent events out of the log: of a tenant (ops), of one delivery, of one driver. A stream resumes by Last-Event-ID without gaps or
// doubles; heartbeats carry the cursor; positions are coalesced and have no id. A slow reader is cut by the server and resumes.
#include <atomic>
#include <condition_variable>
#include <list>
#include <map>
#include <thread>

#include "features/eta/live_etas.hpp"
#include "features/positions/live_places.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/events/log.hpp"

namespace lastmile {

class Streams {
public:
    using Wanted = std::function<bool(const events::Event&)>;

    Streams(events::Log& log, LivePlaces& places, LiveEtas& etas);
    ~Streams();

    struct Subscription {
        Partition partition;
        std::string tenant;
        std::int64_t after = 0;
        Wanted wanted;
        bool bare = false;                        // to the public: what kind of news, no cursor (it counts the volume), no content
        bool positions = false;                   // all drivers' places
        std::function<bool(Id<Driver>)> whose{};  // instead: only of these
        std::function<bool(const LiveEta&)> etas{};  // expected arrivals: those that are wanted; empty: none
    };
    /// Feeds `stream` until it is gone.
    void open(std::shared_ptr<http::Stream> stream, Subscription wanted);
    std::size_t count(Partition partition) const;
    /// Ends all of a partition's on this node: its log begins anew.
    void close(Partition partition);

private:
    struct Feed;
    void tick();
    events::Log& log_;
    LivePlaces& places_;
    LiveEtas& etas_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::list<std::shared_ptr<Feed>> feeds_;
    bool closing_ = false;
    std::thread ticker_;
};

struct OpenOpsStream {
    std::vector<Slug> topics;
    std::optional<Whole<0, INT64_MAX>> after;
    std::optional<Whole<0, INT64_MAX>> last_event_id;
};
LASTMILE_VALUE(OpenOpsStream, (topics, after, last_event_id))
LASTMILE_DEFAULTS(OpenOpsStream, (topics))
LASTMILE_DOC(OpenOpsStream, "What to follow.", {"topics", "deliveries, assignments, exceptions, positions, alerts, drivers, etas, plans; all when absent"},
             {"after", "the sequence that was seen last; absent: from now on"},
             {"last_event_id", "the same, for browsers that cannot send the header"})
struct OpenDeliveryStream {
    Id<Delivery> delivery_id;
    std::optional<Whole<0, INT64_MAX>> after;
    std::optional<Whole<0, INT64_MAX>> last_event_id;
    std::optional<Text<1, 4000>> token;
};
LASTMILE_VALUE(OpenDeliveryStream, (delivery_id, after, last_event_id, token))
LASTMILE_DOC(OpenDeliveryStream, "Which delivery to follow.", {"delivery_id", "ours"},
             {"after", "the sequence that was seen last; absent: from now on"}, {"last_event_id", "the same"},
             {"token", "a tracking token, for browsers that cannot send headers"})
struct OpenDriverStream {
    Id<Driver> driver_id;
    std::optional<Whole<0, INT64_MAX>> after;
    std::optional<Whole<0, INT64_MAX>> last_event_id;
};
LASTMILE_VALUE(OpenDriverStream, (driver_id, after, last_event_id))
LASTMILE_DOC(OpenDriverStream, "Which driver to follow.", {"driver_id", "ours"}, {"after", "the sequence that was seen last; absent: from now on"},
             {"last_event_id", "the same"})
struct OpenWorkStream {
    std::optional<Whole<0, INT64_MAX>> after;
    std::optional<Whole<0, INT64_MAX>> last_event_id;
    std::optional<Text<1, 4000>> token;
};
LASTMILE_VALUE(OpenWorkStream, (after, last_event_id, token))
LASTMILE_DOC(OpenWorkStream, "Where to go on.", {"after", "the sequence that was seen last; absent: from now on"}, {"last_event_id", "the same"},
             {"token", "the driver's token, for browsers that cannot send headers"})

api::Endpoints stream_endpoints();

}  // namespace lastmile
