#include "platform/crypto/strict_json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <set>
#include <string>
#include <vector>

namespace lastmile::crypto {
namespace {

namespace json = boost::json;

/// Sees every key; refuses the second of its name in one object.
struct KeyWatch {
    static constexpr std::size_t max_object_size = 1000, max_array_size = 1000, max_key_size = 1000, max_string_size = 64 * 1024;
    using Code = json::error_code;
    using Text = json::string_view;
    std::vector<std::set<std::string>> open;
    std::string key;

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return open.emplace_back(), true; }
    bool on_object_end(std::size_t, Code&) { return open.pop_back(), true; }
    bool on_array_begin(Code&) { return true; }
    bool on_array_end(std::size_t, Code&) { return true; }
    bool on_key_part(Text part, std::size_t, Code&) { return key.append(part.data(), part.size()), true; }
    bool on_key(Text part, std::size_t, Code& ec) {
        key.append(part.data(), part.size());
        const bool fresh = open.back().insert(std::exchange(key, {})).second;
        if (!fresh) ec = json::error::syntax;
        return fresh;
    }
    bool on_string_part(Text, std::size_t, Code&) { return true; }
    bool on_string(Text, std::size_t, Code&) { return true; }
    bool on_number_part(Text, Code&) { return true; }
    bool on_int64(std::int64_t, Text, Code&) { return true; }
    bool on_uint64(std::uint64_t, Text, Code&) { return true; }
    bool on_double(double, Text, Code&) { return true; }
    bool on_bool(bool, Code&) { return true; }
    bool on_null(Code&) { return true; }
    bool on_comment_part(Text, Code&) { return true; }
    bool on_comment(Text, Code&) { return true; }
};

}  // namespace

std::optional<json::object> parse_strict_object(std::string_view text) {
    json::parse_options options;
    options.max_depth = 16;
    json::basic_parser<KeyWatch> watch(options);
    json::error_code ec;
    const auto taken = watch.write_some(false, text.data(), text.size(), ec);
    if (ec || taken != text.size()) return std::nullopt;
    auto value = json::parse(json::string_view(text.data(), text.size()), ec, {}, options);
    if (ec || !value.is_object()) return std::nullopt;
    return std::move(value.as_object());
}

}  // namespace lastmile::crypto
