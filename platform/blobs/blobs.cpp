#include "platform/blobs/blobs.hpp"

#include <algorithm>

#include "platform/base/reasons.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::blobs {

bool valid_key(std::string_view key) {
    if (key.empty() || key.size() > 200 || key.front() == '/' || key.back() == '/' || key.find("//") != std::string_view::npos)
        return false;
    if (std::ranges::count(key, '/') > 7) return false;
    return std::ranges::all_of(key, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '/';
    });
}

bool valid_content_type(std::string_view type) {
    if (type.size() < 3 || type.size() > 100 || std::ranges::count(type, '/') != 1) return false;
    return std::ranges::all_of(type, [](char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != ','; });
}

Result<void> check_terms(const UploadTerms& terms) {
    std::vector<FieldError> errors;
    if (!valid_key(terms.key)) errors.push_back({"#/key", "invalid", "not a key"});
    if (terms.size == 0) errors.push_back({"#/size", "out_of_range", "must be at least 1"});
    if (!valid_content_type(terms.content_type)) errors.push_back({"#/content_type", "invalid", "not a media type"});
    if (terms.sha256.size() != 64 || terms.sha256.find_first_not_of("0123456789abcdef") != std::string::npos)
        errors.push_back({"#/sha256", "invalid", "must be 64 lower-case hex digits"});
    if (errors.empty()) return {};
    return refuse(reasons::invalid, "the upload is not described well", std::move(errors));
}

Result<BlobInfo> BlobStore::verify(const UploadTerms& terms) {
    if (auto checked = check_terms(terms); !checked) return std::unexpected(checked.error());
    auto info = head(terms.key);
    if (!info) return info;
    if (info->sha256.empty()) {   // a store that does not know: read and hash
        const auto blob = get(terms.key);
        if (!blob) return std::unexpected(blob.error());
        info->sha256 = crypto::to_hex(crypto::view(crypto::sha256(blob->bytes)));
    }
    std::vector<FieldError> errors;
    if (info->size != terms.size) errors.push_back({"#/size", "mismatch", "the stored file has another size"});
    if (info->content_type != terms.content_type) errors.push_back({"#/content_type", "mismatch", "the stored file has another type"});
    if (info->sha256 != terms.sha256) errors.push_back({"#/sha256", "mismatch", "the stored file has another content"});
    if (!errors.empty()) return refuse(reasons::invalid, "the file is not the one that was declared", std::move(errors));
    return info;
}

}  // namespace lastmile::blobs
