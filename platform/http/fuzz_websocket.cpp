// Any bytes as a client's frames: the same messages, or the same refusal, whether they come at once or in pieces.
#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "platform/http/websocket_frames.hpp"

namespace lastmile::http::fuzz {

struct Heard {
    std::vector<std::pair<FrameKind, std::string>> events{};
    std::uint16_t code = 0;
};

Heard hear(std::string_view bytes, std::size_t step) {
    FrameReader reader(1000);
    Heard heard;
    while (!bytes.empty() && heard.code == 0) {
        heard.code = reader.feed(bytes.substr(0, step), [&](FrameReader::Event event) { heard.events.emplace_back(event.kind, std::move(event.payload)); });
        bytes.remove_prefix(std::min(step, bytes.size()));
    }
    for (const auto& [kind, payload] : heard.events)
        if (payload.size() > 1000 || (kind == FrameKind::text && !valid_utf8(payload))) std::abort();
    return heard;
}

}  // namespace lastmile::http::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lastmile::http::fuzz;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = hear(bytes, std::max<std::size_t>(1, size));
    const auto pieces = hear(bytes, size % 5 + 1);
    if (whole.events != pieces.events || whole.code != pieces.code) std::abort();
    return 0;
}
