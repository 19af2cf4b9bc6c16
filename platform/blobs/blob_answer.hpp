#pragma once
// The answers to signed URLs. Internal.
#include <filesystem>

#include "platform/blobs/blob_url.hpp"
#include "platform/blobs/blobs.hpp"

namespace lastmile::blobs {

http::Response blob_problem(const Reason& reason, std::string_view detail, http::Headers headers);
/// Checks the body against what was signed, then puts it.
http::Response answer_put(BlobStore& store, const http::Request& request, const Grant& grant);
/// Throws DiskFault.
http::Response answer_get(const std::filesystem::path& file, const http::Request& request, const Grant& grant);

}  // namespace lastmile::blobs
