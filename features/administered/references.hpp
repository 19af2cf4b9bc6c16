#pragma once
// Who still refers to a thing that is about to go. A room cannot see the rooms below it: these add what they know, the app puts the list
// among the services.
#include <boost/json/array.hpp>
#include <functional>
#include <string>
#include <vector>

#include "features/reasons/reasons.hpp"
#include "platform/store/tx.hpp"

namespace lastmile {

/// One that refers: the noun in plain words and its id at the edge ("driver", "drv_…").
struct Reference {
    std::string noun;
    std::string id;
};

template <class Noun>
class References {
public:
    /// Answers a few of those that refer to `id` (not all: an answer names at most ten).
    using Find = std::function<std::vector<Reference>(store::Read&, Id<Noun>)>;

    References(std::initializer_list<Find> finds = {}) : finds_(finds) {}
    void add(Find find) { finds_.push_back(std::move(find)); }

    /// *Refuses* with `reason` (409), naming them in `used_by`. Ask it with the thing's row locked: who refers to it has locked it as well.
    Result<void> none(store::Read& read, Id<Noun> id, const Reason& reason = reasons::in_use) const {
        boost::json::array used_by;
        for (const auto& find : finds_)
            for (auto& [noun, other] : find(read, id))
                if (used_by.size() < 10) used_by.push_back({{"type", noun}, {"id", other}});
        if (used_by.empty()) return {};
        Error error{&reason, std::string(reason.title), {}, {}};
        error.extras["used_by"] = std::move(used_by);
        return std::unexpected(std::move(error));
    }

private:
    std::vector<Find> finds_;
};

}  // namespace lastmile
