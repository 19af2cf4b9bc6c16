#pragma once
// Files that nothing refers to any more leave the storage by a job of their own: it is asked over the network, and again when it fails.
#include <string>
#include <vector>

#include "platform/blobs/blobs.hpp"
#include "platform/work/jobs.hpp"

namespace lastmile {

/// In the commit after which nothing refers to them.
void erase_files_later(store::Tx& tx, const std::vector<std::string>& keys);
work::JobKind file_erasing(blobs::BlobStore& files);

}  // namespace lastmile
