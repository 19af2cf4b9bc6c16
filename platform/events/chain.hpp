#pragma once
// The hash chain over a partition's log: link = SHA-256(previous link, sequence, content hash). Whoever keeps a link elsewhere can
// prove later that nothing before it was changed, removed or put in between.
#include "platform/crypto/hash.hpp"
#include "platform/events/event.hpp"
#include "platform/store/tx.hpp"

namespace lastmile::events {

/// Over everything that is said about an event but its sequence. `data` is the text as stored.
crypto::Digest content_hash(const Event& event, std::string_view data);

/// The first link's predecessor is 32 zero bytes.
store::Bytes next_link(const store::Bytes& previous, std::int64_t sequence, const store::Bytes& content);
store::Bytes first_link();

struct Verdict {
    std::int64_t checked = 0;       // events that were walked
    store::Bytes link{};            // the last good one
    std::optional<std::int64_t> broken_at{};  // the first sequence that does not fit
    std::string why{};
};

/// Walks the chain of the snapshot's partition, `from` (exclusive, with its link) to the head. Reads a thousand at a time.
Verdict verify_chain(store::Read& read, std::int64_t from = 0, store::Bytes link = first_link());

}  // namespace lastmile::events
