// What an exception offers can be done: every remedy names an endpoint that is served, and a body with members that it knows.
// Seen failing: a remedy sent {"confirm": true} to an endpoint that does not know it.
#include <gtest/gtest.h>

#include <algorithm>

#include "app/features.hpp"
#include "features/exceptions/exception_api.hpp"

namespace lastmile::app {
namespace {

const api::Endpoint* served(const api::Endpoints& endpoints, std::string_view remedy) {
    const auto space = remedy.find(' ');
    const auto method = remedy.substr(0, space), path = remedy.substr(space + 1);
    const auto fits = [&](std::string_view from, std::string_view shape) {
        while (!from.empty() && !shape.empty()) {
            const auto a = from.substr(0, from.find('/')), b = shape.substr(0, shape.find('/'));
            if (a != b && !b.starts_with('{')) return false;
            from.remove_prefix(std::min(from.size(), a.size() + 1)), shape.remove_prefix(std::min(shape.size(), b.size() + 1));
        }
        return from.empty() && shape.empty();
    };
    const auto found = std::ranges::find_if(endpoints, [&](const auto& e) { return e.method == method && fits(path, e.path); });
    return found == endpoints.end() ? nullptr : &*found;
}

TEST(Remedies, NameEndpointsAndMembersThatAre) {
    const auto endpoints = all_endpoints();
    SeededRandom random(1);
    for (const auto& type : schema::type_of<ExceptionType>().values) {
        Exception exception;
        exception.id = Id<Exception>::make(from_unix_ms(1), random);
        exception.delivery_id = Id<Delivery>::make(from_unix_ms(1), random);
        exception.type = static_cast<ExceptionType>(type.value);
        exception.sides = {AddressSide::pickup, AddressSide::dropoff};
        for (const auto& remedy : view_of(exception).remediation) {
            const auto* endpoint = served(endpoints, remedy.endpoint);
            ASSERT_TRUE(endpoint) << type.name << ": " << remedy.endpoint;
            for (const auto& [name, value] : remedy.body.as_object())
                EXPECT_TRUE(std::ranges::any_of(endpoint->request().fields, [&](const auto& field) { return field.name == std::string_view(name); }))
                    << type.name << ": " << remedy.endpoint << " does not know " << name;
        }
    }
}

}  // namespace
}  // namespace lastmile::app
