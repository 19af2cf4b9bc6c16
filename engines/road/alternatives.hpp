#pragma once
#include "engines/road/dijkstra.hpp"
#include "engines/road/search_tree.hpp"

namespace lastmile::road {

/// When another route is worth showing.
struct Difference {
    double longest = 1.3;  ///< of the fastest one's time
    double shared = 0.7;   ///< of its own length that it may have in common with one shown before
    double plateau = 0.1;  ///< of the fastest one's time, that it must be the best way for, seen from both ends
};

/// Up to `count` routes beside `best` that really differ from it and from each other, the best of them first. They are made of plateaus
/// (Abraham, Delling, Goldberg, Werneck 2013, "choice routing"): stretches that both trees, from the start and to the end, drive in the same way, so that
/// no part of one as long as its plateau could be driven faster. Two searches over the plain graph: milliseconds for a city.
std::vector<Path> find_alternatives(const Network& network, const ProfileGraph& graph, const Weights& weights, const Phantom& from, const Phantom& to,
                                    const Path& best, std::size_t count, const Blocked& blocked = {}, const Difference& difference = {});

}  // namespace lastmile::road
