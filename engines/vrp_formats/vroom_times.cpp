// The stops' times, taken free of the travel and work before them, must not fall: t_k = s_k + o_k with s_0 ≤ s_1 ≤ …. Misses are
// piecewise linear, so some best solution has every s at a corner (a window's bound seen from one of the stops): dynamic programming over
// stops and corners, as in isotonic regression. Breaks float in the slack between their neighbours.
#include "engines/vrp_formats/vroom_times.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace lastmile::vrp {
namespace {

constexpr Time never = std::numeric_limits<Time>::max() / 4;

/// Compared from the left: seconds missed, length of the route, sum of begins.
struct Score {
    std::array<Time, 3> parts{0, 0, 0};
    bool possible() const { return parts[0] < never; }
    friend Score operator+(const Score& a, const Score& b) { return {{a.parts[0] + b.parts[0], a.parts[1] + b.parts[1], a.parts[2] + b.parts[2]}}; }
    friend auto operator<=>(const Score&, const Score&) = default;
};
constexpr Score impossible{{never, 0, 0}};

class Chooser {
public:
    explicit Chooser(const std::vector<TimedStep>& steps) : steps_(steps) {
        Time offset = 0;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            offset += steps[i].travel;
            if (!steps[i].rest) stops_.push_back(i), offsets_.push_back(offset);
            offset += steps[i].busy;
        }
    }

    std::optional<std::vector<Time>> run() {
        corners();
        const std::size_t many = corners_.size();
        std::vector<std::vector<std::size_t>> from(stops_.size(), std::vector<std::size_t>(many, 0));
        std::vector<Score> now(many), before;
        for (std::size_t k = 0; k < stops_.size(); ++k) {
            before.swap(now);
            now.assign(many, impossible);
            const bool rests = k > 0 && stops_[k] > stops_[k - 1] + 1;
            std::size_t best = 0;
            for (std::size_t c = 0; c < many; ++c) {
                Score reached;
                if (k > 0 && !rests) {
                    if (before[c] < before[best]) best = c;
                    reached = before[best], from[k][c] = best;
                } else if (k > 0) {
                    reached = impossible;
                    for (std::size_t b = 0; b <= c; ++b) {
                        if (!before[b].possible()) continue;
                        const Score with = before[b] + Score{{rest_between(k, corners_[b], corners_[c], nullptr), 0, 0}};
                        if (with < reached) reached = with, from[k][c] = b;
                    }
                }
                if (reached.possible()) now[c] = reached + own(k, corners_[c]);
            }
        }
        const auto last = std::ranges::min_element(now);
        if (last == now.end() || !last->possible()) return std::nullopt;
        std::vector<Time> times(steps_.size());
        std::size_t c = static_cast<std::size_t>(last - now.begin());
        for (std::size_t k = stops_.size(); k-- > 0;) {
            times[stops_[k]] = corners_[c] + offsets_[k];
            const std::size_t earlier = from[k][c];
            if (k > 0) rest_between(k, corners_[earlier], corners_[c], &times);
            c = earlier;
        }
        return times;
    }

private:
    void corners() {
        const auto add = [&](const TimedStep& step, Time shift) {
            for (const auto& window : step.windows) corners_.push_back(window.from - shift), corners_.push_back(window.to - shift);
            if (step.not_before) corners_.push_back(*step.not_before - shift);
            if (step.not_after) corners_.push_back(*step.not_after - shift);
        };
        for (std::size_t k = 0; k < stops_.size(); ++k) {
            add(steps_[stops_[k]], offsets_[k]);
            if (k == 0) continue;
            Time rests = 0;
            for (std::size_t i = stops_[k - 1] + 1; i < stops_[k]; ++i) {  // as early, and as late as the neighbours let it be
                add(steps_[i], offsets_[k - 1] + steps_[stops_[k - 1]].busy + rests);
                rests += steps_[i].busy;
            }
            rests = 0;
            for (std::size_t i = stops_[k]; i-- > stops_[k - 1] + 1;) {
                rests += steps_[i].busy;
                add(steps_[i], offsets_[k] - rests);
            }
        }
        if (corners_.empty()) corners_.push_back(0);
        std::ranges::sort(corners_);
        corners_.erase(std::unique(corners_.begin(), corners_.end()), corners_.end());
    }

    static bool allowed(const TimedStep& step, Time begin) {
        return (!step.not_before || begin >= *step.not_before) && (!step.not_after || begin <= *step.not_after);
    }

    Score own(std::size_t k, Time corner) const {
        const TimedStep& step = steps_[stops_[k]];
        const Time begin = corner + offsets_[k];
        if (!allowed(step, begin)) return impossible;
        const Time length = (k + 1 == stops_.size() ? corner : 0) - (k == 0 ? corner : 0);
        return {{std::abs(missed(step.windows, begin)), length, corner}};
    }

    /// Seconds missed by the breaks between stops k-1 and k, each at its best moment behind the one before.
    Time rest_between(std::size_t k, Time earlier, Time later, std::vector<Time>* times) const {
        Time free = earlier + offsets_[k - 1] + steps_[stops_[k - 1]].busy, rests = 0, total = 0;
        for (std::size_t i = stops_[k - 1] + 1; i < stops_[k]; ++i) rests += steps_[i].busy;
        const Time until = later + offsets_[k];
        for (std::size_t i = stops_[k - 1] + 1; i < stops_[k]; ++i) {
            const TimedStep& rest = steps_[i];
            const Time low = std::max(free, rest.not_before.value_or(free)), high = std::min(until - rests, rest.not_after.value_or(until));
            if (low > high) return never;
            Time best = low;
            for (const auto& window : rest.windows)
                for (const Time at : {std::clamp(window.from, low, high), std::clamp(window.to, low, high)})
                    if (std::abs(missed(rest.windows, at)) < std::abs(missed(rest.windows, best))) best = at;
            total += std::abs(missed(rest.windows, best));
            if (times) (*times)[i] = best;
            free = best + rest.busy, rests -= rest.busy;
        }
        return total;
    }

    const std::vector<TimedStep>& steps_;
    std::vector<std::size_t> stops_;  ///< steps that are no breaks
    std::vector<Time> offsets_;       ///< by stop: travel, work and breaks before it
    std::vector<Time> corners_;
};

}  // namespace

Time missed(const std::vector<Window>& windows, Time begin) {
    if (windows.empty()) return 0;
    Time least = never;
    for (const auto& window : windows) {
        const Time here = begin < window.from ? begin - window.from : begin > window.to ? begin - window.to : 0;
        if (std::abs(here) < std::abs(least)) least = here;
    }
    return least;
}

std::optional<std::vector<Time>> choose_times(const std::vector<TimedStep>& steps) { return Chooser(steps).run(); }

}  // namespace lastmile::vrp
