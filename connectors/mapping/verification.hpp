#pragma once
// Whether a callback comes from who it says: a literal, a signature, a Standard Webhook, a token.
#include "connectors/mapping/mapping.hpp"
#include "connectors/mapping/render.hpp"
#include "connectors/port/connector.hpp"

namespace lastmile::connectors {

struct Verified {
    bool signed_by_partner = false;
    boost::json::value body;  // the event: the body's JSON, or the token's claims
};

/// *Fails* unauthorized (forged, none, too old or from the future), invalid (the body cannot be read).
Outcome<Verified> verify(const Verification& verification, const Context& context, const CallbackRequest& request, Scope scope);

/// The bytes of an object's top-level members as they were sent; nullopt when the text is no object or has no such member.
std::optional<std::string> raw_member(std::string_view object, std::string_view name);

}  // namespace lastmile::connectors
