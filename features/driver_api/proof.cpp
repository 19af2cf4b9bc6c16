#include "features/driver_api/proof.hpp"

#include <algorithm>
#include <array>

namespace lastmile {

std::string delivery_pin(const Vault& vault, Partition partition, Id<Delivery> delivery) {
    const auto bytes = vault.word(partition, "pin " + delivery.text());
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 7 && i < bytes.size(); ++i) number = number << 8 | bytes[i];
    auto digits = std::to_string(number % 1'000'000);
    return std::string(6 - digits.size(), '0') + digits;
}

namespace driver_api {
namespace {

void add_kinds(std::vector<ProofKind>& kinds, const auto& more) {
    for (const auto kind : more)
        if (std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(kind);
}

/// Packages that went well and whose code is not among the scans.
std::vector<std::string> unscanned(const DeliveryRow& delivery, const std::vector<Id<Package>>& well, const AtTheDoor& said) {
    std::vector<std::string> left;
    for (const auto& package : delivery.record.packages) {
        if (std::ranges::find(well, package.id) == well.end()) continue;
        const auto is_code = [&](const std::string& scan) {
            return scan == package.id.text() || (package.barcode && scan == *package.barcode) || (package.package_id && scan == *package.package_id);
        };
        if (std::ranges::none_of(said.scans, is_code)) left.push_back(package.id.text());
    }
    return left;
}

void check_kind(ProofKind kind, const Vault& vault, Partition partition, const DeliveryRow& delivery, const AtTheDoor& said,
                const ProofFiles& files, const std::vector<Id<Package>>& well, std::vector<Missing>& missing) {
    const auto of = " is needed for " + delivery.id.text();
    const auto add = [&](std::string pointer, std::string code, std::string detail) {
        missing.push_back({&delivery, std::move(pointer), std::move(code), std::move(detail)});
    };
    switch (kind) {
        case ProofKind::signature:
            if (!files.has(AssetKind::signature)) add("#/recipient_signature", "proof_missing", "a signature" + of);
            break;
        case ProofKind::photo:
            if (!files.has(AssetKind::photo)) add("#/photos", "proof_missing", "a photo" + of);
            break;
        case ProofKind::pin:
            if (!said.pin)
                add("#/pin", "proof_missing", "the recipient's PIN" + of);
            else if (*said.pin != delivery_pin(vault, partition, delivery.id))
                add("#/pin", "pin_wrong", "this is not the PIN of " + delivery.id.text());
            break;
        case ProofKind::barcode:
            for (const auto& package : unscanned(delivery, well, said)) add("#/scans", "proof_missing", "a scan of " + package + of);
            break;
        case ProofKind::id_check: {
            const auto age = delivery.record.proof ? delivery.record.proof->minimum_age : std::nullopt;
            if (!said.id_check || !said.id_check->checked)
                add("#/id_check", "proof_missing", "a look at a document" + of);
            else if (age && !said.id_check->age)
                add("#/id_check/age", "proof_missing", "the age" + of);
            else if (age && said.id_check->age->value < age->value)
                add("#/id_check/age", "too_young", "the recipient must be " + std::to_string(age->value) + " or older");
            break;
        }
    }
}

}  // namespace

std::vector<Missing> missing_proof(dispatch::Board& board, const Vault& vault, const Stop& stop, const AtTheDoor& said,
                                   const ProofFiles& files, const std::vector<Id<Package>>& well) {
    std::vector<Missing> missing;
    if (stop.type == StopType::hub) return missing;
    std::vector<Id<Delivery>> seen;
    for (const auto& item : stop.items) {
        if (std::ranges::find(well, item.package_id) == well.end() || std::ranges::find(seen, item.delivery_id) != seen.end()) continue;
        seen.push_back(item.delivery_id);
        const auto* delivery = board.delivery(item.delivery_id);
        if (!delivery) continue;
        std::vector<ProofKind> kinds;
        const auto& policy = board.policies(*delivery).proof;
        if (stop.type == StopType::pickup)
            add_kinds(kinds, policy.pickup);
        else {
            add_kinds(kinds, policy.dropoff);
            if (delivery->record.proof) add_kinds(kinds, delivery->record.proof->dropoff);
        }
        // A PIN that is given is looked at wherever the recipient's own is said, asked for or not.
        if (said.pin && stop.type == StopType::dropoff) add_kinds(kinds, std::array{ProofKind::pin});
        for (const auto kind : kinds) check_kind(kind, vault, board.tx().partition(), *delivery, said, files, well, missing);
    }
    return missing;
}

boost::json::object proof_data(const AtTheDoor& said, const ProofFiles& files, bool pin_verified) {
    boost::json::object proof;
    for (const auto& url : files.urls(AssetKind::signature)) proof["signature_url"] = url;
    boost::json::array photos;
    for (const auto& url : files.urls(AssetKind::photo)) photos.emplace_back(url);
    if (!photos.empty()) proof["photos"] = std::move(photos);
    if (said.pin) proof["pin_verified"] = pin_verified;
    if (!said.scans.empty()) proof["scans"] = said.scans.size();
    if (said.id_check) proof["id_checked"] = said.id_check->checked;
    if (said.leave_at) proof["left_at"] = schema::wire_name(*said.leave_at);
    return proof;
}

}  // namespace driver_api
}  // namespace lastmile
