#include "features/recipients/recipient_seal.hpp"

namespace lastmile {
namespace {

std::optional<store::Bytes> key_of(store::Read& read, Id<Recipient> recipient) {
    const auto rows = read.query("select key from recipients where partition = $1 and id = $2", {recipient});
    if (rows.empty() || rows[0][0].null()) return std::nullopt;
    return rows[0][0].bytes();
}

}  // namespace

std::optional<store::Bytes> seal_for(store::Tx& tx, const Vault& vault, Id<Recipient> recipient, std::string_view plain) {
    const auto key = key_of(tx, recipient);
    if (!key) return std::nullopt;
    return vault.seal(*key, recipient, plain, tx.random());
}

std::optional<std::string> open_for(store::Read& read, const Vault& vault, Id<Recipient> recipient, const store::Bytes& sealed) {
    const auto key = key_of(read, recipient);
    if (!key) return std::nullopt;
    return vault.open(*key, recipient, sealed);
}

}  // namespace lastmile
