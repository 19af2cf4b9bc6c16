#include "features/recipients/vault.hpp"

#include <algorithm>
#include <stdexcept>

#include "platform/crypto/hash.hpp"

namespace lastmile {
namespace {

std::string_view view(const store::Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
store::Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }
std::string_view view(const Id<Recipient>& id) { return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()}; }

void add(std::vector<std::string>& words, const auto& text) {
    if (!text) return;
    for (auto& word : words_of(*text)) words.push_back(std::move(word));
}

void add(std::vector<std::string>& words, const std::optional<Contact>& contact) {
    if (!contact) return;
    add(words, contact->name);
    add(words, contact->phone);
    if (contact->email) words.push_back(words_of(*contact->email).empty() ? "" : std::string(*contact->email));
}

}  // namespace

store::Bytes Vault::new_key(Id<Recipient> recipient, Random& random) const {
    std::string key(32, '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(key.data()), key.size()});
    return bytes(sealer_.seal(key, view(recipient), random));
}

store::Bytes Vault::seal(const store::Bytes& sealed_key, Id<Recipient> recipient, std::string_view plain, Random& random) const {
    const auto key = sealer_.open(view(sealed_key), view(recipient));
    if (!key) throw std::runtime_error("a recipient's key does not open: is this the master key it was sealed with?");
    return bytes(crypto::seal(*key, plain, view(recipient), random));
}

std::string Vault::open(const store::Bytes& sealed_key, Id<Recipient> recipient, const store::Bytes& sealed) const {
    const auto key = sealer_.open(view(sealed_key), view(recipient));
    const auto plain = key ? crypto::open_sealed(*key, view(sealed), view(recipient)) : std::nullopt;
    if (!plain) throw std::runtime_error("personal data does not open: is this the master key it was sealed with?");
    return *plain;
}

store::Bytes Vault::word(Partition partition, std::string_view text) const {
    const auto digest = crypto::hmac_sha256(word_key_, std::to_string(partition.number) + ":" + std::string(text));
    return {digest.begin(), digest.begin() + 16};
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    const auto end = [&] {
        if (word.size() >= 2) words.push_back(word);
        word.clear();
    };
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (u >= 0x80 || std::isalnum(u))
            word += static_cast<char>(std::tolower(u));
        else if (c != '+')
            end();
    }
    end();
    return words;
}

std::vector<std::string> search_words(const PersonalData& data) {
    std::vector<std::string> words;
    add(words, data.recipient);
    add(words, data.pickup_contact);
    for (const auto* address : {&data.dropoff_address, &data.pickup_address}) {
        if (!*address) continue;
        add(words, (*address)->line1);
        add(words, (*address)->postal_code);
        add(words, (*address)->text);
    }
    std::ranges::sort(words);
    words.erase(std::ranges::unique(words).begin(), words.end());
    std::erase(words, "");
    if (words.size() > 40) words.resize(40);
    return words;
}

}  // namespace lastmile
