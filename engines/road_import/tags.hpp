#pragma once
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace lastmile::road_import {

/// The tags of one OSM object, as views; good while the object is being read.
class Tags {
public:
    Tags() = default;
    explicit Tags(std::vector<std::pair<std::string_view, std::string_view>> pairs) : pairs_(std::move(pairs)) {}

    /// The value of `key`, empty where there is none.
    std::string_view operator[](std::string_view key) const {
        for (const auto& [k, v] : pairs_)
            if (k == key) return v;
        return {};
    }
    bool has(std::string_view key) const { return !(*this)[key].empty(); }
    bool is(std::string_view key, std::string_view value) const { return (*this)[key] == value; }
    bool yes(std::string_view key) const {
        const auto value = (*this)[key];
        return value == "yes" || value == "true" || value == "1";
    }
    const std::vector<std::pair<std::string_view, std::string_view>>& pairs() const { return pairs_; }

private:
    std::vector<std::pair<std::string_view, std::string_view>> pairs_;
};

/// `maxspeed`: "50", "30 mph", "DE:urban", "walk", "none". Km/h; no value where it says nothing that is understood.
std::optional<double> parse_speed_kmh(std::string_view text);
/// `maxheight`, `maxwidth`, `maxlength`: "3.5", "3.5 m", "11'6\"", "11 ft". Metres.
std::optional<double> parse_length_m(std::string_view text);
/// `maxweight`: "7.5", "7.5 t", "3000 kg", "12 st" (short tons), "8000 lbs". Metric tons.
std::optional<double> parse_weight_t(std::string_view text);
/// `duration`: "20" (minutes), "01:20", "00:20:30", "PT20M". Seconds.
std::optional<double> parse_duration_s(std::string_view text);

}  // namespace lastmile::road_import
