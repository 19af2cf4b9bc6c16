#include "platform/blobs/blob_url.hpp"

#include <charconv>
#include <map>

#include "platform/crypto/hash.hpp"
#include "platform/crypto/sigv4.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::blobs {
namespace {

constexpr std::string_view purpose = "blob:url";

std::int64_t unix_seconds(Instant at) { return to_unix_ms(at) / 1000; }

std::string signature(const crypto::MasterKey& key, const Grant& grant) {
    const auto text = grant.method + "\n" + grant.terms.key + "\n" + std::to_string(unix_seconds(grant.expires_at)) + "\n" +
                      std::to_string(grant.terms.size) + "\n" + grant.terms.content_type + "\n" + grant.terms.sha256;
    return crypto::to_base64url(crypto::view(crypto::hmac_sha256(crypto::Keyring::derive(key, purpose), text)));
}

std::optional<std::string> decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const auto byte = crypto::from_hex(text.substr(i + 1, 2));
        if (!byte || byte->size() != 1) return std::nullopt;
        out += *byte;
        i += 2;
    }
    return out;
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::string print_grant(const crypto::Keyring& keys, const Grant& grant) {
    std::string url(blob_path);
    url += grant.terms.key + "?method=" + grant.method + "&expires=" + std::to_string(unix_seconds(grant.expires_at));
    if (grant.method == "PUT")
        url += "&size=" + std::to_string(grant.terms.size) + "&type=" + crypto::percent_encode(grant.terms.content_type, false) +
               "&sha256=" + grant.terms.sha256;
    return url + "&key_id=" + keys.current().id + "&signature=" + signature(keys.current(), grant);
}

std::optional<Grant> read_grant(const crypto::Keyring& keys, std::string_view method, std::string_view path, std::string_view query) {
    if (!path.starts_with(blob_path)) return std::nullopt;
    std::map<std::string, std::string, std::less<>> given;
    while (!query.empty()) {
        const auto part = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), part.size() + 1));
        const auto equals = part.find('=');
        const auto value = equals == std::string_view::npos ? std::nullopt : decoded(part.substr(equals + 1));
        if (!value || !given.emplace(part.substr(0, equals), *value).second) return std::nullopt;
    }
    Grant grant{given["method"], {std::string(path.substr(blob_path.size())), 0, given["type"], given["sha256"]}, {}};
    std::int64_t expires = 0;
    if (!read_number(given["expires"], expires) || expires < 0 || expires > 100'000'000'000) return std::nullopt;
    if (!given["size"].empty() && !read_number(given["size"], grant.terms.size)) return std::nullopt;
    grant.expires_at = from_unix_ms(expires * 1000);
    const auto* key = keys.find(given["key_id"]);
    if (!key || !crypto::same(signature(*key, grant), given["signature"])) return std::nullopt;
    if (grant.method != (method == "HEAD" ? "GET" : method) || !valid_key(grant.terms.key)) return std::nullopt;
    return grant;
}

}  // namespace lastmile::blobs
