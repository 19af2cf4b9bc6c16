// The schema against the cookbook and against what the reader refuses, judged by a small validator of its own that knows only JSON Schema.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engines/vrp_formats/json.hpp"

namespace lastmile::vrp {
namespace {

namespace json = boost::json;

const std::filesystem::path book = std::filesystem::path(LASTMILE_SOURCE_DIR) / "docs/book";

std::string content(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The keywords that the schema uses, each by its definition in the standard; an unknown one fails the test.
class Validator {
public:
    explicit Validator(const json::value& root) : root_(root) {}

    std::vector<std::string> faults(const json::value& value) {
        found_.clear();
        check(root_, value, "");
        return found_;
    }

private:
    bool holds(const json::value& schema, const json::value& value) {
        const auto before = found_.size();
        check(schema, value, "");
        const bool good = found_.size() == before;
        found_.resize(before);
        return good;
    }
    static bool is(const std::string& type, const json::value& v) {
        if (type == "object") return v.is_object();
        if (type == "array") return v.is_array();
        if (type == "string") return v.is_string();
        if (type == "boolean") return v.is_bool();
        if (type == "null") return v.is_null();
        if (type == "number") return v.is_number();
        return type == "integer" && v.is_number() && v.to_number<double>() == std::floor(v.to_number<double>());
    }
    void check(const json::value& schema, const json::value& value, const std::string& at) {
        const auto fail = [&](const std::string& why) { found_.push_back(at + ": " + why); };
        for (const auto& keyword : schema.as_object()) {
            const std::string key(keyword.key());
            const auto& rule = keyword.value();
            if (key == "$ref") {
                check(root_.at("$defs").at(std::string(rule.as_string()).substr(8)), value, at);
            } else if (key == "type") {
                const auto types = rule.is_array() ? rule.as_array() : json::array{rule};
                if (std::ranges::none_of(types, [&](const auto& type) { return is(std::string(type.as_string()), value); })) fail("type");
            } else if (key == "enum") {
                if (std::ranges::find(rule.as_array(), value) == rule.as_array().end()) fail("enum");
            } else if (key == "minimum") {
                if (value.is_number() && value.to_number<double>() < rule.to_number<double>()) fail("minimum");
            } else if (key == "exclusiveMinimum") {
                if (value.is_number() && value.to_number<double>() <= rule.to_number<double>()) fail("exclusiveMinimum");
            } else if (key == "maximum") {
                if (value.is_number() && value.to_number<double>() > rule.to_number<double>()) fail("maximum");
            } else if (key == "items") {
                std::size_t i = 0;
                if (value.is_array())
                    for (const auto& item : value.as_array()) check(rule, item, at + "/" + std::to_string(i++));
            } else if (key == "minItems" || key == "maxItems") {
                const auto size = value.is_array() ? static_cast<std::int64_t>(value.as_array().size()) : rule.as_int64();
                if (key[1] == 'i' ? size < rule.as_int64() : size > rule.as_int64()) fail(key);
            } else if (key == "properties") {
                for (const auto& property : rule.as_object())
                    if (const auto* member = value.is_object() ? value.as_object().if_contains(property.key()) : nullptr)
                        check(property.value(), *member, at + "/" + std::string(property.key()));
            } else if (key == "required") {
                for (const auto& name : rule.as_array())
                    if (value.is_object() && !value.as_object().contains(name.as_string())) fail("required " + std::string(name.as_string()));
            } else if (key == "additionalProperties") {
                if (!value.is_object()) continue;
                for (const auto& member : value.as_object())
                    if (!schema.at("properties").as_object().contains(member.key())) fail("additional " + std::string(member.key()));
            } else if (key == "oneOf") {
                if (std::ranges::count_if(rule.as_array(), [&](const auto& one) { return holds(one, value); }) != 1) fail("oneOf");
            } else if (key != "description" && key != "default" && key != "title" && key != "$schema" && key != "$defs") {
                fail("a keyword that this test does not know: " + key);
            }
        }
    }

    const json::value& root_;
    std::vector<std::string> found_;
};

TEST(Schema, TheBookHasTheOneThatTheReaderMakes) {
    EXPECT_TRUE(content(book / "problem.schema.json") == problem_schema()) << "lastmile solve --schema > docs/book/problem.schema.json";
}

TEST(Schema, CookbookCasesAreValid) {
    const auto schema = json::parse(problem_schema());
    Validator validator(schema);
    std::size_t cases = 0;
    for (const auto& entry : std::filesystem::directory_iterator(book / "cookbook")) {
        const auto faults = validator.faults(json::parse(content(entry.path())));
        EXPECT_TRUE(faults.empty()) << entry.path() << faults.front();
        ++cases;
    }
    EXPECT_EQ(cases, 20u);
}

/// Whatever one changes at one member, schema and reader agree whether it may be so.
TEST(Schema, RefusesWhatTheReaderRefuses) {
    const auto schema = json::parse(problem_schema());
    Validator validator(schema);
    const std::string good = R"({"places":2,"profiles":[{"durations":[[0,1],[1,0]]}],"vehicles":[{"start":0}],"tasks":[{"kind":"service","visits":[{"place":1}]}]})";
    EXPECT_TRUE(read_json(good));
    EXPECT_TRUE(validator.faults(json::parse(good)).empty());
    const std::pair<const char*, const char*> changes[] = {
        {R"({"start":0})", R"({"strat":0})"},         {R"({"start":0})", R"({"start":-1})"},
        {R"({"start":0})", R"({"start":0.5})"},       {R"({"start":0})", R"({"shift":[[1]]})"},
        {R"({"start":0})", R"({"per_km":"1"})"},      {R"({"start":0})", R"({"loading":"fifo"})"},
        {R"({"start":0})", R"({"breaks":[{"paid":1}]})"}, {R"({"start":0})", R"({"state":{"locked":[{"task":-1}]}})"},
        {R"("kind":"service",)", ""},                 {R"("kind":"service")", R"("kind":"service","priority":101)"},
        {R"({"place":1})", R"({"place":1,"per_type":[{"service":-1}]})"}, {R"({"durations":[[0,1],[1,0]]})", R"({"durations":[[0,1],[1,0]],"speed_kmh":5})"},
        {R"("places":2,)", ""},                       {R"("vehicles":)", R"("weights":{"balance_reference":0},"vehicles":)"}};
    for (const auto& [what, instead] : changes) {
        std::string text = good;
        ASSERT_NE(text.find(what), std::string::npos);
        text.replace(text.find(what), std::string(what).size(), instead);
        EXPECT_FALSE(read_json(text)) << text;
        EXPECT_FALSE(validator.faults(json::parse(text)).empty()) << text;
    }
}

}  // namespace
}  // namespace lastmile::vrp
