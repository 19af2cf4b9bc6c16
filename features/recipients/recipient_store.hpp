#pragma once
// All SQL on the side store of personal data.
#include <map>

#include "features/recipients/vault.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

/// Writes a new recipient's data (under a new key) beside the delivery that it belongs to; part of that delivery's own save.
Id<Recipient> add_recipient(store::Tx& tx, const Vault& vault, Id<Delivery> delivery, const PersonalData& data);
/// nullopt: erased.
std::optional<PersonalData> personal_data(store::Read& read, const Vault& vault, Id<Recipient> recipient);
/// Of many at once (lists); erased ones are missing.
std::map<Id<Recipient>, PersonalData> personal_data(store::Read& read, const Vault& vault, const std::vector<Id<Recipient>>& recipients);
/// False: erased, nothing was written.
bool change_recipient(store::Tx& tx, const Vault& vault, Id<Recipient> recipient, const PersonalData& data);
/// Drops the key and the search words, for good.
void erase_recipient(store::Tx& tx, Id<Recipient> recipient);
/// Deliveries whose personal data holds all these words; at most `limit`.
std::vector<Id<Delivery>> deliveries_with_words(store::Read& read, const Vault& vault, std::string_view text, int limit);

}  // namespace lastmile
