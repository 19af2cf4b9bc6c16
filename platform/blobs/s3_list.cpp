#include "platform/blobs/s3_list.hpp"

#include <charconv>

namespace lastmile::blobs {
namespace {

/// The text of the first `<name>…</name>` in `xml`.
std::string_view element(std::string_view xml, std::string_view name) {
    const auto open = "<" + std::string(name) + ">", close = "</" + std::string(name) + ">";
    const auto start = xml.find(open);
    const auto end = start == std::string_view::npos ? start : xml.find(close, start);
    if (end == std::string_view::npos) return {};
    return xml.substr(start + open.size(), end - start - open.size());
}

}  // namespace

std::optional<std::vector<BlobInfo>> parse_s3_list(std::string_view xml) {
    if (xml.find("<ListBucketResult") == std::string_view::npos || xml.find("</ListBucketResult>") == std::string_view::npos)
        return std::nullopt;
    constexpr std::string_view close = "</Contents>";
    std::vector<BlobInfo> found;
    for (auto at = xml.find("<Contents>"); at != std::string_view::npos; at = xml.find("<Contents>", at)) {
        const auto end = xml.find(close, at);
        if (end == std::string_view::npos) return std::nullopt;
        const auto entry = xml.substr(at, end - at);
        at = end;
        BlobInfo info{.key = std::string(element(entry, "Key"))};
        const auto size = element(entry, "Size");
        const auto [stop, fault] = std::from_chars(size.data(), size.data() + size.size(), info.size);
        if (fault != std::errc{} || stop != size.data() + size.size()) return std::nullopt;
        info.stored_at = parse_rfc3339(element(entry, "LastModified")).value_or(Instant{});
        found.push_back(std::move(info));
    }
    return found;
}

}  // namespace lastmile::blobs
