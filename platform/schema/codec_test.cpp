#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "platform/schema/schema.hpp"

namespace lastmile::codec_test {

enum class Level { normal, high, return_, threepl };
LASTMILE_ENUM(Level, normal, high, return_, threepl)
LASTMILE_ALIAS(Level, {"threepl", "3pl"})

struct Window {
    Instant from;
    Instant to;
    friend bool operator==(const Window&, const Window&) = default;
};
LASTMILE_VALUE(Window, (from, to))
LASTMILE_DOC(Window, "A span of time.", {"from", "start, inclusive", "2025-09-01T08:00:00Z"}, {"to", "end, exclusive"})
inline void schema_check(const Window& w, const schema::Check& check) {
    if (w.from >= w.to) check.add("to", "not_after_from", "must be later than from");
}

struct Parcel {
    static constexpr std::string_view id_prefix = "par";
    Id<Parcel> id;
    Grams weight;
    Text<1, 20> label;
    Level level = Level::normal;
    std::optional<Window> window;
    List<Text<1, 5>, 0, 3> tags;
    std::map<std::string, double> sizes;
    Nullable<Phone> phone;
    Patch<Text<1, 9>> note;
    Metadata metadata;
    std::variant<Text<1, 40>, Window> place;
    friend bool operator==(const Parcel&, const Parcel&) = default;
};
LASTMILE_RESOURCE(Parcel, (id, weight, label, level, window, tags, sizes, phone, note, metadata, place))
LASTMILE_DEFAULTS(Parcel, (level, tags, sizes, metadata, place))
LASTMILE_VIEW(Parcel, owner, (*))
LASTMILE_VIEW(Parcel, recipient, (label, level))

const std::string minimal = R"({"id":"par_01hf7yat00e000000000000000","weight":5,"label":"a","phone":null})";

std::vector<std::string> codes(std::string_view text) {
    auto result = schema::decode<Parcel>(text);
    std::vector<std::string> list;
    if (result) return list;
    for (const auto& error : result.error().errors) list.push_back(error.pointer + " " + error.code);
    if (list.empty()) list.push_back(std::string(result.error().reason->slug));
    return list;
}
std::vector<std::string> with(std::string_view members) { return codes(minimal.substr(0, minimal.size() - 1) + "," + std::string(members) + "}"); }
using Codes = std::vector<std::string>;

TEST(Decode, TakesDefaultsAndNormalises) {
    auto parcel = schema::decode<Parcel>(R"({"id":"par_01hf7yat00e000000000000000","weight":1e3,"label":"Ä","phone":"0049 (395) 123-45"})");
    ASSERT_TRUE(parcel) << parcel.error().detail;
    EXPECT_EQ(parcel->weight, 1000);
    EXPECT_EQ(*parcel->phone, "+4939512345");
    EXPECT_EQ(parcel->level, Level::normal);
    EXPECT_FALSE(parcel->note.present);
}

TEST(Decode, NamesEveryBadFieldAtOnce) {
    EXPECT_EQ(codes(R"({"weight":-1,"lable":"a","phone":7,"window":{"from":"x","to":"2025-09-01T08:00:00Z"},"tags":["a","toolong"]})"),
              (Codes{"#/id required", "#/weight out_of_range", "#/label required", "#/window/from invalid_format", "#/tags/1 too_long", "#/phone wrong_type",
                     "#/lable unknown_field"}));
    const auto result = schema::decode<Parcel>(R"({"lable":1})");
    EXPECT_EQ(result.error().errors.back().detail, "is not a field of this object; did you mean label?");
    EXPECT_EQ(result.error().reason->status, 422);
}

TEST(Decode, RefusesWhatDoesNotFit) {
    EXPECT_EQ(with(R"("window":null)"), Codes{"#/window not_nullable"});
    EXPECT_EQ(with(R"("window":{"from":"2025-09-01T08:00:00Z","to":"2025-09-01T08:00:00Z"})"), Codes{"#/window/to not_after_from"});
    EXPECT_EQ(with(R"("tags":["a","b","c","d"])"), Codes{"#/tags too_many_items"});
    EXPECT_EQ(with(R"("level":"hihg")"), Codes{"#/level not_one_of"});
    EXPECT_EQ(with(R"("sizes":{"a/b":"x"})"), Codes{"#/sizes/a~1b wrong_type"});
    EXPECT_EQ(with(R"("metadata":[])"), Codes{"#/metadata wrong_type"});
    EXPECT_EQ(with(R"("metadata":{"a":")" + std::string(17'000, 'x') + "\"}"), Codes{"#/metadata too_big"});
    EXPECT_EQ(with(R"("place":7)"), Codes{"#/place wrong_type"});
    EXPECT_EQ(with(R"("place":{"from":"2025-09-01T08:00:00Z"})"), Codes{"#/place/to required"});
    EXPECT_EQ(with(R"("note":"a\u0000b")"), Codes{"#/note control_character"});
    EXPECT_EQ(with(R"("weight":2)"), Codes{"#/weight duplicate_field"});
    EXPECT_EQ(codes(R"({"a":[{"b":1,"b":2}]})"), Codes{"#/a/0/b duplicate_field"});
    EXPECT_EQ(with(R"("level":"return")"), Codes{});
    EXPECT_EQ(with(R"("level":"3pl")"), Codes{});
    EXPECT_EQ(with(R"("level":"return_")"), Codes{"#/level not_one_of"});
}

