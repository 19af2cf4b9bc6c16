#pragma once
// Configuration: one table of settings; a TOML file, LASTMILE_* variables and flags fill it, in this order, the later wins.
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lastmile::app {

/// One line of the documented table (docs/book/configuration.md is generated from it).
struct Setting {
    enum class Kind { text, whole, flag };
    std::string_view name;       // TOML key; variable LASTMILE_<NAME>, flag --<name>, both with `_`/`-` for `.`
    Kind kind;
    std::string_view fallback;
    bool secret;
    std::string_view description;
};

std::span<const Setting> settings();

class Config {
public:
    /// Throws std::runtime_error with one sentence: unknown key, wrong type, unreadable file.
    static Config load(const std::string& file, const std::map<std::string, std::string>& flags, char** environment);

    const std::string& text(std::string_view name) const;
    std::int64_t whole(std::string_view name) const;
    bool on(std::string_view name) const;
    bool has(std::string_view name) const { return !text(name).empty(); }

    /// `name = value  # from` lines, secrets masked.
    std::string dump() const;

private:
    void set(std::string_view name, std::string value, std::string from);
    struct Held {
        std::string value;
        std::string from;
    };
    std::map<std::string, Held, std::less<>> values_;
};

/// The Markdown table of all settings.
std::string settings_table();

/// `http.max_body_bytes` → `--http-max-body-bytes`, `LASTMILE_HTTP_MAX_BODY_BYTES`.
std::string flag_name(const Setting& setting);
std::string variable_name(const Setting& setting);

}  // namespace lastmile::app
