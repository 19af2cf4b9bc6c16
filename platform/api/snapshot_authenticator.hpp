#pragma once
// An Authenticator that can tell who asks in the snapshot that the answer is read from: one visit to the store for a read.
#include "platform/api/call.hpp"
#include "platform/store/tx.hpp"

namespace lastmile::api {

class SnapshotAuthenticator : public Authenticator {
public:
    /// Who it is, told in a snapshot; the partition that this one is bound to means nothing. A key that was revoked before the request came
    /// is refused: the snapshot is younger than the request. *Refuses* `unauthenticated`.
    struct Lookup {
        std::function<Result<Caller>(store::Read&)> tell;
        Partition turn{};  // whose turn it takes in the store's queue: the caller's partition, where that can be guessed
    };
    /// What the request presents, as far as it can be judged without the store; must not block. *Refuses* `unauthenticated`.
    virtual Result<Lookup> presented(const http::Request& request) = 0;
};

}  // namespace lastmile::api
