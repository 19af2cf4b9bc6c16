#pragma once
// Who asks: a bearer key or one of our short-lived tokens, from the Authorization header, or `?token=` for browsers' EventSource.
#include "features/access/key.hpp"
#include "features/access/token.hpp"
#include "platform/store/store.hpp"

namespace lastmile {

class KeyAuthenticator final : public api::Authenticator {
public:
    KeyAuthenticator(store::Store& store, const Tokens& tokens) : store_(store), tokens_(tokens) {}
    void authenticate(std::shared_ptr<const http::Request> request, Then then) override;

private:
    void by_key(std::string secret, Then then);
    void note_key_use(Partition partition, Id<Key> id);
    void by_token(std::string token, Then then);
    store::Store& store_;
    const Tokens& tokens_;
};

}  // namespace lastmile
