// JSON text into a document, keeping the places of members that stand twice (Boost's own handler lets the last one win in silence).
#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <stdexcept>
#include <unordered_set>

#include "platform/schema/codec.hpp"
#include "platform/schema/parse.hpp"

namespace lastmile::schema {
namespace {

namespace json = boost::json;

/// `Checked`: members that stand twice are found.
template <bool Checked>
struct Handler {
    static constexpr std::size_t max_object_size = std::size_t(-1), max_array_size = std::size_t(-1), max_key_size = std::size_t(-1),
                                 max_string_size = std::size_t(-1);
    using error_code = json::error_code;
    using view = json::string_view;

    struct Frame {
        bool object;
        std::size_t items = 0;
        std::string key{};
        std::unordered_set<std::string> keys{};
    };
    json::value_stack stack{};
    std::vector<Frame> frames{};
    std::string part{};
    Findings repeated{};

    std::string pointer() const {
        std::string text = "#";
        for (const auto& frame : frames) text = child_pointer(text, frame.object ? frame.key : std::to_string(frame.items));
        return text;
    }
    void passed() {
        if (!frames.empty() && !frames.back().object) ++frames.back().items;
    }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    void enter(bool object) {
        if constexpr (Checked) frames.push_back({.object = object});
    }
    void leave() {
        if constexpr (Checked) frames.pop_back();
    }
    bool on_object_begin(error_code&) { enter(true); return true; }
    bool on_object_end(std::size_t n, error_code&) { leave(); stack.push_object(n); passed(); return true; }
    bool on_array_begin(error_code&) { enter(false); return true; }
    bool on_array_end(std::size_t n, error_code&) { leave(); stack.push_array(n); passed(); return true; }
    bool on_key_part(view s, std::size_t, error_code&) {
        if constexpr (Checked) part.append(s.data(), s.size());
        stack.push_chars(s);
        return true;
    }
    bool on_key(view s, std::size_t, error_code&) {
        if constexpr (!Checked) return stack.push_key(s), true;
        part.append(s.data(), s.size());
        auto& frame = frames.back();
        frame.key = std::exchange(part, {});
        if (!frame.keys.insert(frame.key).second) repeated.add(pointer(), "duplicate_field", "stands twice in the same object");
        stack.push_key(s);
        return true;
    }
    bool on_string_part(view s, std::size_t, error_code&) { stack.push_chars(s); return true; }
    bool on_string(view s, std::size_t, error_code&) { stack.push_string(s); passed(); return true; }
    bool on_number_part(view s, error_code&) { part.append(s.data(), s.size()); return true; }
    bool on_int64(std::int64_t i, view, error_code&) { part.clear(); stack.push_int64(i); passed(); return true; }
    bool on_uint64(std::uint64_t u, view, error_code&) { part.clear(); stack.push_uint64(u); passed(); return true; }
    /// Boost 1.81 rounds the last digit wrongly now and then; from_chars is exact.
    bool on_double(double d, view s, error_code& error) {
        part.append(s.data(), s.size());
        const auto [end, fault] = std::from_chars(part.data(), part.data() + part.size(), d);
        if (fault == std::errc::result_out_of_range && !(d > -1 && d < 1)) error = json::error::exponent_overflow;
        part.clear();
        stack.push_double(d);
        passed();
        return !error;
    }
    bool on_bool(bool b, error_code&) { stack.push_bool(b); passed(); return true; }
    bool on_null(error_code&) { stack.push_null(); passed(); return true; }
    bool on_comment_part(view, error_code&) { return true; }
    bool on_comment(view, error_code&) { return true; }
};

json::parse_options strict() {
    json::parse_options options;
    options.max_depth = 32;
    return options;
}

/// How far it came.
template <bool Checked>
std::size_t run(json::basic_parser<Handler<Checked>>& parser, std::string_view text, json::error_code& error) {
    const auto used = parser.write_some(false, text.data(), text.size(), error);
    if (error || used == text.size()) return used;
    const auto rest = text.find_first_not_of(" \t\r\n", used);
    if (rest == text.npos) return text.size();
    error = json::error::extra_data;
    return rest;
}

}  // namespace

json::value parse_stored(std::string_view text, json::storage_ptr memory) {
    json::basic_parser<Handler<false>> parser(strict());
    parser.handler().stack.reset(std::move(memory));
    json::error_code error;
    run(parser, text, error);
    if (error) throw std::logic_error("a stored document is not JSON: " + error.message());
    return parser.handler().stack.release();
}

Result<json::value> parse_json(std::string_view text) {
    json::basic_parser<Handler<true>> parser(strict());
    parser.handler().stack.reset();
    json::error_code error;
    const auto used = run(parser, text, error);
    if (error) {
        const bool deep = error == json::error::too_deep;
        auto refusal = refuse(reasons::malformed, deep ? std::string("The JSON is nested more than 32 levels deep.")
                                                       : fmt::format("Not JSON at byte {}: {}.", used, error.message()));
        refusal.error().extras["offset"] = used;
        return refusal;
    }
    if (!parser.handler().repeated.empty())
        return refuse(reasons::invalid, "Members stand twice in the same object.", parser.handler().repeated.take());
    return parser.handler().stack.release();
}

}  // namespace lastmile::schema
