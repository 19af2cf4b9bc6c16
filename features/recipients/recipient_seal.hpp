#pragma once
// Sealing what belongs to a recipient and lies elsewhere (raw payloads): erasing the recipient makes it unreadable as well.
#include "features/recipients/vault.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

/// nullopt: erased.
std::optional<store::Bytes> seal_for(store::Tx& tx, const Vault& vault, Id<Recipient> recipient, std::string_view plain);
std::optional<std::string> open_for(store::Read& read, const Vault& vault, Id<Recipient> recipient, const store::Bytes& sealed);

}  // namespace lastmile
