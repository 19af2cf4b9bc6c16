// Any bytes as a token and as a key set: judged, and never accepted, since the fuzzer does not know the secret.
#include <cstdlib>

#include "platform/crypto/jws.hpp"
#include "platform/crypto/strict_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lastmile::crypto;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static const std::vector<VerifyKey> keys{{.id = "", .algorithm = Algorithm::hs256, .bytes = std::string(32, 'k')},
                                             {.id = "2", .algorithm = Algorithm::eddsa, .bytes = std::string(32, 'e')}};
    if (verify_jwt(text, keys, {.now = lastmile::Instant{}, .expiry_required = false})) std::abort();
    peek_jwt(text);
    parse_strict_object(text);
    if (const auto set = parse_jwks(text))
        for (const auto& key : *set)
            if (key.algorithm == Algorithm::hs256) std::abort();  // a published secret is none
    return 0;
}
