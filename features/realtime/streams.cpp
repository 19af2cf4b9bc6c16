#include "features/realtime/streams.hpp"

#include <fmt/format.h>

#include "features/events_feed/public_event.hpp"

namespace lastmile {
namespace {

constexpr std::chrono::seconds heartbeat{15}, flush{1};

std::string position_json(const DriverPlace& place) {
    boost::json::object one{{"driver_id", place.driver_id.text()},
                            {"lat", place.location.lat.value},
                            {"lon", place.location.lon.value},
                            {"at", to_rfc3339(*place.location.timestamp)}};
    if (place.heading) one["heading"] = place.heading->value;
    if (place.speed) one["speed"] = place.speed->value;
    return schema::to_text(one);
}

std::string eta_json(const LiveEta& eta) {
    boost::json::array deliveries;
    for (const auto& id : eta.delivery_ids) deliveries.emplace_back(id.text());
    boost::json::object one{{"assignment_id", eta.assignment_id.text()}, {"stop_id", eta.stop_id.text()},
                            {"delivery_ids", std::move(deliveries)},     {"eta", to_rfc3339(eta.expected.eta)},
                            {"eta_window", schema::to_json(eta.expected.window)}, {"confidence", eta.expected.confidence}};
    if (eta.driver_id) one["driver_id"] = eta.driver_id->text();
    return schema::to_text(one);
}

}  // namespace

struct Streams::Feed {
    std::shared_ptr<http::Stream> stream;
    Subscription wanted;
    std::atomic<std::int64_t> seen{0};
    std::atomic<bool> gone{false};
    events::Subscription log;
    std::shared_ptr<void> ear, eta_ear;
    std::mutex mutex;
    std::map<Id<Driver>, DriverPlace> moved;  // coalesced: the newest of each driver
    std::map<Id<Stop>, LiveEta> expected;     // and of each stop
    std::chrono::steady_clock::time_point last_beat = std::chrono::steady_clock::now();

    void tell(std::span<const events::Event> events) {
        std::string out;
        for (const auto& event : events) {
            seen = event.sequence;
            if (!wanted.wanted(event)) continue;
            if (wanted.bare) {
                const boost::json::object news{{"type", event.type}, {"delivery_id", event.delivery_id.value_or("")}, {"timestamp", to_rfc3339(event.timestamp)}};
                out += fmt::format("data: {}\n\n", schema::to_text(news));
            } else {
                out += fmt::format("id: {}\ndata: {}\n\n", event.sequence, event_json(event, wanted.tenant));
            }
        }
        if (!out.empty() && !stream->send(out)) gone = true;
    }
    void flush_positions() {
        std::map<Id<Driver>, DriverPlace> now;
        {
            const std::lock_guard lock(mutex);
            now.swap(moved);
        }
        if (now.empty()) return;
        std::string data;
        for (const auto& [driver, place] : now) data += (data.empty() ? "" : ",") + position_json(place);
        if (!stream->send(fmt::format("event: positions\ndata: {{\"type\":\"positions\",\"data\":[{}]}}\n\n", data))) gone = true;
    }
    void flush_etas() {
        std::map<Id<Stop>, LiveEta> now;
        {
            const std::lock_guard lock(mutex);
            now.swap(expected);
        }
        if (now.empty()) return;
        std::string data;
        if (!wanted.bare)
            for (const auto& [stop, eta] : now) data += (data.empty() ? "" : ",") + eta_json(eta);
        // The public reads its own view of it.
        const auto frame = wanted.bare ? std::string("data: {\"type\":\"etas\"}\n\n") : fmt::format("event: etas\ndata: {{\"type\":\"etas\",\"data\":[{}]}}\n\n", data);
        if (!stream->send(frame)) gone = true;
    }
    /// A block without data dispatches nothing, but its id is remembered: the cursor advances also where nothing was wanted.
    void beat(std::chrono::steady_clock::time_point now) {
        if (now - last_beat < heartbeat) return;
        last_beat = now;
        if (!stream->send(wanted.bare ? std::string(": heartbeat\n\n") : fmt::format(": heartbeat\nid: {}\n\n", seen.load()))) gone = true;
    }
};

Streams::Streams(events::Log& log, LivePlaces& places, LiveEtas& etas) : log_(log), places_(places), etas_(etas), ticker_([this] { tick(); }) {}

Streams::~Streams() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    wake_.notify_all();
    ticker_.join();
    feeds_.clear();
}

std::size_t Streams::count(Partition partition) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::ranges::count_if(feeds_, [&](const auto& feed) { return feed->wanted.partition == partition && !feed->gone; }));
}

void Streams::close(Partition partition) {
    const std::lock_guard lock(mutex_);
    for (const auto& feed : feeds_)
        if (feed->wanted.partition == partition && !feed->gone.exchange(true)) feed->stream->close();
}

void Streams::open(std::shared_ptr<http::Stream> stream, Subscription wanted) {
    auto feed = std::make_shared<Feed>();
    feed->stream = std::move(stream);
    feed->wanted = std::move(wanted);
    feed->seen = feed->wanted.after;
    feed->stream->send(feed->wanted.bare ? std::string("retry: 2000\n\n") : fmt::format("retry: 2000\nid: {}\n\n", feed->wanted.after));
    feed->stream->on_close([weak = std::weak_ptr(feed)] {
        if (auto held = weak.lock()) held->gone = true;
    });
    if (feed->wanted.positions) {
        feed->ear = places_.listen(feed->wanted.partition, [weak = std::weak_ptr(feed)](const DriverPlace& place) {
            auto held = weak.lock();
            if (!held || (held->wanted.whose && !held->wanted.whose(place.driver_id))) return;
            const std::lock_guard lock(held->mutex);
            held->moved.insert_or_assign(place.driver_id, place);
        });
    }
    if (feed->wanted.etas) {
        feed->eta_ear = etas_.listen(feed->wanted.partition, [weak = std::weak_ptr(feed)](const LiveEta& eta) {
            auto held = weak.lock();
            if (!held || !held->wanted.etas(eta)) return;
            const std::lock_guard lock(held->mutex);
            held->expected.insert_or_assign(eta.stop_id, eta);
        });
    }
    feed->log = log_.subscribe(feed->wanted.partition, feed->wanted.after, [weak = std::weak_ptr(feed)](std::span<const events::Event> events) {
        if (auto held = weak.lock()) held->tell(events);
    });
    const std::lock_guard lock(mutex_);
    feeds_.push_back(std::move(feed));
}

void Streams::tick() {
    std::unique_lock lock(mutex_);
    while (!closing_) {
        wake_.wait_for(lock, flush, [this] { return closing_; });
        const auto feeds = feeds_;
        lock.unlock();
        const auto now = std::chrono::steady_clock::now();
        for (const auto& feed : feeds) {
            if (feed->gone) continue;
            feed->flush_positions();
            feed->flush_etas();
            feed->beat(now);
        }
        lock.lock();
        std::list<std::shared_ptr<Feed>> over;
        for (auto at = feeds_.begin(); at != feeds_.end();) {
            const auto here = at++;
            if ((*here)->gone) over.splice(over.end(), feeds_, here);
        }
        lock.unlock();
        over.clear();  // subscriptions end outside of the lock
        lock.lock();
    }
}

}  // namespace lastmile
