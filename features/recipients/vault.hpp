#pragma once
// The keys of the side store: each recipient's own key is sealed under the master key; words are searched by their HMAC.
#include "features/recipients/recipient.hpp"
#include "platform/crypto/sealer.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

class Vault {
public:
    explicit Vault(const crypto::Keyring& keys)
        : sealer_(keys, "recipients"), word_key_(crypto::Keyring::derive(keys.all().front(), "recipient-words")) {}
    /// A fresh key, sealed.
    store::Bytes new_key(Id<Recipient> recipient, Random& random) const;
    store::Bytes seal(const store::Bytes& sealed_key, Id<Recipient> recipient, std::string_view plain, Random& random) const;
    /// Throws std::runtime_error when the master key is another one.
    std::string open(const store::Bytes& sealed_key, Id<Recipient> recipient, const store::Bytes& sealed) const;
    /// The search token of a word in a partition; the word is normalised first (lower case, digits of a phone).
    store::Bytes word(Partition partition, std::string_view text) const;

private:
    crypto::Sealer sealer_;
    std::string word_key_;
};

/// Single words of a name or an address, a phone's digits, an e-mail, a postcode: lower case, without punctuation.
std::vector<std::string> search_words(const PersonalData& data);
std::vector<std::string> words_of(std::string_view text);

}  // namespace lastmile
