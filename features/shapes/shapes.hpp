#pragma once
// Shapes that several nouns are made of: places, spans of time, people, money. All values: every field in every view of what holds them.
#include "platform/schema/schema.hpp"

namespace lastmile {

/// WGS 84.
struct Location {
    Latitude lat;
    Longitude lon;
    std::optional<Metres> accuracy_meters;
    std::optional<Instant> timestamp;
};
LASTMILE_VALUE(Location, (lat, lon, accuracy_meters, timestamp))
LASTMILE_DOC(Location, "A position, WGS 84.", {"lat", "degrees north"}, {"lon", "degrees east"},
             {"accuracy_meters", "radius in which the position lies with 68 % probability"}, {"timestamp", "when it was measured"})

/// In parts or as one text; with a location it is not geocoded.
struct Address {
    std::optional<Text<1, 200>> line1;
    std::optional<Text<1, 200>> line2;
    std::optional<Text<1, 100>> city;
    std::optional<Text<1, 20>> postal_code;
    std::optional<Country> country;
    std::optional<Text<1, 400>> text;
    std::optional<Location> location;
};
LASTMILE_VALUE(Address, (line1, line2, city, postal_code, country, text, location))
LASTMILE_DOC(Address, "A postal address, in parts or as one text. A location given here wins over geocoding.",
             {"line1", "street and house number", "Turmstraße 5"}, {"line2", "what else leads to the door"}, {"city", "city", "Neubrandenburg"},
             {"postal_code", "postal code", "17033"}, {"country", "ISO 3166-1 alpha-2", "DE"},
             {"text", "the whole address instead of the parts", "Turmstraße 5, 17033 Neubrandenburg"},
             {"location", "where it is; geocoded when absent"})
inline void schema_check(const Address& a, const schema::Check& check) {
    if (!a.line1 && !a.text && !a.location) check.add("line1", "required", "give line1 (with city or postal_code), text, or location");
    if (a.line1 && a.text) check.add("text", "ambiguous", "give the parts or text, not both");
}

/// Half-open.
struct Window {
    Instant from;
    Instant to;
};
LASTMILE_VALUE(Window, (from, to))
LASTMILE_DOC(Window, "A span of time.", {"from", "start, inclusive", "2025-09-01T08:00:00Z"}, {"to", "end, later than from", "2025-09-01T10:00:00Z"})
inline void schema_check(const Window& w, const schema::Check& check) {
    if (w.from >= w.to) check.add("to", "not_after_from", "must be later than from");
}

struct Contact {
    std::optional<Text<1, 200>> name;
    std::optional<Phone> phone;
    std::optional<Email> email;
    std::optional<Language> language;
};
LASTMILE_VALUE(Contact, (name, phone, email, language))
LASTMILE_DOC(Contact, "A person to speak to.", {"name", "full name", "Jane Doe"}, {"phone", "telephone", "+4939512345678"},
             {"email", "e-mail", "jane@example.org"}, {"language", "language of messages", "de"})

struct Money {
    MinorUnits amount;
    Currency currency;
};
LASTMILE_VALUE(Money, (amount, currency))
LASTMILE_DOC(Money, "An amount of money.", {"amount", "in minor units", "450"}, {"currency", "ISO 4217", "EUR"})

struct Dimensions {
    Millimetres length;
    Millimetres width;
    Millimetres height;
};
LASTMILE_VALUE(Dimensions, (length, width, height))
LASTMILE_DOC(Dimensions, "Outer size.", {"length", "longest side", "400"}, {"width", "width", "300"}, {"height", "height", "200"})

}  // namespace lastmile
