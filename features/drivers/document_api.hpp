#pragma once
#include "platform/api/endpoint.hpp"
#include "platform/blobs/blobs.hpp"
#include "platform/work/jobs.hpp"

namespace lastmile {

/// Removes the file of a paper that was deleted: after the commit, on a worker. The store of files must outlive it.
work::JobKind erase_document_files(blobs::BlobStore& files);

/// They ask for blobs::BlobStore and store::Store among the services.
api::Endpoints document_endpoints();

}  // namespace lastmile
