#include <algorithm>

#include "features/areas/area_api.hpp"
#include "features/drivers/document_api.hpp"
#include "features/drivers/driver_api.hpp"
#include "features/drivers/fleet_test.hpp"
#include "features/drivers/shift_api.hpp"
#include "features/hubs/hub_api.hpp"
#include "features/partners/partner_api.hpp"
#include "features/vehicles/vehicle_api.hpp"
#include "platform/base/reasons.hpp"

namespace lastmile::fleet_test {
namespace {

std::string lower(std::string_view text) {
    std::string low(text);
    std::ranges::transform(low, low.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return low;
}

class Answers final : public http::Responder {
public:
    void send(http::Response response) override {
        const std::lock_guard lock(mutex_);
        sent_ = std::move(response);
        ready_.notify_all();
    }
    std::shared_ptr<http::Stream> stream(http::Response) override { return nullptr; }
    http::Response wait() {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] { return sent_.has_value(); });
        return *sent_;
    }

private:
    std::mutex mutex_;
    std::condition_variable ready_;
    std::optional<http::Response> sent_;
};

}  // namespace

api::Endpoints all_endpoints() {
    api::Endpoints all;
    for (const auto& table : {area_endpoints(), hub_endpoints(), partner_endpoints(), vehicle_endpoints(), driver_endpoints(), document_endpoints(),
        shift_endpoints()})
        all.insert(all.end(), table.begin(), table.end());
    return all;
}

std::string Told::text(std::string_view member) const {
    const auto* found = body.is_object() ? body.as_object().if_contains(member) : nullptr;
    if (!found) return "";
    return found->is_string() ? std::string(found->as_string()) : schema::to_text(*found);
}

std::string Told::pointer(std::size_t n) const {
    const auto* errors = body.is_object() ? body.as_object().if_contains("errors") : nullptr;
    if (!errors || errors->as_array().size() <= n) return "";
    return std::string(errors->as_array()[n].at("pointer").as_string());
}

void OpenDoor::authenticate(std::shared_ptr<const http::Request> request, Then then) {
    const auto found = callers.find(std::string(request->header("authorization")));
    if (found == callers.end()) return then(refuse(reasons::unauthenticated, "Not known."));
    then(found->second);
}

void FleetTest::SetUp() {
    EachStore::SetUp();
    if (IsSkipped()) return;
    const auto other = store::ensure_partition(*store, {"rival", false});
    door.callers["owner"] = {.partition = live, .tenant = "acme", .actor = {"key", "key_1", {}}, .credential = "key_1", .scopes = {"*"}};
    door.callers["rival"] = {.partition = other, .tenant = "rival", .actor = {"key", "key_2", {}}, .credential = "key_2", .scopes = {"*"}};
    files = std::make_unique<blobs::FileBlobs>(blobs::FileBlobOptions{.folder = folder.path(), .keys = crypto::Keyring::parse("k1:" + std::string(43,
        'A') + "="), .machine_now = machine_now});
    log = std::make_unique<events::Log>(*store);
    fleet.put_into(services);
    services.put(geocoding);
    services.put<blobs::BlobStore>(*files);
    services.put(*store);
    pipeline = std::make_unique<api::Pipeline>(all_endpoints(), api::Seams{*store, door, services, random, metrics}, api::Settings{});
}

void FleetTest::TearDown() {
    if (pipeline) pipeline->close();
    pipeline.reset();
    log.reset();
    if (store) store->close();
}

namespace {

http::Request request_of(std::string_view line, std::string body, std::string if_match, std::string as) {
    http::Request request;
    request.method = line.substr(0, line.find(' '));
    request.target = "/v1/lastmile" + std::string(line.substr(line.find(' ') + 1));
    request.path = request.target.substr(0, request.target.find('?'));
    if (const auto mark = request.target.find('?'); mark != std::string::npos) request.query = request.target.substr(mark + 1);
    request.headers.emplace_back("authorization", std::move(as));
    if (!if_match.empty()) request.headers.emplace_back("if-match", std::move(if_match));
    if (!body.empty()) request.headers.emplace_back("content-type", "application/json");
    request.body = std::move(body);
    request.peer = "192.0.2.1";
    return request;
}

Told told(const http::Response& response) {
    Told told{response.status, {}, {}};
    for (const auto& [name, value] : response.headers) told.headers[lower(name)] = value;
    if (!response.body.empty()) told.body = schema::parse_json(response.body).value();
    return told;
}

}  // namespace

Told FleetTest::ask(std::string_view line, std::string body, std::string if_match, std::string as) {
    auto answers = std::make_shared<Answers>();
    pipeline->handle(request_of(line, std::move(body), std::move(if_match), std::move(as)), answers);
    return told(answers->wait());
}

std::vector<Told> FleetTest::ask_at_once(const std::vector<std::pair<std::string, std::string>>& requests) {
    std::vector<std::shared_ptr<Answers>> waiting;
    for (const auto& [line, body] : requests) {
        waiting.push_back(std::make_shared<Answers>());
        pipeline->handle(request_of(line, body, {}, "owner"), waiting.back());
    }
    std::vector<Told> all;
    for (const auto& answers : waiting) all.push_back(told(answers->wait()));
    return all;
}

Told FleetTest::create(std::string_view path, std::string body) {
    auto told = ask("POST " + std::string(path), std::move(body));
    EXPECT_EQ(told.status, 201) << schema::to_text(told.body);
    return told;
}

std::pair<int, std::string> FleetTest::fetch(std::string method, std::string_view url, std::string bytes, const std::map<std::string,
    std::string>& headers) {
    http::Request request;
    request.method = std::move(method);
    request.target = url;
    request.path = request.target.substr(0, request.target.find('?'));
    if (const auto mark = request.target.find('?'); mark != std::string::npos) request.query = request.target.substr(mark + 1);
    for (const auto& [name, value] : headers) request.headers.emplace_back(lower(name), value);  // as the server's parser has them
    request.body = std::move(bytes);
    auto answers = std::make_shared<Answers>();
    EXPECT_TRUE(files->serve(request, answers));
    const auto response = answers->wait();
    return {response.status, response.body};
}

std::vector<std::string> FleetTest::event_types() {
    std::vector<std::string> types;
    store->look(live, [&](store::Read& read) {
        for (const auto& row : read.query("select type from events where partition = $1 order by serial")) types.push_back(row[0].text());
    });
    return types;
}

void FleetTest::let_in(const std::string& name, std::string_view driver) {
    door.callers[name] = {.partition = live, .tenant = "acme", .actor = {"driver", std::string(driver), {}}, .source = "driver", .credential = name,
                          .scopes = {"driver:self"}, .view = schema::View::driver, .driver = Id<Driver>::parse(driver)->bytes};
}

}  // namespace lastmile::fleet_test
