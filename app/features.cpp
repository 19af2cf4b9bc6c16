#include "app/features.hpp"

#include "features/access/key_api.hpp"
#include "features/deliveries/delivery_requests.hpp"
#include "features/exceptions/exception_api.hpp"
#include "features/policies/policy_api.hpp"

namespace lastmile::app {

api::Endpoints all_endpoints() {
    api::Endpoints all;
    for (auto* table : {key_endpoints, policy_endpoints, delivery_endpoints, exception_endpoints})
        for (auto& endpoint : table()) all.push_back(std::move(endpoint));
    return all;
}

}  // namespace lastmile::app
