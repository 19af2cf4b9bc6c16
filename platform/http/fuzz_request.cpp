// Any bytes as a connection's first request: understood or refused, and the same whether they come at once or in pieces.
#include <cstdlib>

#include "platform/http/request_head.hpp"
#include "platform/http/request_parser.hpp"

namespace lastmile::http::fuzz {

struct Understood {
    bool complete = false;
    int status = 0;
    Request request{};
};

/// As a connection does: the head whole, the body as it comes, `step` bytes at a time.
Understood understand(std::string_view bytes, std::size_t step) {
    HeadScanner scanner;
    HeadScanner::Found found = HeadScanner::Found::more;
    for (std::size_t end = 0; end < bytes.size() && found == HeadScanner::Found::more;) {
        end = std::min(bytes.size(), end + step);
        found = scanner.scan(bytes.substr(0, end));
    }
    if (found == HeadScanner::Found::malformed) return {false, 400};
    if (found == HeadScanner::Found::more) return {};
    Options options;
    options.max_body_bytes = 4096;
    std::atomic<std::size_t> buffered{0};
    Understood result;
    {
        RequestParser parser(options, buffered);
        parser.feed(bytes.substr(0, scanner.size()));
        std::size_t begin = scanner.size();
        for (std::size_t end = begin; end < bytes.size() && parser.rejection.status == 0 && !parser.complete();) {
            end = std::min(bytes.size(), end + step);
            begin += parser.feed(bytes.substr(begin, end - begin));
        }
        result = {parser.complete() && parser.rejection.status == 0, parser.rejection.status, std::move(parser.request)};
    }
    if (buffered != 0) std::abort();  // the server-wide count of buffered bytes must come back to nothing
    return result;
}

}  // namespace lastmile::http::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lastmile::http::fuzz;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = understand(bytes, std::max<std::size_t>(1, size));
    const auto pieces = understand(bytes, size % 7 + 1);
    // A refusal may wait for more bytes than there are: the parser holds back less than a chunk's shortest end.
    if (whole.complete != pieces.complete || (whole.status == 0 && pieces.status != 0)) std::abort();
    if (whole.complete && (whole.request.method != pieces.request.method || whole.request.target != pieces.request.target ||
                           whole.request.headers != pieces.request.headers || whole.request.body != pieces.request.body))
        std::abort();
    return 0;
}
