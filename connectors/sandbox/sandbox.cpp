#include "connectors/sandbox/sandbox.hpp"

namespace lastmile::connectors {

Context SandboxConnector::inside(const Context& context) {
    auto within = context;
    within.config = {{"base_url", "http://sandbox.invalid"}};  // RFC 2606: never a real host
    within.credentials = {{"api_token", "sandbox"}};
    within.callback_url.clear();
    return within;
}

Traits SandboxConnector::traits(const boost::json::object&) const {
    auto traits = MappedConnector::traits({});
    traits.secrets.clear();
    traits.signs_callbacks = false;
    return traits;
}

std::vector<FieldError> SandboxConnector::check_config(const boost::json::object& config) const {
    const auto settings = schema::decode<SandboxSettings>(schema::to_text(config));
    if (settings) return {};
    auto errors = settings.error().errors;
    for (auto& error : errors) error.pointer = "#/config" + error.pointer.substr(1);
    return errors;
}

std::vector<FieldError> SandboxConnector::check_credentials(const boost::json::object&, const boost::json::object& credentials) const {
    if (credentials.empty()) return {};
    return {{"#/credentials", "not_allowed", "sandbox couriers need no credentials"}};
}

std::unique_ptr<Wire> SandboxConnector::own_wire(const Context& context, const Handle* handle) const {
    auto settings = schema::decode<SandboxSettings>(schema::to_text(context.config));
    auto forced = context.forced.empty() ? Forced{} : schema::from_stored<Forced>(context.forced);
    return std::make_unique<SandboxWire>(settings ? std::move(*settings) : SandboxSettings{}, context.now.business, handle, std::move(forced));
}

}  // namespace lastmile::connectors
