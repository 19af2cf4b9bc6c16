#include "app/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <toml++/toml.h>

namespace lastmile::app {
namespace {

constexpr auto text = Setting::Kind::text, whole = Setting::Kind::whole, flag = Setting::Kind::flag;

/// Variables of the build and the tests, not of the server.
constexpr std::string_view not_settings[] = {"LASTMILE_CONFIG", "LASTMILE_FAILPOINTS", "LASTMILE_DATA", "LASTMILE_BINARY", "LASTMILE_BUILD", "LASTMILE_CMAKE",
                                            "LASTMILE_FULL", "LASTMILE_FUZZ_SECONDS"};

constexpr std::array table{
    Setting{"listen", text, "127.0.0.1:8080", false, "address and port to serve; port 0 takes a free one"},
    Setting{"data_folder", text, "data", false, "data folder: embedded store, imported map, proofs, keys, `listen` file, admin socket"},
    Setting{"db", text, "", true, "postgresql://… uses PostgreSQL instead of the embedded store"},
    Setting{"map", text, "", false, "an imported map, or any .osm.pbf (imported into the data folder on first use)"},
    Setting{"road.engine", text, "embedded", false, "embedded (the map's own), osrm or valhalla; another's silence is bridged by the map, or by straight lines"},
    Setting{"road.url", text, "", false, "where osrm or valhalla answers, such as http://10.0.0.5:5000"},
    Setting{"road.profiles", text, "", false,
            "which of our profiles it knows by which name; default: car=driving,van=driving of osrm, all of valhalla. The others are the map's"},
    Setting{"road.timeout_ms", whole, "2000", false, "milliseconds that it may take to answer one question"},
    Setting{"road.learn_speeds", flag, "true", false, "routes, plans and ETAs use the speeds learned from own tracks (they are learned in any case)"},
    Setting{"geocode.engine", text, "embedded", false, "embedded (the map's own), nominatim or photon; another's silence is bridged by the map"},
    Setting{"geocode.url", text, "", false, "where nominatim or photon answers, such as http://10.0.0.5:8080"},
    Setting{"dev", flag, "false", false, "development: webhook targets on loopback are allowed, logs are pretty"},
    Setting{"public_url", text, "", false, "base URL that clients see, where a proxy stands in front; default: the URL listened on"},
    Setting{"log.level", text, "info", false, "debug, info, warn, error"},
    Setting{"log.format", text, "auto", false, "json, pretty, or auto (pretty on a terminal and with --dev)"},
    Setting{"http.threads", whole, "2", false, "I/O threads"},
    Setting{"http.max_body_bytes", whole, "8388608", false, "largest request body, also after decompression"},
    Setting{"http.max_header_bytes", whole, "16384", false, "largest request head"},
    Setting{"http.max_connections", whole, "10000", false, "open connections; more are refused"},
    Setting{"http.header_timeout_s", whole, "10", false, "seconds that a request's head may take, from the connection's start or its first byte"},
    Setting{"http.body_timeout_s", whole, "60", false, "seconds that a request's body may take"},
    Setting{"http.idle_timeout_s", whole, "75", false, "seconds that a connection may be silent between requests"},
    Setting{"http.trusted_proxies", text, "", false, "comma-separated addresses of proxies in front, whose X-Forwarded-For is believed"},
    Setting{"http.cors_origins", text, "", false, "comma-separated origins that browsers may call from; empty: none but our own pages"},
    Setting{"tls.certificate", text, "", false, "PEM certificate chain; with tls.key the server speaks TLS"},
    Setting{"tls.key", text, "", true, "PEM private key"},
    Setting{"store.connections", whole, "8", false, "connections to PostgreSQL"},
    Setting{"store.readers", whole, "4", false, "reader connections of the embedded store"},
    Setting{"store.queue_limit", whole, "4096", false, "commands that may wait; beyond, 503"},
    Setting{"master_key", text, "", true, "ID:BASE64 of 32 bytes, more apart by commas (the first seals); default: the file master.key, made on first start"},
    Setting{"s3.endpoint", text, "", false, "S3-compatible store of files, such as https://s3.eu-central-1.amazonaws.com"},
    Setting{"s3.region", text, "us-east-1", false, "its region"},
    Setting{"s3.access_key_id", text, "", false, "its access key"},
    Setting{"s3.secret_access_key", text, "", true, "its secret key"},
    Setting{"s3.path_style", flag, "true", false, "ENDPOINT/BUCKET/KEY; false: BUCKET.ENDPOINT/KEY"},
    Setting{"s3.bucket", text, "", false, "bucket that proofs and documents are stored in; empty: the data folder"},
    Setting{"s3.prefix", text, "", false, "before every key in that bucket, such as lastmile/"},
    Setting{"s3.import_buckets", text, "", false, "comma-separated buckets that imports may read: BUCKET (every tenant) or TENANT=BUCKET"},
    Setting{"s3.allow_private_networks", text, "", false, "comma-separated networks (CIDR) inside private ranges that it lies in"},
    Setting{"drain_s", whole, "20", false, "seconds that running requests get after SIGTERM"},
    Setting{"work.threads", whole, "2", false, "threads for imports and other long work"},
    Setting{"planning.threads", whole, "1", false, "threads that one plan is searched with"},
};

const Setting& find(std::string_view name) {
    const auto at = std::ranges::find(table, name, &Setting::name);
    if (at == table.end()) throw std::runtime_error(fmt::format("unknown setting \"{}\"; `lastmile config --help` lists all", name));
    return *at;
}

void flatten(const toml::table& node, const std::string& prefix, std::map<std::string, std::string>& out) {
    for (const auto& [key, value] : node) {
        const auto name = prefix.empty() ? std::string(key.str()) : prefix + "." + std::string(key.str());
        if (const auto* inner = value.as_table()) flatten(*inner, name, out);
        else if (const auto* s = value.as_string()) out[name] = s->get();
        else if (const auto* i = value.as_integer()) out[name] = std::to_string(i->get());
        else if (const auto* b = value.as_boolean()) out[name] = b->get() ? "true" : "false";
        else throw std::runtime_error(fmt::format("setting \"{}\" must be a text, a whole number or true/false", name));
    }
}

std::string with_separator(std::string_view name, char separator) {
    std::string out(name);
    std::ranges::replace(out, '.', separator);
    if (separator == '-') std::ranges::replace(out, '_', '-');
    return out;
}

}  // namespace

std::span<const Setting> settings() { return table; }

std::string flag_name(const Setting& setting) {
    if (setting.name == "data_folder") return "--data";
    return "--" + with_separator(setting.name, '-');
}

std::string variable_name(const Setting& setting) {
    auto name = "LASTMILE_" + with_separator(setting.name, '_');
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return name;
}

void Config::set(std::string_view name, std::string value, std::string from) {
    const auto& setting = find(name);
    if (setting.kind == Setting::Kind::whole) {
        std::int64_t number{};
        const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), number);
        if (fault != std::errc{} || end != value.data() + value.size() || number < 0)
            throw std::runtime_error(fmt::format("setting \"{}\" ({}) must be a whole number, not \"{}\"", name, from, value));
    }
    if (setting.kind == Setting::Kind::flag) {
        if (value == "1") value = "true";
        if (value == "0") value = "false";
        if (value != "true" && value != "false")
            throw std::runtime_error(fmt::format("setting \"{}\" ({}) must be true or false, not \"{}\"", name, from, value));
    }
    values_.insert_or_assign(std::string(name), Held{std::move(value), std::move(from)});
}

