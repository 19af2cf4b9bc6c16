#include "app/simulation/agenda.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <sstream>
#include <stdexcept>
#include <thread>

namespace lastmile::simulation {
namespace {

using std::chrono::milliseconds;
/// The server's clock follows in steps: not every second of the simulation is worth a call.
constexpr auto clock_step = std::chrono::seconds(2);

Time wall() { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); }

Time time_of(const std::string& text) {
    // 2026-11-24T07:00:00.123Z, as the server writes it.
    int year = 0, month = 0, day = 0, hour = 0, minute = 0;
    double second = 0;
    if (std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%lf", &year, &month, &day, &hour, &minute, &second) != 6)
        throw std::runtime_error("the server's clock shows \"" + text + "\"");
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)), std::chrono::day(static_cast<unsigned>(day))};
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) + milliseconds(static_cast<int>(second * 1000 + 0.5));
}

}  // namespace

std::string text_of(Time time) { return fmt::format("{:%FT%TZ}", time); }

Agenda::Agenda(ApiClient& api, const Plan& plan, const std::atomic<bool>& stop) : api_(api), plan_(plan), stop_(stop) {
    const auto clock = api.call(plan.key, "GET", "/sandbox/clock");
    if (clock.status == 0) throw std::runtime_error("no server answers: " + clock.fault);
    if (!clock.ok()) throw std::runtime_error("the test partition's clock cannot be read: " + clock.fault);
    time_ = told_ = began_ = time_of(text_of(clock.body, "now"));
    ahead_ = time_ - wall();
}

Time Agenda::now() const { return plan_.real ? wall() + ahead_ : time_; }

void Agenda::move_clock() {
    if (time_ <= told_) return;
    const auto answer = api_.call(plan_.key, "POST", "/sandbox/clock", boost::json::object{{"to", text_of(time_)}});
    // 409: it is there already, since between two steps it ticks on.
    if (!answer.ok() && answer.status != 409 && !stop_) throw std::runtime_error("the clock cannot be set: " + answer.fault);
    told_ = time_;
}

void Agenda::skip_to(Time to) {
    if (plan_.real || to <= time_) return;
    time_ = began_ = to;
    begun_ = std::chrono::steady_clock::now();
    move_clock();
}

bool Agenda::go_to(Time when) {
    using Clock = std::chrono::steady_clock;
    while (!stop_) {
        auto wait = milliseconds(0);
        if (plan_.real)
            wait = when - now();
        else if (plan_.speed)
            wait = std::chrono::duration_cast<milliseconds>(begun_ + std::chrono::duration<double, std::milli>((when - began_).count() / *plan_.speed) - Clock::now());
        if (wait.count() <= 0) break;
        std::this_thread::sleep_for(std::min(wait, milliseconds(50)));
    }
    if (stop_ || plan_.real) return !stop_;
    time_ = std::max(time_, when);
    if (time_ - told_ >= clock_step) move_clock();
    return !stop_;
}

void Agenda::run(const std::function<bool()>& done) {
    while (!deeds_.empty() && !done()) {
        if (!go_to(deeds_.begin()->first)) return;
        const auto deed = std::move(deeds_.extract(deeds_.begin()).mapped());
        deed();
    }
}

}  // namespace lastmile::simulation
