#pragma once
// The log: one line a fact, as JSON (or readable on a terminal), to standard error. Fields are typed, and so is what must not show.
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace lastmile::observe {

enum class Level { debug, info, warn, error };

/// Personal data: printed as its first character and its length class, never as itself.
struct Pii {
    std::string_view value;
};
/// A key, token or password: printed as `***`.
struct Secret {
    std::string_view value;
};

/// A named value. Texts are referred to, not copied: a Field lives as long as the call it is written in.
struct Field {
    using Value = std::variant<std::int64_t, std::uint64_t, double, bool, std::string_view, Pii, Secret>;
    std::string_view name;
    Value value;

    template <std::signed_integral T>
    Field(std::string_view key, T number) : name(key), value(std::int64_t{number}) {}
    template <std::unsigned_integral T>
        requires(!std::same_as<T, bool>)
    Field(std::string_view key, T number) : name(key), value(std::uint64_t{number}) {}
    Field(std::string_view key, double number) : name(key), value(number) {}
    Field(std::string_view key, bool flag) : name(key), value(flag) {}
    Field(std::string_view key, std::string_view text) : name(key), value(text) {}
    Field(std::string_view key, const std::string& text) : name(key), value(std::string_view(text)) {}
    Field(std::string_view key, const char* text) : name(key), value(std::string_view(text)) {}
    Field(std::string_view key, Pii text) : name(key), value(text) {}
    Field(std::string_view key, Secret text) : name(key), value(text) {}
};

using Fields = std::initializer_list<Field>;

struct LogOptions {
    Level level = Level::info;
    enum class Form { automatic, json, pretty } form = Form::automatic;   // automatic: pretty on a terminal
    /// Instead of standard error; called under the log's lock, one line without its end at a time.
    std::function<void(std::string_view line)> sink{};
};

/// Once, at the start; again in tests. Without it: info, automatic, standard error.
void configure_log(LogOptions options);
bool log_enabled(Level level);

/// `what` is a constant sentence, the same for every occurrence; what differs goes into fields. Never throws. Lines are
/// collected for some milliseconds (warnings are not) and written by a thread of their own; when nobody takes them they are lost and
/// counted, so that a stuck pipe does not stop the service.
void log(Level level, std::string_view what, Fields fields = {}) noexcept;
inline void debug(std::string_view what, Fields fields = {}) noexcept { log(Level::debug, what, fields); }
inline void info(std::string_view what, Fields fields = {}) noexcept { log(Level::info, what, fields); }
inline void warn(std::string_view what, Fields fields = {}) noexcept { log(Level::warn, what, fields); }
inline void error(std::string_view what, Fields fields = {}) noexcept { log(Level::error, what, fields); }

/// Waits until what was logged so far is written (before the process ends).
void flush_log();

/// `M…` for a name, `+…` for a phone number: enough to see that two lines speak of different people, not of whom.
std::string masked(std::string_view value);

}  // namespace lastmile::observe
