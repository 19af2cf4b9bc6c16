// Any bytes as optimizer input, in each of the formats: read, or refused with a reason.
#include <cstdint>
#include <cstdlib>

#include "engines/vrp_formats/json.hpp"
#include "engines/vrp_formats/vroom.hpp"

namespace {

/// True when it was read.
bool told(const std::expected<lastmile::vrp::Input, lastmile::vrp::InputFaults>& read) {
    if (read) return true;
    if (read.error().empty() || read.error().front().detail.empty()) std::abort();
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lastmile::vrp;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    switch (kind_of(text)) {
        case TextKind::json: told(read_json(text)); break;
        case TextKind::vroom: {
            told(read_vroom(text));
            auto request = read_vroom_request(text);
            if (request && request->input.problem.places < 200 && finish(*request).empty())
                if (const auto answer = vroom_plan(*request)) write_vroom(*request, *answer);
            break;
        }
        default:
            told(read_solomon(text, {}));
            told(read_lilim(text, {}));
            told(read_vrplib(text, {.rounding = Rounding::dimacs}));
    }
    return 0;
}
