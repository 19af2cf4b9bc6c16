#pragma once
// Carries out one operation of a mapping: its steps in turn, and what an answer means.
#include "connectors/mapping/mapping.hpp"
#include "connectors/mapping/render.hpp"
#include "connectors/port/connector.hpp"

namespace lastmile::connectors {

struct Called {
    Scope scope;          // with `answer`, `steps`, `http_status` of the last step that was made
    bool any_step = false;
};

class OperationCall {
public:
    OperationCall(const Mapping& mapping, const Context& context, std::string name);
    /// `scope` holds job, quote, booking, reason, as the operation has them.
    Outcome<Called> run(const Operation& operation, Scope scope);

private:
    Outcome<WireRequest> request_of(const Step& step, const Scope& scope) const;
    Outcome<void> make(const Step& step, Scope& scope);
    Failure meaning(const Step& step, const WireAnswer& answer, const Scope& scope) const;
    std::chrono::milliseconds left() const;

    const Mapping& mapping_;
    const Context& context_;
    std::string name_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    bool acted_ = false;  // an unsafe step has succeeded
};

/// A scope that holds what every template may read.
Scope base_scope(const Mapping& mapping, const Context& context);

/// A report out of an answer: the template filled, the partner's status looked up among the words. *Fails* unknown with `half_answer` when it cannot be read.
Outcome<Report> report_of(const Mapping& mapping, const boost::json::value& pattern, const Scope& scope);
Outcome<Quote> quote_of(const boost::json::value& pattern, const Scope& scope);

}  // namespace lastmile::connectors
