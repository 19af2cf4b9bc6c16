// `lastmile fleet-kit check URL`: plays the fleet protocol against a fleet's implementation and says what does not hold.
#include <CLI/CLI.hpp>
#include <iostream>

#include "app/verbs.hpp"
#include "connectors/port/wire.hpp"
#include "platform/crypto/api_key.hpp"
#include "platform/schema/schema.hpp"

namespace lastmile::app {
namespace {

namespace json = boost::json;

struct Answer {
    int status = 0;
    json::value body;
    std::string fault;
    std::string text(const char* name) const {
        const auto* object = body.if_object();
        const auto* found = object ? object->if_contains(name) : nullptr;
        return found && found->is_string() ? std::string(found->get_string()) : std::string();
    }
};

class Kit {
public:
    Kit(std::string url, std::string token) : url_(std::move(url)), token_(std::move(token)) {
        while (url_.ends_with('/')) url_.pop_back();
    }

    int run() {
        expect("GET capabilities names the protocol", call("GET", "/capabilities"), 200, [](const Answer& a) { return a.text("protocol").starts_with("lastmile-fleet/1"); });
        expect("a call without the token is refused", call("GET", "/capabilities", {}, ""), 401);
        const auto reference = "kit_" + crypto::random_token(12, random_);
        const auto order = job(reference);
        const auto quote = call("POST", "/quotes", order);
        expect("a quote has a price in minor units", quote, 200, [](const Answer& a) {
            const auto* price = a.body.is_object() ? a.body.get_object().if_contains("price") : nullptr;
            return price && price->is_object() && price->get_object().contains("amount") && price->at("amount").is_int64() && price->get_object().contains("currency");
        });
        expect("a quote without a dropoff is refused", call("POST", "/quotes", json::object{{"reference", reference}}), 422);
        const auto made = call("POST", "/jobs", order);
        expect("a job is made (201) with job_id, reference and state", made, 201, [&](const Answer& a) {
            return !a.text("job_id").empty() && a.text("reference") == reference && !a.text("state").empty();
        });
        const auto id = made.text("job_id");
        const auto twice = call("POST", "/jobs", order);
        expect("the same reference again is the same job, not a second courier", twice, twice.status == 201 ? 201 : 200, [&](const Answer& a) { return a.text("job_id") == id; });
        expect("a job is read by its id", call("GET", "/jobs/" + id), 200, [&](const Answer& a) { return a.text("job_id") == id; });
        expect("a job is found by our reference", call("GET", "/jobs?reference=" + reference), 200, [&](const Answer& a) {
            const auto* data = a.body.is_object() ? a.body.get_object().if_contains("data") : nullptr;
            return data && data->is_array() && data->get_array().size() == 1;
        });
        expect("an unknown reference is an empty list", call("GET", "/jobs?reference=" + reference + "x"), 200, [](const Answer& a) {
            const auto* data = a.body.is_object() ? a.body.get_object().if_contains("data") : nullptr;
            return data && data->is_array() && data->get_array().empty();
        });
        expect("an unknown job is 404", call("GET", "/jobs/no-such-job"), 404);
        expect("a job is cancelled before its pickup", call("POST", "/jobs/" + id + "/cancel", json::object{{"reason", "test"}}), 200,
               [](const Answer& a) { return a.text("state") == "cancelled"; });
        expect("it stays cancelled", call("GET", "/jobs/" + id), 200, [](const Answer& a) { return a.text("state") == "cancelled"; });
        std::cout << passed_ << " hold, " << failed_ << " do not\n";
        return failed_;
    }

private:
    static json::object job(const std::string& reference) {
        const auto visit = [](double lat, const char* street) {
            return json::object{{"address", {{"text", street}}}, {"lat", lat}, {"lon", 13.26}, {"contact", {{"name", "Fleet kit"}, {"phone", "+4939500000"}}}};
        };
        return {{"reference", reference}, {"tracking_number", reference}, {"pickup", visit(53.55, "Turmstr. 1, Neubrandenburg")},
                {"dropoff", visit(53.56, "Ring 2, Neubrandenburg")},
                {"items", json::array{json::object{{"name", "parcel"}, {"quantity", 1}, {"weight_g", 1000}, {"volume_cm3", 1000}}}},
                {"weight_g", 1000}, {"volume_cm3", 1000}, {"service_level", "standard"}, {"vehicle_type", "car"}, {"currency", "EUR"}, {"language", "en"}};
    }

    Answer call(const std::string& method, const std::string& path, const json::value& body = {}, std::optional<std::string> token = {}) {
        connectors::HttpWire wire(client_, {"0.0.0.0/0", "::/0"});  // whoever runs the kit names the address
        connectors::WireRequest request{method, url_ + "/fleet/v1" + path, {{"accept", "application/json"}}, {}, std::chrono::seconds(10)};
        const auto key = token.value_or(token_);
        if (!key.empty()) request.headers.emplace_back("authorization", "Bearer " + key);
        if (!body.is_null()) {
            request.body = schema::to_text(body);
            request.headers.emplace_back("content-type", "application/json");
            if (const auto* reference = body.is_object() ? body.get_object().if_contains("reference") : nullptr)
                request.headers.emplace_back("idempotency-key", std::string(reference->as_string()));
        }
        const auto answer = wire.send(request);
        if (answer.fault != http::ClientFault::none) return {0, {}, std::string(http::fault_name(answer.fault)) + " " + answer.detail};
        return {answer.status, schema::parse_json(answer.body).value_or(json::value()), {}};
    }

    void expect(const std::string& what, const Answer& answer, int status, const std::function<bool(const Answer&)>& holds = {}) {
        const bool good = answer.status == status && (!holds || holds(answer));
        ++(good ? passed_ : failed_);
        std::cout << (good ? "ok    " : "FAIL  ") << what;
        if (!good) std::cout << ": " << (answer.fault.empty() ? "HTTP " + std::to_string(answer.status) + " " + schema::to_text(answer.body).substr(0, 300) : answer.fault);
        std::cout << '\n';
    }

    std::string url_, token_;
    SystemRandom random_;
    http::Client client_{http::ClientOptions{.user_agent = "lastmile-fleet-kit"}};
    int passed_ = 0, failed_ = 0;
};

}  // namespace

void add_fleet_kit_verb(CLI::App& app) {
    auto* kit = app.add_subcommand("fleet-kit", "for fleets that implement the fleet protocol (connectors/fleet_protocol)");
    kit->require_subcommand(1);
    auto* check = kit->add_subcommand("check", "play the protocol against an implementation; makes and cancels one job there");
    auto given = std::make_shared<std::pair<std::string, std::string>>();
    check->add_option("url", given->first, "where the implementation is, without /fleet/v1")->required();
    check->add_option("--token", given->second, "the token that it expects")->required()->envname("LASTMILE_FLEET_TOKEN");
    check->callback([given] {
        if (Kit(given->first, given->second).run() > 0) throw std::runtime_error("the implementation does not keep the fleet protocol");
    });
}

}  // namespace lastmile::app
