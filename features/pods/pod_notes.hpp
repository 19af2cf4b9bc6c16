#pragma once
// Remarks on a proof are personal: they lie with the recipient's data and go with it. The seal holds their keyed hash.
#include "features/deliveries/delivery_store.hpp"
#include "features/pods/pod.hpp"
#include "features/recipients/recipient_store.hpp"

namespace lastmile {

/// nullopt: the personal data was erased, nothing was kept. *Refuses* a remark beyond the hundredth.
std::optional<std::string> keep_pod_note(store::Tx& tx, const Vault& vault, const DeliveryRow& delivery, const std::string& by, const std::string& text);
/// The hash of a remark that was kept with the recipient's data some other way.
std::string pod_note_digest(const Vault& vault, Partition partition, Id<Delivery> delivery, std::string_view text);
/// The remark whose hash was sealed; nullopt: it was erased.
std::optional<std::string> find_pod_note(store::Read& read, const Vault& vault, const PodContent& content);

}  // namespace lastmile
