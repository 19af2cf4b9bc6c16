// Profiles from TOML: the built-in ones are embedded by the assembler, so that the program needs no file at run time.
#include <algorithm>
#include <stdexcept>
#include <toml++/toml.h>

#include "engines/road_import/profile.hpp"

#define EMBED(name)                                                                     \
    __asm__(".section .rodata\n.global profile_" #name "_begin\n.global profile_" #name \
            "_end\n"                                                                    \
            "profile_" #name "_begin:\n.incbin \"engines/road_import/profiles/" #name   \
            ".toml\"\n"                                                                 \
            "profile_" #name "_end:\n.byte 0\n.previous\n");                            \
    extern "C" const char profile_##name##_begin[], profile_##name##_end[];

EMBED(car)
EMBED(van)
EMBED(truck)
EMBED(bike)
EMBED(cargo_bike)
EMBED(foot)

namespace lastmile::road_import {
namespace {

[[noreturn]] void refuse(const std::string& profile, const std::string& what) {
    throw std::runtime_error("Profile " + profile + ": " + what + ".");
}

double number(const std::string& profile, std::string_view key, const toml::node& node) {
    const auto value = node.value<double>();
    if (!value || *value < 0) refuse(profile, std::string(key) + " must be a number that is not negative");
    return *value;
}

std::vector<std::string> texts(const std::string& profile, std::string_view key, const toml::node& node) {
    std::vector<std::string> list;
    const auto* array = node.as_array();
    if (!array) refuse(profile, std::string(key) + " must be a list of texts");
    for (const auto& item : *array) {
        if (!item.is_string()) refuse(profile, std::string(key) + " must be a list of texts");
        list.push_back(item.as_string()->get());
    }
    return list;
}

const toml::table& table_of(const std::string& profile, std::string_view key, const toml::node& node) {
    if (!node.is_table()) refuse(profile, std::string(key) + " must be a table");
    return *node.as_table();
}

Table numbers(const std::string& profile, std::string_view key, const toml::node& node) {
    Table table;
    for (const auto& [name, value] : table_of(profile, key, node)) table[std::string(name.str())] = number(profile, name.str(), value);
    return table;
}

void read_dimensions(Profile& p, const toml::node& node) {
    p.dimensions = {};
    for (const auto& [key, value] : numbers(p.name, "dimensions", node)) {
        if (key == "height_m") p.dimensions.height_m = value;
        else if (key == "width_m") p.dimensions.width_m = value;
        else if (key == "length_m") p.dimensions.length_m = value;
        else if (key == "weight_t") p.dimensions.weight_t = value;
        else if (key == "axle_t") p.dimensions.axle_t = value;
        else refuse(p.name, "dimensions." + key + " is not known");
    }
}

void read_turns(Profile& p, const toml::node& node) {
    p.turns = {};
    for (const auto& [name, value] : table_of(p.name, "turns", node)) {
        const auto key = name.str();
        if (key == "near_s") p.turns.near_s = number(p.name, key, value);
        else if (key == "far_s") p.turns.far_s = number(p.name, key, value);
        else if (key == "signal_s") p.turns.signal_s = number(p.name, key, value);
        else if (key == "crossing_s") p.turns.crossing_s = number(p.name, key, value);
        else if (key == "u_turn_s") p.turns.u_turn_s = number(p.name, key, value);
        else if (key == "u_turns") {
            const auto kind = value.value<std::string>().value_or("");
            if (kind != "never" && kind != "dead_end" && kind != "anywhere")
                refuse(p.name, "turns.u_turns must be never, dead_end or anywhere");
            p.turns.u_turns = kind == "never" ? UTurns::never : kind == "dead_end" ? UTurns::dead_end : UTurns::anywhere;
        } else refuse(p.name, "turns." + std::string(key) + " is not known");
    }
}

void read_access(Profile& p, const toml::node& node) {
    p.access.clear();
    for (const auto& [name, value] : table_of(p.name, "access", node)) {
        const auto key = name.str();
        if (key != "yes" && key != "visitors" && key != "no") refuse(p.name, "access." + std::string(key) + " is not known");
        const Access access = key == "yes" ? Access::yes : key == "visitors" ? Access::visitors : Access::no;
        for (const auto& word : texts(p.name, key, value)) p.access[word] = access;
    }
}

void read_key(Profile& p, std::string_view key, const toml::node& value) {
    const auto flag = [&] {
        if (!value.is_boolean()) refuse(p.name, std::string(key) + " must be true or false");
        return value.as_boolean()->get();
    };
    if (key == "access_keys") p.access_keys = texts(p.name, key, value);
    else if (key == "explicit_keys") p.explicit_keys = static_cast<std::size_t>(number(p.name, key, value));
    else if (key == "oneway_keys") p.oneway_keys = texts(p.name, key, value);
    else if (key == "implied_oneway") p.implied_oneway = flag();
    else if (key == "contraflow") p.contraflow = flag();
    else if (key == "restrictions") p.restrictions = flag();
    else if (key == "closed_by") p.closed_by = texts(p.name, key, value);
    else if (key == "max_kmh") p.max_kmh = number(p.name, key, value);
    else if (key == "maxspeed_share") p.maxspeed_share = number(p.name, key, value);
    else if (key == "speeds") p.speeds = numbers(p.name, key, value);
    else if (key == "if_allowed") p.if_allowed = numbers(p.name, key, value);
    else if (key == "service") p.service = numbers(p.name, key, value);
    else if (key == "caps") {
        for (const auto& [tag, caps] : table_of(p.name, key, value)) p.caps[std::string(tag.str())] = numbers(p.name, tag.str(), caps);
    } else if (key == "access") read_access(p, value);
    else if (key == "barriers") {
        for (const auto& [name, list] : table_of(p.name, key, value)) {
            if (name.str() != "pass") refuse(p.name, "barriers." + std::string(name.str()) + " is not known");
            p.barriers_passed = texts(p.name, "barriers.pass", list);
        }
    } else if (key == "dimensions") read_dimensions(p, value);
    else if (key == "turns") read_turns(p, value);
    else refuse(p.name, std::string(key) + " is not known");
}

}  // namespace

Profile parse_profile(std::string_view text, const std::vector<Profile>& known) {
    toml::table table;
    try {
        table = toml::parse(text);
    } catch (const toml::parse_error& error) {
        refuse("", std::string(error.description()) + " in line " + std::to_string(error.source().begin.line));
    }
    const auto name = table["name"].value<std::string>().value_or("");
    if (name.empty() || name.size() > 31 || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != name.npos)
        refuse(name, "name must be 1 to 31 small letters, digits or _");
    Profile p;
    if (const auto base = table["based_on"].value<std::string>()) {
        const auto at = std::find_if(known.begin(), known.end(), [&](const Profile& k) { return k.name == *base; });
        if (at == known.end()) refuse(name, "based_on names " + *base + ", which is not known");
        p = *at;
    }
    p.name = name;
    for (const auto& [key, value] : table)
        if (key.str() != "name" && key.str() != "based_on") read_key(p, key.str(), value);
    if (p.access_keys.empty() || p.speeds.empty() || p.max_kmh <= 0) refuse(name, "access_keys, speeds and max_kmh are needed");
    return p;
}

std::vector<Profile> built_in_profiles() {
    std::vector<Profile> profiles;
    const auto add = [&](const char* begin, const char* end) {
        profiles.push_back(parse_profile({begin, static_cast<std::size_t>(end - begin)}, profiles));
    };
    add(profile_car_begin, profile_car_end);
    add(profile_van_begin, profile_van_end);
    add(profile_truck_begin, profile_truck_end);
    add(profile_bike_begin, profile_bike_end);
    add(profile_cargo_bike_begin, profile_cargo_bike_end);
    add(profile_foot_begin, profile_foot_end);
    return profiles;
}

}  // namespace lastmile::road_import
