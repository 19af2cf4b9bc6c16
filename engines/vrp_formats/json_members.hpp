#pragma once
// Strict reading of JSON objects: every member is asked for by name, with its pointer; what nobody asked for is a fault.
#include <boost/json.hpp>
#include <cmath>
#include <set>

#include "engines/vrp_formats/text.hpp"

namespace lastmile::vrp {

namespace json = boost::json;

class Members {
public:
    /// With `notes` unknown members are told there and let pass.
    Members(const json::value& value, std::string pointer, InputFaults& faults, std::vector<std::string>* notes = nullptr)
        : pointer_(std::move(pointer)), faults_(faults), notes_(notes) {
        if (value.is_object())
            object_ = &value.get_object();
        else
            fault("", "must be an object");
    }
    ~Members() {
        if (!object_) return;
        for (const auto& member : *object_) {
            const std::string name(member.key());
            if (asked_.contains(name)) continue;
            if (notes_)
                notes_->push_back(pointer_ + "/" + name);
            else
                fault("/" + name, "is not known");
        }
    }
    Members(const Members&) = delete;
    Members& operator=(const Members&) = delete;

    const json::value* find(const char* name) {
        asked_.insert(name);
        if (!object_) return nullptr;
        const auto* value = object_->if_contains(name);
        return value && !value->is_null() ? value : nullptr;
    }
    bool has(const char* name) { return find(name) != nullptr; }
    std::string at(const std::string& name) const { return pointer_ + "/" + name; }
    void fault(const std::string& where, const std::string& detail) { faults_.push_back({0, pointer_ + where, detail}); }
    InputFaults& faults() { return faults_; }

    template <class T>
    void integer(const char* name, T& out) {
        if (const auto* value = find(name)) out = static_cast<T>(whole(*value, at(name)));
    }
    template <class T>
    void integer(const char* name, std::optional<T>& out) {
        if (const auto* value = find(name)) out = static_cast<T>(whole(*value, at(name)));
    }
    void number(const char* name, double& out) {
        if (const auto* value = find(name)) out = real(*value, at(name));
    }
    void number(const char* name, std::optional<double>& out) {
        if (const auto* value = find(name)) out = real(*value, at(name));
    }
    void boolean(const char* name, bool& out) {
        const auto* value = find(name);
        if (value && value->is_bool())
            out = value->get_bool();
        else if (value)
            fault("/" + std::string(name), "must be true or false");
    }
    void text(const char* name, std::string& out) {
        const auto* value = find(name);
        if (value && value->is_string())
            out = std::string(value->get_string());
        else if (value)
            fault("/" + std::string(name), "must be a string");
    }
    template <class Item>
    void list(const char* name, Item item) {
        const auto* value = find(name);
        if (!value) return;
        if (!value->is_array()) return fault("/" + std::string(name), "must be an array");
        std::size_t i = 0;
        for (const auto& element : value->get_array()) item(element, at(name) + "/" + std::to_string(i++));
    }
    template <class T>
    void integers(const char* name, std::vector<T>& out) {
        list(name, [&](const json::value& value, const std::string& here) { out.push_back(static_cast<T>(whole(value, here))); });
    }
    void texts(const char* name, std::vector<std::string>& out) {
        list(name, [&](const json::value& value, const std::string& here) {
            if (value.is_string())
                out.emplace_back(value.get_string());
            else
                faults_.push_back({0, here, "must be a string"});
        });
    }
    /// `[[from, to], …]`
    void windows(const char* name, std::vector<Window>& out) {
        list(name, [&](const json::value& value, const std::string& here) { out.push_back(window(value, here)); });
    }
    Window window(const json::value& value, const std::string& here) {
        if (!value.is_array() || value.get_array().size() != 2) {
            faults_.push_back({0, here, "must be [from, to]"});
            return {};
        }
        return {whole(value.get_array()[0], here + "/0"), whole(value.get_array()[1], here + "/1")};
    }
    std::int64_t whole(const json::value& value, const std::string& here) {
        constexpr std::int64_t most = std::int64_t{1} << 53;
        if (value.is_int64() && value.get_int64() >= -most && value.get_int64() <= most) return value.get_int64();
        if (value.is_uint64() && value.get_uint64() <= static_cast<std::uint64_t>(most)) return static_cast<std::int64_t>(value.get_uint64());
        if (value.is_double() && std::floor(value.get_double()) == value.get_double() && std::abs(value.get_double()) <= static_cast<double>(most))
            return static_cast<std::int64_t>(value.get_double());
        faults_.push_back({0, here, "must be a whole number"});
        return 0;
    }
    double real(const json::value& value, const std::string& here) {
        if (value.is_number()) return value.to_number<double>();
        faults_.push_back({0, here, "must be a number"});
        return 0;
    }

private:
    const json::object* object_ = nullptr;
    std::string pointer_;
    InputFaults& faults_;
    std::vector<std::string>* notes_;
    std::set<std::string> asked_;
};

/// Parsed document, or the line of the first error.
std::expected<json::value, InputFaults> parse_json(std::string_view text);
/// As people write numbers: 13.25, not 1.325E1.
std::string json_text(const json::value& value);
/// A square table of whole numbers into one half of the legs.
void read_table(const json::value& value, const std::string& pointer, std::vector<std::vector<std::int64_t>>& out, InputFaults& faults);

}  // namespace lastmile::vrp
