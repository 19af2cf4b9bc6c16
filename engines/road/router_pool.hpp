#pragma once
#include <list>
#include <map>
#include <mutex>

#include "engines/road/embedded.hpp"

namespace lastmile::road {

/// Routers over one map for many parties, each under conditions of its own that come and go with time: what one party closes never leads another
/// round. Parties without conditions share one router. Safe for any number of threads; a question keeps the router it was given.
class RouterPool {
public:
    /// At most `most` routers under conditions are kept beside the usual one; the one that was not asked for longest goes first (and is made
    /// anew when it is wanted).
    explicit RouterPool(std::shared_ptr<EmbeddedRouter> usual, std::size_t most = 16);

    /// Without anybody's conditions.
    const std::shared_ptr<EmbeddedRouter>& usual() const { return usual_; }

    /// Replaces a party's conditions. Profiles that it used are customised before the swap where `now` is given, so that no question pays for it.
    /// *Refuses* bad_question (`fault_in`), and then changes nothing.
    Answer<void> set(const std::string& party, Conditions conditions, std::optional<Moment> now = std::nullopt);
    Conditions conditions(const std::string& party) const;

    /// The router for a party's questions about a moment. The first one under new conditions customises (tens of milliseconds for a city).
    std::shared_ptr<const EmbeddedRouter> at(const std::string& party, const Moment& moment) const;

    /// Puts another map in the place of this one, under the same conditions. *Refuses* (MapError), and keeps the old one.
    void replace_map(const std::filesystem::path& path);

private:
    /// The conditions that hold together, as the numbers of closures and factors, behind them the hour of learned speeds and the state of the map's
    /// own rules by hour.
    using Holding = std::vector<std::size_t>;
    struct Party {
        std::shared_ptr<const Conditions> conditions;
        std::uint64_t revision;
    };
    struct Kept {
        std::string party;
        std::uint64_t revision;
        Holding holding;
        std::shared_ptr<EmbeddedRouter> router;
    };
    Holding holding(const Conditions& conditions, const Moment& moment) const;
    static constexpr const char* nobody = "";  // whose routers all share who set no conditions
    std::shared_ptr<EmbeddedRouter> keep(Kept fresh) const;

    std::shared_ptr<EmbeddedRouter> usual_;
    std::size_t most_;
    mutable std::mutex lock_;
    std::map<std::string, Party> parties_;
    mutable std::list<Kept> kept_;  // the latest asked for first
    std::uint64_t revisions_ = 0;
};

}  // namespace lastmile::road
