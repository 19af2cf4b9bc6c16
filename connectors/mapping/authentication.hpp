#pragma once
// Puts credentials onto a request, as the partner wants them.
#include "connectors/mapping/mapping.hpp"
#include "connectors/mapping/render.hpp"
#include "connectors/port/connector.hpp"

namespace lastmile::connectors {

/// The bytes of a key given as text, hex or base64 (either alphabet); nullopt: it is not that.
std::optional<std::string> key_bytes(std::string_view text, KeyForm form);
std::string mac(HashKind hash, SignatureForm form, std::string_view key, std::string_view bytes);
/// `header.payload.signature`, members in the order given (partners document them in one).
std::string signed_jwt(const boost::json::value& header, const boost::json::value& claims, std::string_view key);

/// `scope` is the request's. Tokens are fetched over the context's wire where none is kept.
/// *Fails* unauthorized (credentials incomplete, refused), unavailable.
Outcome<void> authenticate(WireRequest& request, const Authentication& auth, const Context& context, const Scope& scope);
/// The partner has refused the kept token.
void forget_token(const Authentication& auth, const Context& context);

std::string form_encoded(const boost::json::value& body);
std::optional<boost::json::value> json_of(std::string_view body);

}  // namespace lastmile::connectors
