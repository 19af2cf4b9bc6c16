#include "features/pods/pod_notes.hpp"

#include "features/reasons/reasons.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile {

std::string pod_note_digest(const Vault& vault, Partition partition, Id<Delivery> delivery, std::string_view text) {
    const auto bytes = vault.word(partition, "pod note " + delivery.text() + " " + std::string(text));
    return crypto::to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::optional<std::string> keep_pod_note(store::Tx& tx, const Vault& vault, const DeliveryRow& delivery, const std::string& by, const std::string& text) {
    auto people = personal_data(tx, vault, delivery.recipient_id);
    if (!people) return std::nullopt;
    if (people->notes.size() >= 100) throw Refusal(Error{&reasons::invalid, "The delivery holds 100 remarks already.", {{"#/notes", "too_many", "leave it out"}}, {}});
    people->notes.push_back({tx.now().business, by, text});
    change_recipient(tx, vault, delivery.recipient_id, *people);
    return pod_note_digest(vault, tx.partition(), delivery.id, text);
}

std::optional<std::string> find_pod_note(store::Read& read, const Vault& vault, const PodContent& content) {
    const auto delivery = find_delivery(read, content.delivery_id);
    const auto people = delivery ? personal_data(read, vault, delivery->recipient_id) : std::nullopt;
    if (people)
        for (const auto& note : people->notes)
            if (pod_note_digest(vault, read.partition(), content.delivery_id, note.text) == *content.notes_digest) return note.text;
    return std::nullopt;
}

}  // namespace lastmile
