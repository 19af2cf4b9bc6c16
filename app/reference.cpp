#include "app/reference.hpp"

#include "app/features.hpp"
#include "platform/api/openapi.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"

namespace lastmile::app {

std::string openapi_document() {
    return api::openapi(all_endpoints(), {.version = LASTMILE_VERSION,
                                          .description = "Deliveries from the job to the proof, on your own server. Refusals are problem documents (RFC 9457); "
                                                         "their codes are in docs/reference/errors.md.",
                                          .more_reasons = {}});
}

Contract::Contract(std::string text) : text_(std::move(text)), etag_('"' + crypto::to_hex(crypto::view(crypto::sha256(text_))).substr(0, 32) + '"') {}

http::Response Contract::answer(const http::Request& request) const {
    if (request.method != "GET" && request.method != "HEAD") return {405, {{"Allow", "GET, HEAD"}}, ""};
    http::Response response{200, {{"ETag", etag_}, {"Cache-Control", "no-cache"}, {"Access-Control-Allow-Origin", "*"}}, {}};
    const auto known = request.header("if-none-match");
    if (known == "*" || known.find(etag_) != known.npos) {
        response.status = 304;
        return response;
    }
    response.headers.emplace_back("Content-Type", "application/json");
    if (request.method == "HEAD")
        response.headers.emplace_back("Content-Length", std::to_string(text_.size()));
    else
        response.body = text_;
    return response;
}

}  // namespace lastmile::app
