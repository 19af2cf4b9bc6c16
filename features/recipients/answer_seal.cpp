#include "features/recipients/answer_seal.hpp"

#include <algorithm>

#include "platform/store/list.hpp"

namespace lastmile {
namespace {

// What the master key's seal holds: format, count of recipients, for each id and sealed share, then the body sealed under all shares' exclusive or.
constexpr char format = 1;
constexpr std::size_t most = 64, key_bytes = 32, id_bytes = 16;
constexpr std::string_view body_of = "answer";

void combine(std::string& key, std::string_view share) {
    std::ranges::transform(key, share, key.begin(), [](char a, char b) { return static_cast<char>(a ^ b); });
}

std::string bound(const store::Read& read) { return std::to_string(read.partition().number); }

std::string_view view(const store::Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

Id<Recipient> id_in(std::string_view bytes) {
    Id<Recipient> id;
    std::ranges::copy(bytes, id.bytes.begin());
    return id;
}

/// The sealed keys of these recipients, in their order; nullopt: one is gone.
std::optional<std::vector<store::Bytes>> keys_of(store::Read& read, const std::vector<Id<Recipient>>& recipients) {
    std::map<Id<Recipient>, store::Bytes> found;
    store::SqlBuilder list("select id, key from recipients where partition = $1 and key is not null");
    for (const auto& row : list.in(" and id in", store::Args(recipients.begin(), recipients.end())).query(read))
        found.emplace(row[0].id<Recipient>(), row[1].bytes());
    std::vector<store::Bytes> keys;
    for (const auto& recipient : recipients) {
        const auto at = found.find(recipient);
        if (at == found.end()) return std::nullopt;
        keys.push_back(at->second);
    }
    return keys;
}

}  // namespace

std::optional<std::string> AnswerSeal::seal(store::Tx& tx, std::string_view plain) const {
    const auto& shown = tx.shown();
    if (shown.size() > most) return std::nullopt;
    std::string text{format, static_cast<char>(shown.size())}, key(key_bytes, '\0');
    for (const auto& [owner, owner_key] : shown) {
        std::string share(key_bytes, '\0');
        tx.random().fill({reinterpret_cast<std::uint8_t*>(share.data()), share.size()});
        combine(key, share);
        text += view(owner);
        text += view(vault_.seal(owner_key, id_in(view(owner)), share, tx.random()));
    }
    text += crypto::seal(key, plain, body_of, tx.random());
    return sealer_.seal(text, bound(tx), tx.random());
}

std::optional<std::string> AnswerSeal::open(store::Read& read, std::string_view sealed) const {
    const auto text = sealer_.open(sealed, bound(read));
    if (!text || text->size() < 2 || text->front() != format) return std::nullopt;
    const auto count = static_cast<std::size_t>((*text)[1]);
    const auto share_bytes = crypto::sealed_bytes(key_bytes);
    std::string_view rest = std::string_view(*text).substr(2);
    if (count > most || rest.size() < count * (id_bytes + share_bytes)) return std::nullopt;
    std::vector<Id<Recipient>> recipients;
    std::vector<std::string_view> shares;
    for (std::size_t i = 0; i < count; ++i) {
        recipients.push_back(id_in(rest.substr(0, id_bytes)));
        shares.push_back(rest.substr(id_bytes, share_bytes));
        rest.remove_prefix(id_bytes + share_bytes);
    }
    std::string key(key_bytes, '\0');
    if (count) {
        const auto keys = keys_of(read, recipients);
        if (!keys) return std::nullopt;
        for (std::size_t i = 0; i < count; ++i) combine(key, vault_.open((*keys)[i], recipients[i], {shares[i].begin(), shares[i].end()}));
    }
    return crypto::open_sealed(key, rest, body_of);
}

}  // namespace lastmile
