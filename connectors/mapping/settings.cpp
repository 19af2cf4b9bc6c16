#include "connectors/mapping/settings.hpp"

#include <algorithm>

namespace lastmile::connectors {
namespace {

namespace json = boost::json;

std::string names_of(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text.empty() ? "nothing" : text;
}

}  // namespace

std::shared_ptr<const Mapping> decoded_mapping(const json::object& document, const std::string& pointer, std::vector<FieldError>& errors) {
    auto decoded = schema::decode<Mapping>(schema::to_text(document));
    if (!decoded) {
        for (auto& error : decoded.error().errors) errors.push_back({pointer + error.pointer.substr(1), error.code, error.detail});
        if (decoded.error().errors.empty()) errors.push_back({pointer, "invalid", decoded.error().detail});
        return nullptr;
    }
    auto faults = faults_of(*decoded, pointer);
    if (!faults.empty()) {
        errors.insert(errors.end(), faults.begin(), faults.end());
        return nullptr;
    }
    return std::make_shared<const Mapping>(std::move(*decoded));
}

void merge_patch(json::object& target, const json::object& patch) {
    for (const auto& [key, change] : patch) {
        if (change.is_null()) {
            target.erase(key);
        } else if (const auto* inner = change.if_object()) {
            auto& at = target[key];
            if (!at.is_object()) at = json::object{};
            merge_patch(at.get_object(), *inner);
        } else {
            target[key] = change;
        }
    }
}

void check_settings(const json::value& settings, const json::object& config, std::vector<FieldError>& errors) {
    static const json::object none;
    const auto& known = settings.is_object() ? settings.get_object() : none;
    std::vector<std::string> names;
    for (const auto& [key, about] : known) names.emplace_back(key);
    names.emplace_back("overrides");
    for (const auto& [key, given] : config) {
        const auto at = schema::child_pointer("#/config", key);
        if (key == "overrides") {
            if (!given.is_object()) errors.push_back({at, "wrong_type", "must be an object: a merge patch over the adapter's mapping"});
            continue;
        }
        const auto* setting = known.if_contains(key);
        if (!setting) {
            errors.push_back({at, "unknown_field", "is no setting of this connector; there are " + names_of(names)});
            continue;
        }
        const auto* kind = setting->as_object().if_contains("default");
        if (!kind || kind->is_string() ? !given.is_string() : kind->is_number() ? !given.is_number() : kind->is_bool() ? !given.is_bool() : false)
            errors.push_back({at, "wrong_type", "is of another kind: " + std::string(setting->at("about").as_string())});
        else if (given.is_string() && (given.get_string().empty() || given.get_string().size() > 2000))
            errors.push_back({at, "out_of_range", "must be 1 to 2000 characters"});
    }
    for (const auto& [key, about] : known) {
        const auto* required = about.as_object().if_contains("required");
        if (required && *required == json::value(true) && !config.contains(key))
            errors.push_back({schema::child_pointer("#/config", key), "required", std::string(about.at("about").as_string())});
    }
}

json::object with_defaults(const json::value& settings, const json::object& config) {
    auto full = config;
    if (const auto* known = settings.if_object())
        for (const auto& [key, about] : *known)
            if (const auto* otherwise = about.as_object().if_contains("default"); otherwise && !full.contains(key)) full[key] = *otherwise;
    return full;
}

void check_named(const std::vector<Slug>& needed, const std::vector<Slug>& optional, const json::object& given, std::vector<FieldError>& errors) {
    std::vector<std::string> names(needed.begin(), needed.end());
    names.insert(names.end(), optional.begin(), optional.end());
    for (const auto& [key, secret] : given) {
        const auto at = schema::child_pointer("#/credentials", key);
        if (std::ranges::find(names, std::string(key)) == names.end())
            errors.push_back({at, "unknown_field", "is no credential of this connector; there are " + names_of(names)});
        else if (!secret.is_string() || secret.get_string().empty() || secret.get_string().size() > 4096)
            errors.push_back({at, "wrong_type", "must be a text of 1 to 4096 characters"});
    }
    for (const auto& name : needed)
        if (!given.contains(std::string(name))) errors.push_back({schema::child_pointer("#/credentials", name), "required", "the partner cannot be called without it"});
}

}  // namespace lastmile::connectors
