#pragma once
// The small language in which a partner's API is described: `{job.pickup.address.text}`, `{job.weight_g|div:1000|round:2}`,
// `{answer.items[name=ref].value ?? 'none'}`. Paths lead into JSON; filters convert; `??` takes the first that is there. No loops, no calls:
// it ends, and it cannot reach what it was not given.
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.hpp"

namespace lastmile::connectors {

using boost::json::value;
/// nullopt: it is not there. JSON null counts as not there.
using Maybe = std::optional<value>;

/// What expressions may read: named roots.
class Scope {
public:
    void set(std::string name, value v) { roots_.insert_or_assign(std::move(name), std::move(v)); }
    const value* find(std::string_view name) const { return roots_.if_contains(name); }
    boost::json::object& roots() { return roots_; }

private:
    boost::json::object roots_;
};

/// Evaluates one expression (without braces). A filter that does not fit its value makes it absent.
Maybe evaluate(std::string_view expression, const Scope& scope);

/// A text with `{expressions}`; `{{` and `}}` are braces. A text that is one expression keeps its type; otherwise it is absent where any of its
/// expressions is.
Maybe fill(std::string_view text, const Scope& scope);

/// What is wrong with an expression, or with a text that holds some; empty: nothing. `roots`: names that it may begin with.
std::string fault_of(std::string_view expression, const std::vector<std::string>& roots);
std::string fault_in(std::string_view text, const std::vector<std::string>& roots);

/// Absent, false, 0-length text and `false` are not.
bool holds(const Maybe& found);
std::string text_of(const value& v);

/// The filters, each a name: arguments after colons are literals ('text', numbers) or paths.
Maybe apply_filter(std::string_view name, const value& input, const std::vector<value>& arguments);
bool is_filter(std::string_view name);

/// RFC 3339, also without an offset (then UTC), with any fraction.
std::optional<Instant> read_time(std::string_view text);

}  // namespace lastmile::connectors
