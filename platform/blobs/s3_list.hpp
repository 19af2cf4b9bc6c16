#pragma once
// The answer of ListObjectsV2. Internal.
#include <optional>
#include <string_view>
#include <vector>

#include "platform/blobs/blobs.hpp"

namespace lastmile::blobs {

/// Key, size and time of each `<Contents>`; nullopt when it is no such answer. Keys are ours, so they hold no entity that would have to be
/// resolved; one that does is somebody else's and left out.
std::optional<std::vector<BlobInfo>> parse_s3_list(std::string_view xml);

}  // namespace lastmile::blobs
