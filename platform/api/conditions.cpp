#include "platform/api/conditions.hpp"

#include "platform/crypto/hash.hpp"
#include "platform/http/text.hpp"

namespace lastmile::api {
namespace {

/// The opaque part of the next entity tag of a list, with quotes; false at the end or at what is no tag.
bool next_tag(std::string_view& rest, std::string_view& tag, bool& weak) {
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t' || rest.front() == ',')) rest.remove_prefix(1);
    weak = rest.starts_with("W/");
    if (weak) rest.remove_prefix(2);
    if (!rest.starts_with('"')) {
        // Clients that drop the quotes mean well; a version is a plain word.
        const auto end = rest.find_first_of(", \t");
        tag = rest.substr(0, end);
        rest = end == rest.npos ? std::string_view{} : rest.substr(end);
        return !tag.empty();
    }
    const auto end = rest.find('"', 1);
    if (end == rest.npos) return false;
    tag = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    return true;
}

store::Bytes bytes(const crypto::Digest& digest) { return {digest.begin(), digest.end()}; }

void add(std::string& text, std::string_view part) { text += std::to_string(part.size()) + ":" += part; }

}  // namespace

std::optional<std::string> parse_idempotency_key(std::string_view header) {
    auto text = http::trimmed(header);
    std::string key;
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
        text = text.substr(1, text.size() - 2);
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) ++i;
            key += text[i];
        }
    } else {
        key = text;
    }
    if (key.empty() || key.size() > 255) return std::nullopt;
    for (const char c : key)
        if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) return std::nullopt;
    return key;
}

store::Idempotency idempotency(std::string_view credential, std::string_view key, std::string_view method, std::string_view target,
                               std::string_view content_type, std::string_view body) {
    std::string who, what;
    add(who, credential), add(who, key);
    add(what, method), add(what, target), add(what, content_type), add(what, crypto::view(crypto::sha256(body)));
    return {bytes(crypto::sha256(who)), bytes(crypto::sha256(what))};
}

std::string print_etag(std::int64_t version, std::optional<std::int64_t> live) {
    return '"' + std::to_string(version) + (live ? "-" + std::to_string(*live) : std::string()) + '"';
}

bool if_match_holds(std::string_view header, std::optional<std::int64_t> version) {
    if (!version) return false;
    const auto wanted = std::to_string(*version);
    std::string_view rest = http::trimmed(header), tag;
    if (rest == "*") return true;
    for (bool weak = false; next_tag(rest, tag, weak);)
        if (!weak && tag.substr(0, tag.find('-')) == wanted) return true;
    return false;
}

bool if_none_match_hits(std::string_view header, std::string_view etag) {
    std::string_view rest = http::trimmed(header), tag;
    if (rest == "*") return true;
    const auto own = etag.substr(1, etag.size() - 2);
    for (bool weak = false; next_tag(rest, tag, weak);)
        if (tag == own) return true;
    return false;
}

}  // namespace lastmile::api
