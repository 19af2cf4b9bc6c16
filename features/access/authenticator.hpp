#pragma once
// Who asks: a bearer key or one of our short-lived tokens, from the Authorization header, or `?token=` for browsers' EventSource.
#include <map>
#include <mutex>

#include "features/access/key.hpp"
#include "features/access/token.hpp"
#include "platform/api/snapshot_authenticator.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/store/store.hpp"

namespace lastmile {

class KeyAuthenticator final : public api::SnapshotAuthenticator {
public:
    KeyAuthenticator(store::Store& store, const Tokens& tokens) : store_(store), tokens_(tokens) {}
    void authenticate(std::shared_ptr<const http::Request> request, Then then) override;
    Result<Lookup> presented(const http::Request& request) override;

private:
    Result<Lookup> by_key(const std::string& secret);
    Result<Lookup> by_token(const std::string& token);
    Result<api::Caller> tell_key(store::Read& read, const crypto::Digest& hash);
    void note_key_use(Partition partition, Id<Key> id);
    /// For whose turn a lookup takes, nothing else.
    Partition turn_of(const crypto::Digest& hash);
    void note_turn(const crypto::Digest& hash, Partition partition);

    std::mutex turns_mutex_;
    std::map<crypto::Digest, Partition> turns_;
    store::Store& store_;
    const Tokens& tokens_;
};

}  // namespace lastmile
