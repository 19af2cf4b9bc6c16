#pragma once
// The profiles of the road map that the app has loaded, as far as vehicles must know them.
#include <algorithm>
#include <string>
#include <vector>

namespace lastmile {

/// Put among the services by the app. Without names (no map yet) every profile is taken.
struct RoadProfiles {
    std::vector<std::string> names{};

    bool knows(std::string_view profile) const { return names.empty() || std::ranges::find(names, profile) != names.end(); }
    std::string list() const {
        std::string text;
        for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
        return text;
    }
};

}  // namespace lastmile
