#include "features/driver_api/proof_files.hpp"

#include <algorithm>

#include "features/assignments/assignment_store.hpp"
#include "features/driver_api/event_store.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"
#include "platform/store/store.hpp"

namespace lastmile::driver_api {
namespace {

constexpr std::size_t max_drawn_bytes = 256 * 1024;
constexpr std::string_view at_base64 = "#/recipient_signature/base64";

/// The same bytes at the same stop are the same asset, however often the device says so.
Id<Asset> drawn_id(Id<Stop> stop, std::string_view sha256) {
    const auto digest = crypto::sha256("drawn signature " + stop.text() + " " + std::string(sha256));
    Id<Asset> id;
    std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
    id.bytes[6] = static_cast<std::uint8_t>(0x80 | (id.bytes[6] & 0x0f));  // UUIDv8: by hash
    id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3f));
    return id;
}

struct Drawn {
    std::string bytes;
    std::string type;
};

/// Plain base64 or a data: URL. *Refuses* naming what is wrong with it.
std::expected<Drawn, FieldError> drawn_picture(std::string_view text) {
    const auto fault = [](std::string code, std::string detail) {
        return std::unexpected(FieldError{std::string(at_base64), std::move(code), std::move(detail)});
    };
    std::string_view said;
    if (text.starts_with("data:")) {
        const auto comma = text.find(',');
        const auto head = text.substr(5, comma == text.npos ? text.npos : comma - 5);
        if (comma == text.npos || !head.ends_with(";base64")) return fault("invalid", "a data: URL has the form data:image/png;base64,…");
        said = head.substr(0, head.find(';'));
        text.remove_prefix(comma + 1);
    }
    auto bytes = crypto::from_base64(text);
    if (!bytes || bytes->empty()) return fault("invalid", "is not base64 (RFC 4648, without line breaks)");
    if (bytes->size() > max_drawn_bytes) return fault("too_long", "may have 262144 bytes; upload larger pictures (POST /v1/lastmile/pod/request-upload)");
    const auto type = picture_type(*bytes);
    if (!type) return fault("not_a_picture", "must be a PNG, a JPEG or an SVG");
    if (!said.empty() && said != *type) return fault("other_type", "says " + std::string(said) + " and is " + *type);
    return Drawn{std::move(*bytes), *type};
}

/// Stored before the row that names it.
Result<PodAsset> keep_drawn(const api::Call& call, Id<Delivery> delivery, Id<Stop> stop, const Drawn& drawn) {
    PodAsset asset;
    asset.sha256 = crypto::to_hex(crypto::view(crypto::sha256(drawn.bytes)));
    asset.id = drawn_id(stop, asset.sha256);
    asset.delivery_id = delivery, asset.stop_id = stop, asset.kind = AssetKind::signature;
    asset.content_type = drawn.type, asset.size = static_cast<std::int64_t>(drawn.bytes.size());
    auto kept = call.service<blobs::BlobStore>().put(terms_of(call.partition, asset).key, drawn.bytes, drawn.type);
    if (!kept) return std::unexpected(std::move(kept.error()));
    return asset;
}

}  // namespace

bool ProofFiles::has(AssetKind kind) const { return std::ranges::find(assets, kind, &PodAsset::kind) != assets.end(); }

std::vector<std::string> ProofFiles::urls(AssetKind kind) const {
    std::vector<std::string> list;
    for (const auto& asset : assets)
        if (asset.kind == kind) list.push_back(asset_url(asset.id));
    return list;
}

std::optional<std::string> picture_type(std::string_view bytes) {
    using namespace std::string_view_literals;
    if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return "image/png";
    if (bytes.starts_with("\xff\xd8\xff"sv)) return "image/jpeg";
    if (bytes.starts_with("\xef\xbb\xbf"sv)) bytes.remove_prefix(3);
    const auto begin = bytes.find_first_not_of(" \t\r\n");
    if (begin == bytes.npos || !schema::code_points(bytes)) return std::nullopt;
    bytes.remove_prefix(begin);
    const bool svg = bytes.starts_with("<svg"sv) || (bytes.starts_with("<?xml"sv) && bytes.find("<svg"sv) != bytes.npos);
    return svg && bytes.find('>') != bytes.npos ? std::optional<std::string>("image/svg+xml") : std::nullopt;
}

Result<ProofFiles> look_at_files(const api::Call& call, deliveries::Report report, const std::optional<Text<1, 100>>& event_id, Id<Stop> stop_id,
                                 const std::optional<SignatureProof>& signature, const std::vector<Text<1, 2000>>& photos) {
    ProofFiles files;
    if ((!signature && photos.empty()) || !call.driver) return files;
    Id<Driver> driver;
    driver.bytes = *call.driver;
    std::optional<Id<Delivery>> delivery;
    call.service<store::Store>().look(call.partition, [&](store::Read& read) {
        if (event_id && find_driver_event(read, driver, *event_id)) return;
        const auto id = assignment_of_stop(read, stop_id);
        const auto row = id ? find_assignment(read, *id) : std::nullopt;
        const auto* stop = row && row->driver_id == driver ? row->lifecycle.stop(stop_id) : nullptr;
        if (stop && !stop->items.empty()) delivery = stop->items.front().delivery_id;
    });
    if (!delivery) return files;
    std::vector<NamedAsset> named;
    if (signature && signature->url) named.push_back({"#/recipient_signature/url", AssetKind::signature, *signature->url});
    for (std::size_t i = 0; i < photos.size(); ++i) named.push_back({"#/photos/" + std::to_string(i), AssetKind::photo, photos[i]});
    auto checked = check_assets(call, stop_id, named);
    if (!checked) return std::unexpected(std::move(checked.error()));
    files.assets = std::move(checked->good);
    files.unusable = std::move(checked->faults);
    std::optional<Drawn> drawn;
    if (signature && signature->base64) {
        auto picture = drawn_picture(*signature->base64);
        if (picture) drawn = std::move(*picture);
        else files.unusable.push_back(std::move(picture.error()));
    }
    if (!files.unusable.empty() && report == deliveries::Report::online)
        return refuse(reasons::invalid, "Files of the proof are missing or are not what was declared.", std::move(files.unusable));
    if (drawn) {
        auto asset = keep_drawn(call, *delivery, stop_id, *drawn);
        if (!asset) return std::unexpected(std::move(asset.error()));
        files.drawn.push_back(*asset);
        files.assets.insert(files.assets.begin(), std::move(*asset));
    }
    return files;
}

}  // namespace lastmile::driver_api
