#include "engines/vrp_formats/json_members.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "engines/vrp_formats/json.hpp"

namespace lastmile::vrp {

std::expected<json::value, InputFaults> parse_json(std::string_view text) {
    boost::system::error_code error;
    json::stream_parser parser;
    const auto used = parser.write_some(text.data(), text.size(), error);
    if (!error) parser.finish(error);
    if (!error && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) error = json::error::extra_data;
    if (!error) return parser.release();
    const int line = 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(used, text.size())), '\n'));
    return std::unexpected(InputFaults{{line, {}, "not JSON: " + error.message()}});
}

namespace {

void write(const json::value& value, std::string& out) {
    if (value.is_array()) {
        out += '[';
        bool first = true;
        for (const auto& item : value.get_array()) {
            if (!std::exchange(first, false)) out += ',';
            write(item, out);
        }
        out += ']';
    } else if (value.is_object()) {
        out += '{';
        bool first = true;
        for (const auto& member : value.get_object()) {
            if (!std::exchange(first, false)) out += ',';
            out += json::serialize(member.key()) + ':';
            write(member.value(), out);
        }
        out += '}';
    } else if (value.is_double() && std::isfinite(value.get_double())) {
        char digits[32];
        out.append(digits, std::to_chars(digits, digits + sizeof digits, value.get_double()).ptr);
    } else {
        out += json::serialize(value);
    }
}

}  // namespace

std::string json_text(const json::value& value) {
    std::string out;
    write(value, out);
    return out;
}

void read_table(const json::value& value, const std::string& pointer, std::vector<std::vector<std::int64_t>>& out, InputFaults& faults) {
    if (!value.is_array()) {
        faults.push_back({0, pointer, "must be an array of rows"});
        return;
    }
    for (std::size_t r = 0; r < value.get_array().size(); ++r) {
        const auto& row = value.get_array()[r];
        const std::string here = pointer + "/" + std::to_string(r);
        if (!row.is_array() || row.get_array().size() != value.get_array().size()) {
            faults.push_back({0, here, "the table must be square"});
            return;
        }
        auto& made = out.emplace_back();
        for (const auto& cell : row.get_array()) {
            const bool number = cell.is_number();
            const double amount = number ? cell.to_number<double>() : cell.is_null() ? -1 : -2;  // null: no way, as routers say it
            if (amount < -1 || amount > 2e9) faults.push_back({0, here, "must be numbers up to 2e9, -1 or null where there is no way"});
            made.push_back(std::llround(amount));
            if (!faults.empty() && faults.size() > 20) return;
        }
    }
}

TextKind kind_of(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first == std::string_view::npos) return TextKind::json;
    if (text[first] == '{') {
        const bool ours = text.find("\"tasks\"") != std::string_view::npos;
        const bool theirs = text.find("\"jobs\"") != std::string_view::npos || text.find("\"shipments\"") != std::string_view::npos;
        return theirs && !ours ? TextKind::vroom : TextKind::json;
    }
    if (text.find("CUST") != std::string_view::npos && text.find("NUMBER") != std::string_view::npos) return TextKind::solomon;
    if (text.find("_SECTION") != std::string_view::npos || text.find("DIMENSION") != std::string_view::npos) return TextKind::vrplib;
    return text[first] >= '0' && text[first] <= '9' ? TextKind::lilim : TextKind::json;
}

}  // namespace lastmile::vrp
