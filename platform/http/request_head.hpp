#pragma once
// Finds the end of a request's head and refuses what proxies and servers have read differently (request smuggling): bare LF,
// obsolete line folding, NUL. RFC 9112 2.2, 5.2, 11.2.
#include <cstddef>
#include <string_view>

namespace lastmile::http {

/// Remembers how far it has looked, so that a head arriving in many pieces is looked at once.
class HeadScanner {
public:
    enum class Found { more, complete, malformed };
    /// `bytes` is all that has been received of this request so far, from its first byte.
    Found scan(std::string_view bytes);
    /// Bytes of the head with its empty line, once complete.
    std::size_t size() const { return at_; }
    void reset() { at_ = 0; lines_ = 0; }

private:
    std::size_t at_ = 0;
    std::size_t lines_ = 0;
};

}  // namespace lastmile::http
