#pragma once
#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>

#include "engines/road/conditions.hpp"
#include "engines/road/network.hpp"
#include "engines/road/router.hpp"

namespace lastmile::road {

struct Snapshot;

/// The router over a map file of our own. A question works on the map and the conditions that hold when it begins, whatever is swapped in
/// meanwhile.
class EmbeddedRouter final : public Router {
public:
    /// *Refuses* (MapError) what is no good map file.
    static std::shared_ptr<EmbeddedRouter> open(const std::filesystem::path& path);
    explicit EmbeddedRouter(std::shared_ptr<const Network> network, Conditions conditions = {});
    ~EmbeddedRouter() override;

    std::vector<std::string> profiles() const override;
    Answer<std::vector<Snap>> nearest(std::string_view profile, geo::Point point, std::size_t count = 1,
                                      double max_snap_m = 2'000) const override;
    Answer<Route> route(const RouteQuery& query) const override;
    using Router::table;
    Answer<void> table(const TableQuery& query, const RowSink& sink, std::stop_token stop = {}) const override;
    Answer<Match> match(const MatchQuery& query) const override;
    Answer<std::vector<Isochrone>> isochrone(const IsochroneQuery& query) const override;

    /// Replaces all closures and factors; returns once every profile in use answers by them. *Refuses* bad_question (what `fault_in` finds;
    /// times and hours, as a router has no clock: see RouterPool) and then changes nothing.
    Answer<void> set_conditions(Conditions conditions);
    Conditions conditions() const;

    /// Puts another map in the place of this one, under the same conditions (roads are numbered anew: closures should name ways or areas).
    /// *Refuses* (MapError), and keeps the old one.
    void replace_map(const std::filesystem::path& path);

    std::shared_ptr<const Network> network() const;

    /// Customises profiles now, so that no question waits for it. Names that the map does not have are passed over.
    void warm(const std::vector<std::string>& profiles) const;
    /// Whether questions of this profile wait for nothing. True also for a name that the map does not have.
    bool ready(std::string_view profile) const;
    /// Those that are customised.
    std::vector<std::string> warmed() const;

private:
    void swap_in(std::shared_ptr<const Network> network, Conditions conditions);

    /// What questions begin with. Not std::atomic<std::shared_ptr>: that of libstdc++ 12 reads under a lock that it gives back without release, a race with
    /// the next writer (seen by ThreadSanitizer; fixed in 13).
    class Current {
    public:
        explicit Current(std::shared_ptr<const Snapshot> snapshot) : snapshot_(std::move(snapshot)) {}
        std::shared_ptr<const Snapshot> load() const {
            const std::scoped_lock lock(lock_);
            return snapshot_;
        }
        void store(std::shared_ptr<const Snapshot> snapshot) {
            const std::scoped_lock lock(lock_);
            snapshot_.swap(snapshot);  // the old one goes after the lock
        }

    private:
        mutable std::mutex lock_;
        std::shared_ptr<const Snapshot> snapshot_;
    };

    Current snapshot_;
    std::mutex writing_;
};

}  // namespace lastmile::road
