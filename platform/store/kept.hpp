#pragma once
// What was made of a snapshot's rows, kept while snapshots show the same rows.
#include <cstddef>
#include <map>

#include "platform/store/snapshot.hpp"

namespace lastmile::store {

/// Of one thread (make it thread_local). Never older than the snapshot asked: whatever any connection of any process commits, the next
/// snapshot has another revision, and nothing kept is used. Where revisions cannot be told (PostgreSQL, commands) nothing is kept.
template <class Key, class Value>
class Kept {
public:
    explicit Kept(std::size_t most = 256) : most_(most) {}
    template <class Make>
    Value& of(const Read& read, const Key& key, Make&& make) {
        const auto revision = revision_of(read);
        if (revision == 0 || revision != revision_ || entries_.size() >= most_) entries_.clear();
        revision_ = revision;
        if (const auto known = entries_.find(key); known != entries_.end()) return known->second;
        return entries_.emplace(key, make()).first->second;
    }

private:
    std::size_t most_;
    std::uint64_t revision_ = 0;
    std::map<Key, Value> entries_;
};

}  // namespace lastmile::store