TEST(Decode, NumbersStayInTheirRange) {
    const auto weight = [](std::string number) { return codes(R"({"id":"par_01hf7yat00e000000000000000","label":"a","phone":null,"weight":)" + number + "}"); };
    EXPECT_EQ(weight("5.0"), Codes{});
    EXPECT_EQ(weight("5.5"), Codes{"#/weight wrong_type"});
    for (const auto* number : {"-1", "100000001", "9223372036854775808", "18446744073709551616", "1e300", "-9223372036854775809"})
        EXPECT_EQ(weight(number), Codes{"#/weight out_of_range"}) << number;
    EXPECT_EQ(weight("\"5\""), Codes{"#/weight wrong_type"});
}

TEST(Decode, MalformedIs400WithItsOffset) {
    for (const std::string text : {"", "{", "{}x", "{\"a\":1,}", "[1,2", "// c\n{}", "{'a':1}",
                                   "\xff", "{\"a\":\"\xc3\x28\"}", "{\"a\":\"\\ud800\"}", "nul", "1e999", "[-1e400]"}) {
        const auto result = schema::decode<Parcel>(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().reason->status, 400) << text;
    }
    EXPECT_EQ(schema::decode<Parcel>("{\"a\":}").error().extras.at("offset").to_number<int>(), 5);
    EXPECT_TRUE(schema::parse_json(std::string(32, '[') + std::string(32, ']')));
    EXPECT_EQ(schema::parse_json(std::string(33, '[') + std::string(33, ']')).error().reason->status, 400);
}

TEST(Decode, PatchKnowsAbsentNullAndValue) {
    EXPECT_FALSE(schema::decode<Parcel>(minimal)->note.present);
    auto text = minimal;
    text.insert(1, R"("note":null,)");
    EXPECT_TRUE(schema::decode<Parcel>(text)->note.clears());
    std::optional<std::string> note = "old";
    schema::decode<Parcel>(text)->note.onto(note);
    EXPECT_FALSE(note);
}

TEST(Encode, AFieldIsInNoViewUntilItIsNamedThere) {
    const auto parcel = schema::decode<Parcel>(minimal).value();
    EXPECT_EQ(schema::encode(parcel, schema::View::recipient), R"({"label":"a","level":"normal"})");
    EXPECT_THROW(schema::encode(parcel, schema::View::partner), std::logic_error);
    EXPECT_EQ(schema::encode(parcel),
              R"({"id":"par_01hf7yat00e000000000000000","weight":5,"label":"a","level":"normal","tags":[],"sizes":{},"phone":null,"metadata":{},"place":""})");
}

TEST(Encode, NumbersInTheirShortestForm) {
    EXPECT_EQ(schema::to_text(schema::parse_json(R"({"a":1.50,"b":1E2,"c":-0.1,"d":"\u00e9\n","e":18446744073709551615})").value()),
              R"({"a":1.5,"b":100,"c":-0.1,"d":"é\n","e":18446744073709551615})");
}

TEST(Docs, NameWhatHasNoWords) {
    const auto lines = schema::undocumented(schema::type_of<Parcel>());
    EXPECT_EQ(lines, Codes{"Parcel: LASTMILE_DOC is missing"});
}

RC_GTEST_PROP(Codec, EncodeThenDecodeIsTheSame, (std::uint64_t seed, std::int64_t weight, double size, bool high, std::vector<bool> tags)) {
    SeededRandom random(seed);
    Parcel parcel;
    parcel.id = Id<Parcel>::make(from_unix_ms(1'700'000'000'000), random);
    parcel.weight = std::abs(weight % 100'000'001);
    parcel.label = std::string(1 + seed % 20, "aé\"\\/"[0]);
    parcel.level = high ? Level::threepl : Level::return_;
    if (high) parcel.window = Window{from_unix_ms(std::abs(weight % 1'000'000'000'000)), from_unix_ms(2'000'000'000'001)};
    for (std::size_t i = 0; i < std::min<std::size_t>(3, tags.size()); ++i) parcel.tags.emplace_back(tags[i] ? "ß\"\\" : "x");
    if (std::isfinite(size)) parcel.sizes["key \"1\""] = size;
    if (high) parcel.note = Patch<Text<1, 9>>(Text<1, 9>("n"));
    else parcel.place = Window{from_unix_ms(0), from_unix_ms(1)};
    if (high) parcel.place = Text<1, 40>("here");
    const auto text = schema::to_stored(parcel);
    RC_ASSERT(schema::decode<Parcel>(text).value() == parcel);
    RC_ASSERT(schema::from_stored<Parcel>(text) == parcel);
}

/// Any cut of a good text, and any one byte changed, is decoded or refused: never a crash, never a refusal without a reason.
RC_GTEST_PROP(Codec, DamageIsRefusedOrHarmless, (std::uint16_t at, std::uint8_t byte)) {
    auto text = minimal;
    text[at % text.size()] = static_cast<char>(byte);
    for (const auto& damaged : {text, text.substr(0, at % text.size())}) {
        const auto result = schema::decode<Parcel>(damaged);
        if (!result) RC_ASSERT(result.error().reason->status == 400 || !result.error().errors.empty());
    }
}

}  // namespace lastmile::codec_test
