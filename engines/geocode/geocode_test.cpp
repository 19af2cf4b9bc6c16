#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <thread>

#include "engines/geocode/geocoder.hpp"
#include "engines/geocode/index_builder.hpp"
#include "engines/geocode/words.hpp"

namespace lastmile::geocode {
namespace {

using List = std::vector<std::string>;

TEST(Words, FoldCaseAccentsAndScripts) {
    EXPECT_EQ(fold("Mühlenstraße"), "muhlenstrasse");
    EXPECT_EQ(fold("ŁÓDŹ Ærø Þórshöfn"), "lodz aero thorshofn");
    EXPECT_EQ(fold("Москва"), "moskva");
    EXPECT_EQ(fold("Αθήνα"), "athina");
    EXPECT_EQ(fold("ﬁne"), "fine");
    EXPECT_EQ(fold("\xff\xfe broken"), " broken");
}

TEST(Words, ManyWaysToWriteAStreet) {
    const List expected{"muhlen", "str"};
    for (const auto* text : {"Mühlenstraße", "Mühlenstr.", "Mühlen Straße", "MÜHLEN-STR", "mühlenstrasse"})
        EXPECT_EQ(words(text), expected) << text;
    EXPECT_EQ(words("Dr.-Külz-Straße"), words("Doktor Kulz Str."));
    EXPECT_EQ(words("St Mary's Road"), words("Saint Marys Rd"));
    EXPECT_EQ(words("Bahnhofstraße"), words("Bahnhof-Str."));
    EXPECT_EQ(words("Platz der Einheit"), (List{"pl", "der", "einheit"}));
    EXPECT_EQ(words("12-14 a, 1691/20"), (List{"12-14", "a", "1691/20"}));
    EXPECT_EQ(words("„Haus“ – Nr. 5"), (List{"haus", "nr", "5"}));
    EXPECT_TRUE(words(" ,;- ").empty());
    EXPECT_EQ(without_digraphs("muehlen"), "muhlen");
}

TEST(Words, AreTheirOwnFixedPointAndNeverFail) {
    EXPECT_TRUE(rc::check([](const std::string& text) {
        std::string joined;
        for (const auto& word : words(text)) {
            RC_ASSERT(!word.empty());
            joined += word + " ";
        }
        RC_ASSERT(words(joined) == words(text));
    }));
}

TEST(Words, EditDistance) {
    EXPECT_EQ(edit_distance("demminer", "demnimer", 2), 2);
    EXPECT_EQ(edit_distance("strase", "strasse", 1), 1);
    EXPECT_EQ(edit_distance("brug", "burg", 1), 1) << "neighbours swapped are one slip";
    EXPECT_EQ(edit_distance("abcdef", "uvwxyz", 2), 3);
    EXPECT_TRUE(rc::check([] {
        const auto word = rc::gen::container<std::string>(rc::gen::element('a', 'b', 'c'));
        const std::string a = *word, b = *word;
        RC_ASSERT(edit_distance(a, b, 50) == edit_distance(b, a, 50));
        RC_ASSERT((edit_distance(a, b, 50) == 0) == (a == b));
        RC_ASSERT(edit_distance(a, b, 2) == std::min(3, edit_distance(a, b, 50)));
    }));
}

TEST(Words, Numbers) {
    EXPECT_EQ(normal_number("12 A"), "12a");
    EXPECT_EQ(number_value("12a"), 12);
    EXPECT_EQ(number_value("a3"), std::nullopt);
}

Record address(const std::string& street, const std::string& number, double lat, double lon, const std::string& postcode = "17033",
               const std::string& city = "Stadt") {
    Record r;
    r.kind = Kind::address;
    r.street = street;
    r.number = number;
    r.postcode = postcode;
    r.city = city;
    r.point = {lat, lon};
    return r;
}

Record named(Kind kind, const std::string& name, double lat, double lon, const std::string& category, std::uint32_t importance = 0) {
    Record r;
    r.kind = kind;
    r.name = name;
    r.category = category;
    r.point = {lat, lon};
    r.importance = importance;
    return r;
}

const EmbeddedGeocoder& town() {
    static const auto bytes = std::make_shared<std::vector<std::byte>>(
        build_index({named(Kind::place, "Stadt", 53.5, 13.2, "town", 20'000), named(Kind::place, "Dorf", 53.6, 13.4, "village", 300),
                     address("Mühlenstraße", "1", 53.5010, 13.2), address("Mühlenstraße", "5", 53.5030, 13.2),
                     address("Mühlenstraße", "7a", 53.5040, 13.2), address("Mühlenstraße", "2", 53.5011, 13.2002),
                     address("Mühlenstraße", "12-16", 53.5060, 13.2), address("Hauptstraße", "1", 53.5, 13.21, "17034"),
                     address("Hauptstraße", "1", 53.6001, 13.4, "17099", "Dorf"), address("Hauptstraße", "3", 53.6002, 13.4, "17099", ""),
                     address("Prosecká", "1691/20", 53.49, 13.2, "190 00"), address("Straße des 17. Juni", "4", 53.51, 13.2),
                     named(Kind::street, "Kirchweg", 53.505, 13.195, "", 200), named(Kind::street, "Mühlenstraße", 53.503, 13.2, "", 600),
                     named(Kind::poi, "Löwen-Apotheke", 53.5012, 13.201, "amenity=pharmacy")}));
    static const EmbeddedGeocoder geocoder(*bytes, bytes);
    return geocoder;
}

Candidate best(const std::string& text) {
    const auto found = town().search({.text = text});
    return found && !found->empty() ? found->front() : Candidate{};
}

TEST(Search, FindsAHouseHoweverItIsWritten) {
    for (const auto* text :
         {"Mühlenstraße 5, 17033 Stadt", "muehlenstr. 5", "MUHLEN STR 5 stadt", "5 Mühlenstraße", "17033 Stadt, Mühlenstr. 5"}) {
        const Candidate c = best(text);
        EXPECT_EQ(c.label, "Mühlenstraße 5, 17033 Stadt") << text;
        EXPECT_EQ(c.kind, Kind::address);
        EXPECT_GE(c.confidence, 0.95) << text;
    }
}

TEST(Search, ForgivesSlipsButIsLessSure) {
    EXPECT_EQ(best("Mühlenstarße 5").label, "Mühlenstraße 5, 17033 Stadt");
    for (const auto* text : {"Mühlnstraße 5", "Mühkenstraße 5 Satdt"}) {
        EXPECT_EQ(best(text).label, "Mühlenstraße 5, 17033 Stadt") << text;
        EXPECT_LT(best(text).confidence, 1) << text;
        EXPECT_GT(best(text).confidence, 0.6) << text;
    }
}

TEST(Search, HousesThatAreNotThereStandBetweenTheirNeighbours) {
    const Candidate three = best("Mühlenstraße 3");
    EXPECT_TRUE(three.interpolated);
    EXPECT_NEAR(three.point.lat, 53.5020, 1e-6);
    EXPECT_EQ(three.number, "3");
    EXPECT_LT(three.confidence, 0.9);
    EXPECT_EQ(best("Mühlenstraße 7").number, "7a");
    EXPECT_EQ(best("Mühlenstraße 7 a").confidence, 1);
    EXPECT_EQ(best("Mühlenstraße 14").number, "12-16");
    EXPECT_EQ(best("Mühlenstraße 15").number != "12-16" || best("Mühlenstraße 15").interpolated, true);
    EXPECT_EQ(best("Prosecká 20").number, "1691/20");
    EXPECT_EQ(best("Prosecka 1691/20, 190 00").confidence, 1);
    const Candidate none = best("Mühlenstraße 999");
    EXPECT_EQ(none.kind, Kind::street);
    EXPECT_LT(none.confidence, 0.8);
}

TEST(Search, TheTownTellsStreetsOfOneNameApart) {
    EXPECT_EQ(best("Hauptstraße 1, Dorf").postcode, "17099");
    EXPECT_EQ(best("Hauptstraße 1, 17034").city, "Stadt");
    EXPECT_EQ(best("Hauptstraße 3").city, "Dorf") << "inferred from the neighbour";
    const auto near_village = town().search({.text = "Hauptstraße 1", .near = geo::Point{53.6, 13.4}});
    EXPECT_EQ(near_village->front().city, "Dorf");
    const auto within = town().search({.text = "Hauptstraße 1", .within = geo::box_around({53.5, 13.21}, 1'000)});
    ASSERT_EQ(within->size(), 1u);
    EXPECT_EQ(within->front().city, "Stadt");
}

TEST(Search, NumbersInNames) {
    EXPECT_EQ(best("Straße des 17. Juni 4").label, "Straße des 17. Juni 4, 17033 Stadt");
    EXPECT_EQ(best("Straße des 17. Juni").kind, Kind::street);
}

TEST(Search, PlacesPostcodesStreetsAndShops) {
    EXPECT_EQ(best("Stadt").kind, Kind::place);
    EXPECT_EQ(best("17033").kind, Kind::postcode);
    EXPECT_EQ(best("Kirchweg").kind, Kind::street);
    EXPECT_EQ(best("Kirchweg").city, "Stadt");
    EXPECT_EQ(best("löwen apotheke").kind, Kind::poi);
    EXPECT_EQ(best("pharmacy stadt").name, "Löwen-Apotheke");
    EXPECT_EQ(best("xyzzyplugh").label, "");
}

TEST(Search, Structured) {
    const auto found = town().search({.street = "Mühlenstr.", .number = "5", .postcode = "17033", .city = "Stadt"});
    ASSERT_TRUE(found && !found->empty());
    EXPECT_EQ(found->front().label, "Mühlenstraße 5, 17033 Stadt");
    const auto wrong_code = town().search({.street = "Mühlenstr.", .number = "5", .postcode = "99999", .city = "Stadt"});
    ASSERT_TRUE(wrong_code && !wrong_code->empty());
    EXPECT_EQ(wrong_code->front().number, "5");
    EXPECT_LT(wrong_code->front().confidence, 0.95);
}

TEST(Search, RefusesWhatIsNoQuestion) {
    EXPECT_FALSE(town().search({.text = " ,. "}));
    EXPECT_FALSE(town().search({.text = "x", .limit = 0}));
    EXPECT_FALSE(town().search({.text = std::string(2'000, 'x')}));
    EXPECT_FALSE(town().search({.text = "x", .near = geo::Point{100, 0}}));
    EXPECT_TRUE(town().search({.text = "\" OR * NEAR( -"}));
    EXPECT_TRUE(rc::check([](const std::string& text) {
        (void)town().search({.text = text});
        (void)town().complete({.text = text});
    }));
    EXPECT_THROW(EmbeddedGeocoder({}, nullptr), std::runtime_error);
    static const std::vector<std::byte> rubbish(4096, std::byte{7});
    EXPECT_THROW(EmbeddedGeocoder(rubbish, nullptr), std::runtime_error);
}

TEST(Complete, FindsWhatIsStillBeingTyped) {
    const auto first = [](const std::string& text) { return town().complete({.text = text})->at(0).label; };
    EXPECT_EQ(first("Mühl"), "Mühlenstraße, 17033 Stadt");
    EXPECT_EQ(first("muehl"), "Mühlenstraße, 17033 Stadt");
    EXPECT_EQ(first("Mühlenstr 5"), "Mühlenstraße 5, 17033 Stadt");
    EXPECT_EQ(first("löw"), "Löwen-Apotheke, Stadt");
    EXPECT_EQ(first("Kirchw"), "Kirchweg, Stadt");
    EXPECT_TRUE(town().search({.text = "Mühl"})->empty() || town().search({.text = "Mühl"})->front().confidence < 1);
}

TEST(Reverse, TheNearestHouseElseTheStreetElseThePlace) {
    const auto at = [](double lat, double lon, double max = 1'000) { return town().reverse({lat, lon}, 1, max).value(); };
    EXPECT_EQ(at(53.50302, 13.2).at(0).label, "Mühlenstraße 5, 17033 Stadt");
    EXPECT_NEAR(at(53.50302, 13.2).at(0).distance_m, 2.2, 0.2);
    EXPECT_EQ(at(53.505, 13.1951).at(0).label, "Kirchweg, Stadt");
    EXPECT_TRUE(at(52, 10).empty());
    EXPECT_FALSE(town().reverse({91, 0}));
    EXPECT_FALSE(town().reverse({53, 13}, 1, -1));
}

TEST(Places, OfABoxTheLargestFirst) {
    const auto all = town().places_in({53, 13, 54, 14});
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].name, "Stadt");
    EXPECT_EQ(all[1].category, "village");
    EXPECT_EQ(town().places_in({53.55, 13, 54, 14}).size(), 1u);
    EXPECT_EQ(town().places_in({53, 13, 54, 14}, 1).size(), 1u);
}

TEST(Search, FromManyThreads) {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([] {
            for (int k = 0; k < 50; ++k) EXPECT_EQ(best("Mühlenstraße 5").number, "5");
        });
}

}  // namespace
}  // namespace lastmile::geocode
