#pragma once
// Lines of words and numbers, with the line number for complaints.
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

namespace lastmile::vrp {

struct Line {
    int number = 0;
    std::vector<std::string_view> words;
};

/// Split at white space; blank lines are dropped.
inline std::vector<Line> lines_of(std::string_view text) {
    std::vector<Line> lines;
    int number = 0;
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view rest = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        Line line{++number, {}};
        for (std::size_t at = 0; (at = rest.find_first_not_of(" \t\r", at)) != std::string_view::npos;) {
            const auto stop = rest.find_first_of(" \t\r", at);
            line.words.push_back(rest.substr(at, stop == std::string_view::npos ? stop : stop - at));
            if (stop == std::string_view::npos) break;
            at = stop;
        }
        if (!line.words.empty()) lines.push_back(std::move(line));
    }
    return lines;
}

inline std::optional<double> number_in(std::string_view word) {
    double value = 0;
    if (!word.empty() && word.front() == '+') word.remove_prefix(1);
    const auto result = std::from_chars(word.data(), word.data() + word.size(), value);
    if (result.ec != std::errc{} || result.ptr != word.data() + word.size() || !(value > -1e15 && value < 1e15)) return std::nullopt;
    return value;
}

}  // namespace lastmile::vrp
