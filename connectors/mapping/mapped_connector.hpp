#pragma once
// A connector that is a mapping: an adapter's, fixed but for its settings and overrides, or a partner's own (`generic_http`).
#include "connectors/mapping/call.hpp"

namespace lastmile::connectors {

class MappedConnector : public Connector {
public:
    /// `document`: the adapter's mapping as JSON. Throws std::logic_error with every fault when it is not sound.
    MappedConnector(std::string name, std::string title, std::string_view document);
    /// The configuration is the mapping.
    MappedConnector(std::string name, std::string title);

    Traits traits(const boost::json::object& config) const override;
    std::vector<FieldError> check_config(const boost::json::object& config) const override;
    std::vector<FieldError> check_credentials(const boost::json::object& config, const boost::json::object& credentials) const override;
    Outcome<std::vector<Quote>> quote(const Context& context, const Job& job) const override;
    Outcome<Report> create(const Context& context, const Job& job, const std::optional<Quote>& quote) const override;
    Outcome<Report> cancel(const Context& context, const Handle& handle, std::string_view reason) const override;
    Outcome<Report> track(const Context& context, const Handle& handle) const override;
    Outcome<std::optional<Report>> look_up(const Context& context, const Handle& handle) const override;
    Outcome<void> test(const Context& context) const override;
    Outcome<Callback> callback(const Context& context, const CallbackRequest& request) const override;
    std::optional<std::string> handshake(const CallbackRequest& request) const override;

    /// The mapping in force for a configuration: settings' defaults filled in, `overrides` merged (RFC 7396).
    std::shared_ptr<const Mapping> mapping_of(const boost::json::object& config) const;
    const boost::json::object& document() const { return document_; }

private:
    bool fixed() const { return fixed_ != nullptr; }
    Context settled(const Context& context, const Mapping& mapping) const;
    Outcome<Report> reported(const Mapping& mapping, const Operation& operation, const Called& called, FailureKind half) const;

    std::string name_, title_;
    boost::json::object document_;
    std::shared_ptr<const Mapping> fixed_;
};

}  // namespace lastmile::connectors
