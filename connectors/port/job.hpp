#pragma once
// What one booking asks a partner to carry. Our units: grams, cubic centimetres, millimetres, minor units of money.
#include "platform/schema/schema.hpp"

namespace lastmile::connectors {

struct Price {
    std::int64_t amount = 0;  // minor units
    std::string currency;     // ISO 4217
    friend bool operator==(const Price&, const Price&) = default;
};
LASTMILE_VALUE(Price, (amount, currency))

struct PostalAddress {
    std::string text;  // one line: street, postcode city, country
    std::optional<std::string> line1, line2, city, postal_code, country;
};
LASTMILE_VALUE(PostalAddress, (text, line1, line2, city, postal_code, country))

struct Person {
    std::optional<std::string> name, phone, email, company;
};
LASTMILE_VALUE(Person, (name, phone, email, company))

struct Visit {
    PostalAddress address;
    std::optional<double> lat, lon;
    Person contact;
    std::optional<std::string> instructions;
    std::optional<Instant> from, to;
};
LASTMILE_VALUE(Visit, (address, lat, lon, contact, instructions, from, to))

struct Item {
    std::string name = "parcel";
    std::int64_t quantity = 1;
    std::int64_t weight_g = 0, volume_cm3 = 0;
    std::optional<std::int64_t> length_mm, width_mm, height_mm;
    std::optional<std::string> barcode, temperature;
};
LASTMILE_VALUE(Item, (name, quantity, weight_g, volume_cm3, length_mm, width_mm, height_mm, barcode, temperature))

/// What must be proven at the door.
struct Proofs {
    bool signature = false, photo = false, pin = false, barcode = false, id_check = false;
    std::optional<std::int64_t> minimum_age;
};
LASTMILE_VALUE(Proofs, (signature, photo, pin, barcode, id_check, minimum_age))

struct Job {
    std::string reference;        // ours, unique per booking
    std::string short_reference;  // its last ten characters, for networks that take no more
    std::string delivery_id;
    std::string tracking_number;
    std::optional<std::string> order_id;
    std::string service_level = "standard";
    std::string vehicle_type = "car";  // the smallest that will do
    Visit pickup, dropoff;
    std::vector<Item> items;
    std::int64_t weight_g = 0, volume_cm3 = 0;
    Proofs proofs;
    std::optional<Price> value;
    std::string currency = "EUR";
    std::string language = "en";
    Instant ready_at;                  // when it can be fetched
    std::optional<Instant> deadline;   // when it must have arrived
    bool scheduled = false;            // to be fetched later than within the hour
};
LASTMILE_VALUE(Job, (reference, short_reference, delivery_id, tracking_number, order_id, service_level, vehicle_type, pickup, dropoff, items, weight_g,
                     volume_cm3, proofs, value, currency, language, ready_at, deadline, scheduled))

}  // namespace lastmile::connectors
