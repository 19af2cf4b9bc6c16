#include "engines/road_import/hours.hpp"

#include <array>

namespace lastmile::road_import {
namespace {

constexpr int day_minutes = 24 * 60, week_minutes = 7 * day_minutes;
using Days = std::bitset<7>;

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

class HoursParser {
public:
    explicit HoursParser(std::string_view text) : rest_(trim(text)) {}

    std::optional<MinutesOfWeek> run() {
        if (rest_ == "24/7") return MinutesOfWeek().set();
        bool adds = false;  // behind a comma a rule adds to those before, behind a semicolon it replaces them on its days
        while (!rest_.empty()) {
            if (!rule(adds)) return std::nullopt;
            skip();
            if (rest_.empty()) break;
            adds = take(',');
            if (!adds && !take(';')) return std::nullopt;
            skip();
        }
        return any_ ? std::optional(minutes_) : std::nullopt;
    }

private:
    void skip() {
        while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    }
    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool take(std::string_view word) {
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    std::optional<int> day() {
        constexpr std::array<std::string_view, 7> names{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};
        for (int i = 0; i < 7; ++i)
            if (take(names[static_cast<std::size_t>(i)])) return i;
        return std::nullopt;
    }

    /// "Mo-Fr,Su". None set where the text begins with no day; no value where it goes wrong.
    std::optional<Days> days() {
        Days days;
        auto first = day();
        while (first) {
            auto last = first;
            if (take('-') && !(last = day())) return std::nullopt;
            for (int d = *first;; d = (d + 1) % 7) {
                days.set(static_cast<std::size_t>(d));
                if (d == *last) break;
            }
            const auto before = rest_;
            if (!take(',')) break;
            skip();
            if (!(first = day())) rest_ = before;  // the comma begins something else
        }
        return days;
    }

    std::optional<int> minute() {
        const auto digit = [&](std::size_t i) { return i < rest_.size() && rest_[i] >= '0' && rest_[i] <= '9'; };
        const std::size_t hours = digit(1) ? 2 : 1;
        if (!digit(0) || hours >= rest_.size() || rest_[hours] != ':' || !digit(hours + 1) || !digit(hours + 2)) return std::nullopt;
        int value = 0;
        for (std::size_t i = 0; i < hours; ++i) value = value * 10 + (rest_[i] - '0');
        const int past = (rest_[hours + 1] - '0') * 10 + rest_[hours + 2] - '0';
        rest_.remove_prefix(hours + 3);
        if (past >= 60 || value * 60 + past > 2 * day_minutes) return std::nullopt;
        return value * 60 + past;
    }

    void set(const Days& days, int begin, int end) {
        for (int d = 0; d < 7; ++d)
            if (days[static_cast<std::size_t>(d)])
                for (int m = begin; m < end; ++m) minutes_.set(static_cast<std::size_t>((d * day_minutes + m) % week_minutes));
    }

    bool rule(bool adds) {
        const auto named = days();
        if (!named) return false;
        const Days on = named->any() ? *named : Days().set();
        skip();
        if (!adds)
            for (int d = 0; d < 7; ++d)
                for (int m = 0; on[static_cast<std::size_t>(d)] && m < day_minutes; ++m) minutes_.reset(static_cast<std::size_t>(d * day_minutes + m));
        any_ = true;
        if (take("off") || take("closed")) return true;
        bool times = false;
        for (;;) {
            const auto before = rest_;
            const auto begin = minute();
            if (!begin) {
                rest_ = before;
                break;
            }
            skip();
            if (!take('-')) return false;
            skip();
            const auto end = minute();
            if (!end || *begin >= day_minutes) return false;
            set(on, *begin, *end > *begin ? *end : *end + day_minutes);
            times = true;
            const auto behind = rest_;
            skip();
            if (!take(',')) break;
            skip();
            if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') {
                rest_ = behind;
                break;
            }
        }
        if (times) return true;
        if (named->none()) return false;
        set(on, 0, day_minutes);
        return true;
    }

    std::string_view rest_;
    MinutesOfWeek minutes_;
    bool any_ = false;
};

}  // namespace

std::optional<MinutesOfWeek> parse_hours(std::string_view text) { return HoursParser(text).run(); }

std::optional<MinutesOfWeek> holds_when(const Profile& profile, std::string_view condition) {
    MinutesOfWeek minutes;
    minutes.set();
    if (trim(condition).empty()) return std::nullopt;
    while (!condition.empty()) {
        const auto end = condition.find(" AND ");
        const auto part = trim(condition.substr(0, end));
        condition = end == condition.npos ? std::string_view{} : condition.substr(end + 5);
        if (const auto hours = parse_hours(part)) {
            minutes &= *hours;
            continue;
        }
        const auto met = meets_condition(profile, part);
        if (!met) return std::nullopt;
        if (!*met) minutes.reset();
    }
    return minutes;
}

std::vector<std::pair<std::string_view, std::string_view>> split_conditional(std::string_view text) {
    std::vector<std::pair<std::string_view, std::string_view>> parts;
    text = trim(text);
    while (!text.empty()) {
        const auto at = text.find('@');
        if (at == text.npos) return {};
        const auto value = trim(text.substr(0, at));
        text = trim(text.substr(at + 1));
        const bool bracketed = text.starts_with('(');
        const auto end = std::min(text.find(bracketed ? ')' : ';'), text.size());
        const auto condition = trim(text.substr(bracketed, end - bracketed));
        if (value.empty() || condition.empty() || (bracketed && end == text.size())) return {};
        parts.emplace_back(value, condition);
        text = trim(text.substr(std::min(text.size(), end + bracketed)));
        if (text.empty()) break;
        if (!text.starts_with(';')) return {};
        text = trim(text.substr(1));
    }
    return parts;
}

}  // namespace lastmile::road_import
