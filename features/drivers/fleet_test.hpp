#pragma once
// The endpoints of areas, hubs, partners, vehicles, drivers and shifts behind the real pipeline, over both stores.
#include <gtest/gtest.h>

#include <condition_variable>
#include <map>

#include "features/drivers/fleet.hpp"
#include "features/places/place.hpp"
#include "platform/api/pipeline.hpp"
#include "platform/blobs/file_blobs.hpp"
#include "platform/events/log.hpp"
#include "platform/schema/codec.hpp"
#include "platform/store/testing/stores.hpp"

namespace lastmile::fleet_test {

api::Endpoints all_endpoints();

struct Told {
    int status = 0;
    std::map<std::string, std::string> headers;  // names in lower case
    boost::json::value body;
    std::string text(std::string_view member) const;             // a member of the body as JSON text, without quotes
    std::string pointer(std::size_t n = 0) const;                // of the n-th field error
    std::string id() const { return text("id"); }
    std::string used_by() const { return std::string(body.at("used_by").at(0).at("id").as_string()); }  // the first that refers
    std::string first() const { return std::string(body.at("data").at(0).at("id").as_string()); }       // the first of a list
};

class OpenDoor final : public api::Authenticator {
public:
    void authenticate(std::shared_ptr<const http::Request> request, Then then) override;
    std::map<std::string, api::Caller> callers;
};

class FleetTest : public store::testing::EachStore {
protected:
    void SetUp() override;
    void TearDown() override;
    /// As `owner` unless `as` says otherwise; paths without the base.
    Told ask(std::string_view line, std::string body = {}, std::string if_match = {}, std::string as = "owner");
    /// Of the same request, so many at once.
    std::vector<Told> ask_at_once(const std::vector<std::pair<std::string, std::string>>& requests);
    Told create(std::string_view path, std::string body);
    /// A PUT or GET of a signed URL; its status, and the bytes.
    std::pair<int, std::string> fetch(std::string method, std::string_view url, std::string bytes = {}, const std::map<std::string,
        std::string>& headers = {});
    std::vector<std::string> event_types();
    /// A driver's own caller, and his view.
    void let_in(const std::string& name, std::string_view driver);

    Fleet fleet;
    Geocoding geocoding;
    OpenDoor door;
    api::Services services;
    SystemRandom random;
    observe::Metrics metrics;
    store::testing::Folder folder;
    std::unique_ptr<blobs::FileBlobs> files;
    std::unique_ptr<events::Log> log;
    std::unique_ptr<api::Pipeline> pipeline;
};

}  // namespace lastmile::fleet_test