Config Config::load(const std::string& file, const std::map<std::string, std::string>& flags, char** environment) {
    Config config;
    for (const auto& setting : table) config.values_[std::string(setting.name)] = {std::string(setting.fallback), "default"};
    if (!file.empty()) {
        std::map<std::string, std::string> flat;
        try {
            flatten(toml::parse_file(file), "", flat);
        } catch (const toml::parse_error& fault) {
            throw std::runtime_error(fmt::format("{}:{}: {}", file, fault.source().begin.line, fault.description()));
        }
        for (auto& [name, value] : flat) config.set(name, value, file);
    }
    for (char** at = environment; at && *at; ++at) {
        const std::string_view entry(*at);
        const auto equals = entry.find('=');
        if (!entry.starts_with("LASTMILE_") || equals == entry.npos) continue;
        const auto variable = entry.substr(0, equals);
        if (std::ranges::find(not_settings, variable) != std::end(not_settings)) continue;
        const auto setting = std::ranges::find_if(table, [&](const Setting& s) { return variable_name(s) == variable; });
        if (setting == table.end()) throw std::runtime_error(fmt::format("unknown variable {}; `lastmile config` lists all settings", variable));
        config.set(setting->name, std::string(entry.substr(equals + 1)), std::string(variable));
    }
    for (const auto& [name, value] : flags) config.set(name, value, "flag");
    return config;
}

const std::string& Config::text(std::string_view name) const { return values_.find(find(name).name)->second.value; }
std::int64_t Config::whole(std::string_view name) const { return std::stoll(text(name)); }
bool Config::on(std::string_view name) const { return text(name) == "true"; }

std::string Config::dump() const {
    std::string out;
    for (const auto& setting : table) {
        const auto& held = values_.find(setting.name)->second;
        const bool mask = setting.secret && !held.value.empty();
        out += fmt::format("{} = {}  # {}\n", setting.name, mask ? "********" : held.value.empty() ? "\"\"" : held.value, held.from);
    }
    return out;
}

std::string settings_table() {
    std::string out = "| setting (TOML) | flag | variable | default | what |\n| --- | --- | --- | --- | --- |\n";
    for (const auto& s : table)
        out += fmt::format("| `{}` | `{}` | `{}` | {} | {} |\n", s.name, flag_name(s), variable_name(s),
                           s.fallback.empty() ? "" : fmt::format("`{}`", s.fallback), s.description);
    return out;
}

}  // namespace lastmile::app
