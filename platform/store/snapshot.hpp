#pragma once
// What a read of `Store::read` can do besides asking. Commands (Tx) are no snapshots: there these do nothing, or tell nothing.
#include <functional>

#include "platform/store/tx.hpp"

namespace lastmile::store {

class Snapshot : public Read {
public:
    /// What was read in a snapshot of the same revision holds in this one as well, whoever wrote in between. 0: that cannot be told.
    virtual std::uint64_t revision() const { return 0; }
    /// Reads on in another partition: where it is found in the snapshot itself (by a key's hash).
    virtual void enter(Partition partition) = 0;
    /// See gather().
    virtual void gather(const std::function<void()>&) {}
};

inline std::uint64_t revision_of(const Read& read) {
    const auto* snapshot = dynamic_cast<const Snapshot*>(&read);
    return snapshot ? snapshot->revision() : 0;
}

/// For reads whose statements are known at the start: `asks` runs them once for nothing (they find no rows), so that PostgreSQL is sent all
/// of them in one round trip; those who ask the same afterwards are answered from what came. Nothing to do for SQLite.
inline void gather(Read& read, const std::function<void()>& asks) {
    if (auto* snapshot = dynamic_cast<Snapshot*>(&read)) snapshot->gather(asks);
}

}  // namespace lastmile::store
