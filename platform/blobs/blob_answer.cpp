#include "platform/blobs/blob_answer.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "platform/base/reasons.hpp"
#include "platform/blobs/blob_file.hpp"
#include "platform/blobs/byte_range.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::blobs {

http::Response blob_problem(const Reason& reason, std::string_view detail, http::Headers headers) {
    headers.emplace_back("Content-Type", "application/problem+json");
    headers.emplace_back("Cache-Control", "no-store");
    const boost::json::object body{
        {"title", reason.title}, {"status", reason.status}, {"code", reason.slug}, {"detail", detail}, {"remediation", reason.remedy}};
    return {reason.status, std::move(headers), boost::json::serialize(body)};
}

http::Response answer_put(BlobStore& store, const http::Request& request, const Grant& grant) {
    const auto& terms = grant.terms;
    if (request.body.size() != terms.size) return blob_problem(reasons::invalid, "the body has not the size that was declared", {});
    if (request.header("content-type") != terms.content_type)
        return blob_problem(reasons::invalid, "Content-Type is not the one that was declared", {});
    if (crypto::to_hex(crypto::view(crypto::sha256(request.body))) != terms.sha256)
        return blob_problem(reasons::invalid, "the body has not the SHA-256 that was declared", {});
    const bool there = store.head(terms.key).has_value();
    const auto stored = store.put(terms.key, request.body, terms.content_type);
    if (!stored) return blob_problem(*stored.error().reason, stored.error().detail, {});
    return {there ? 200 : 201, {{"ETag", "\"" + stored->sha256 + "\""}}, ""};
}

http::Response answer_get(const std::filesystem::path& file, const http::Request& request, const Grant& grant) {
    const auto blob = BlobFile::open(file, grant.terms.key);
    if (!blob) return blob_problem(reasons::not_found, "there is no such file", {});
    const auto& info = blob->info();
    const auto tag = "\"" + info.sha256 + "\"";
    // A blob is a stranger's bytes on our origin: shown as what it was declared to be, never run.
    http::Response answer{200,
                          {{"Content-Type", info.content_type},
                           {"ETag", tag},
                           {"Accept-Ranges", "bytes"},
                           {"Cache-Control", "private, max-age=300, no-transform"},
                           {"X-Content-Type-Options", "nosniff"},
                           {"Content-Security-Policy", "default-src 'none'; sandbox"}},
                          ""};
    if (request.header("if-none-match") == tag) {
        answer.status = 304;
        return answer;
    }
    ByteRange range{0, info.size};
    const auto wanted = request.has("if-range") && request.header("if-range") != tag ? std::string_view{} : request.header("range");
    switch (parse_range(wanted, info.size, range)) {
        case RangeAsked::none: break;
        case RangeAsked::one:
            answer.status = 206;
            answer.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.from) + "-" +
                                                             std::to_string(range.from + range.size - 1) + "/" + std::to_string(info.size));
            break;
        case RangeAsked::unsatisfiable:
            return {416, {{"Content-Range", "bytes */" + std::to_string(info.size)}}, ""};
    }
    if (request.method == "HEAD")
        answer.headers.emplace_back("Content-Length", std::to_string(range.size));
    else
        answer.body = blob->read(range.from, range.size);
    return answer;
}

}  // namespace lastmile::blobs
