#include "connectors/roads/remote.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>
#include <cstdlib>
#include <future>

namespace lastmile::remote {

namespace json = boost::json;

Remote::Remote(RemoteOptions options)
    : options_(std::move(options)), client_(http::ClientOptions{.user_agent = "lastmile-roads"}), breaker_(options_.breaker) {}

std::expected<RemoteAnswer, std::string> Remote::post(const std::string& path, const json::value& body) const {
    return ask("POST", path, json::serialize(body));
}

std::expected<RemoteAnswer, std::string> Remote::ask(const std::string& method, const std::string& path, std::string body) const {
    if (!breaker_.allows()) return std::unexpected(options_.url + " failed again and again; it is asked again in a while.");
    http::ClientRequest request{.method = method, .url = options_.url + path};
    if (!body.empty()) request.headers.push_back({"content-type", "application/json"});
    request.body = std::move(body);
    request.timeout = request.connect_timeout = options_.deadline;
    request.max_response_bytes = options_.max_answer_bytes;
    request.allow_private_networks = options_.networks;
    const auto promise = std::make_shared<std::promise<http::ClientResult>>();
    auto answered = promise->get_future();
    client_.send(std::move(request), [promise](http::ClientResult result) { promise->set_value(std::move(result)); });
    const auto result = answered.get();
    const auto failed = [&](std::string why) {
        breaker_.failed();
        return std::unexpected(options_.url + " " + std::move(why) + ".");
    };
    if (result.fault != http::ClientFault::none) return failed("does not answer (" + std::string(http::fault_name(result.fault)) + ")");
    if (result.status >= 500 || result.status == 429) return failed("answers with status " + std::to_string(result.status));
    boost::system::error_code fault;
    auto parsed = json::parse(result.body, fault);
    if (fault) return failed("does not answer in JSON");
    breaker_.succeeded();
    return RemoteAnswer{result.status, std::move(parsed)};
}

std::string encoded(std::string_view text) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || c == '-' || c == '.' || c == '_' || c == '~') out += c;
        else out += '%', out += digits[byte >> 4], out += digits[byte & 15];
    }
    return out;
}

const json::value* member(const json::value& from, std::string_view name) {
    const auto* object = from.if_object();
    return object ? object->if_contains(name) : nullptr;
}

const json::array* array_at(const json::value& from, std::string_view name) {
    const auto* found = member(from, name);
    return found ? found->if_array() : nullptr;
}

double number_at(const json::value& from, std::string_view name, double fallback) {
    const auto* found = member(from, name);
    if (!found) return fallback;
    if (found->is_number()) return found->to_number<double>();
    if (const auto* text = found->if_string()) return std::strtod(text->c_str(), nullptr);  // Nominatim writes its numbers as texts
    return fallback;
}

std::string text_at(const json::value& from, std::string_view name) {
    const auto* found = member(from, name);
    const auto* text = found ? found->if_string() : nullptr;
    return text ? std::string(*text) : std::string();
}

}  // namespace lastmile::remote
