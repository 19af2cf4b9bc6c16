#pragma once
// Sandbox couriers as a connector: the fleet protocol's mapping over a wire inside the process.
#include "connectors/mapping/mapped_connector.hpp"
#include "connectors/sandbox/fleet.hpp"

namespace lastmile::connectors {

class SandboxConnector final : public MappedConnector {
public:
    explicit SandboxConnector(std::string_view fleet_protocol) : MappedConnector("sandbox", "Sandbox couriers", fleet_protocol) {}
    Traits traits(const boost::json::object& config) const override;
    std::vector<FieldError> check_config(const boost::json::object& config) const override;
    std::vector<FieldError> check_credentials(const boost::json::object& config, const boost::json::object& credentials) const override;
    Outcome<std::vector<Quote>> quote(const Context& context, const Job& job) const override { return MappedConnector::quote(inside(context), job); }
    Outcome<Report> create(const Context& context, const Job& job, const std::optional<Quote>& quote) const override {
        return MappedConnector::create(inside(context), job, quote);
    }
    Outcome<Report> cancel(const Context& context, const Handle& handle, std::string_view reason) const override {
        return MappedConnector::cancel(inside(context), handle, reason);
    }
    Outcome<Report> track(const Context& context, const Handle& handle) const override { return MappedConnector::track(inside(context), handle); }
    Outcome<std::optional<Report>> look_up(const Context& context, const Handle& handle) const override { return MappedConnector::look_up(inside(context), handle); }
    Outcome<void> test(const Context& context) const override { return MappedConnector::test(inside(context)); }
    std::unique_ptr<Wire> own_wire(const Context& context, const Handle* handle) const override;

private:
    static Context inside(const Context& context);
};

}  // namespace lastmile::connectors
