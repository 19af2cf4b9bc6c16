#include "features/pods/seal.hpp"

#include <algorithm>

#include "features/pods/pod_cut.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile {
namespace {

constexpr std::string_view purpose = "pod-seal";

void write_canonical(const boost::json::value& value, std::string& out) {
    if (const auto* object = value.if_object()) {
        std::vector<const boost::json::key_value_pair*> members;
        for (const auto& member : *object) members.push_back(&member);
        std::ranges::sort(members, {}, [](const auto* member) { return std::string_view(member->key()); });
        char before = '{';
        for (const auto* member : members) {
            out += before, before = ',';
            schema::write_string(member->key(), out);
            out += ':';
            write_canonical(member->value(), out);
        }
        out += members.empty() ? "{}" : "}";
    } else if (const auto* array = value.if_array()) {
        out += '[';
        for (std::size_t i = 0; i < array->size(); ++i) {
            if (i > 0) out += ',';
            write_canonical((*array)[i], out);
        }
        out += ']';
    } else schema::write_json(value, out);
}

std::string digest_of(std::string_view text) { return std::string(crypto::view(crypto::sha256(text))); }

}  // namespace

std::string canonical_json(const boost::json::value& value) {
    std::string out;
    write_canonical(value, out);
    return out;
}

Pod PodSealer::seal(const PodContent& content) const {
    Pod pod{content.pod_id, content.number, content.delivery_id, content.stop_id, content.registered_at, {}, {}, {}, {}};
    pod.content = canonical_json(schema::parse_json(schema::to_stored(content)).value());
    const auto digest = digest_of(pod.content);
    const auto key = crypto::SigningKey::of(keys_, purpose);
    pod.hash = crypto::to_hex(digest);
    pod.signature = crypto::to_base64(key.sign(digest));
    pod.key_id = key.id();
    return pod;
}

PodCheckpoint PodSealer::sign(PodCheckpoint checkpoint) const {
    const auto key = crypto::SigningKey::of(keys_, purpose);
    checkpoint.key_id = key.id();
    checkpoint.signature = crypto::to_base64(key.sign(digest_of(checkpoint_text(checkpoint))));
    return checkpoint;
}

bool PodSealer::signed_by_us(const PodCheckpoint& checkpoint) const {
    const auto key = public_key(checkpoint.key_id);
    const auto signature = crypto::from_base64(checkpoint.signature);
    return key && signature && crypto::verify_ed25519(*key, digest_of(checkpoint_text(checkpoint)), *signature);
}

std::optional<std::string> PodSealer::public_key(std::string_view key_id) const {
    const auto* master = keys_.find(key_id);
    if (!master) return std::nullopt;
    return crypto::SigningKey(master->id, crypto::Keyring::derive(*master, purpose)).public_key();
}

SealVerdict verify_seal(const PodSealer& sealer, const Pod& pod, std::string_view previous) {
    const auto digest = digest_of(pod.content);
    if (crypto::to_hex(digest) != pod.hash) return SealVerdict::content_changed;
    const auto key = sealer.public_key(pod.key_id);
    if (!key) return SealVerdict::key_unknown;
    const auto signature = crypto::from_base64(pod.signature);
    if (!signature || !crypto::verify_ed25519(*key, digest, *signature)) return SealVerdict::signature_wrong;
    const auto content = schema::from_stored<PodContent>(pod.content);
    if (content.pod_id != pod.id || content.number != pod.number || content.delivery_id != pod.delivery_id || content.stop_id != pod.stop_id ||
        content.registered_at != pod.created_at)
        return SealVerdict::columns_changed;
    return content.previous == previous ? SealVerdict::intact : SealVerdict::chain_broken;
}

}  // namespace lastmile
