#pragma once
#include "platform/api/endpoint.hpp"

namespace lastmile {


/// They ask for blobs::BlobStore and store::Store among the services.
api::Endpoints document_endpoints();

}  // namespace lastmile
