#pragma once
// The port of geocoders: from words to places and back, whoever answers (the imported map, Nominatim, Photon, Pelias).
#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engines/geo/box.hpp"
#include "engines/geocode/record.hpp"

namespace lastmile::geocode {

/// What is looked for: free text, or parts. Where both are given the text counts and parts that it lacks are added.
struct Query {
    std::string text{};
    std::string street{}, number{}, postcode{}, city{};
    std::optional<geo::Point> near{};  ///< of answers that fit as well, the near one comes first
    std::optional<geo::Box> within{};  ///< nothing outside is answered
    std::size_t limit = 5;             ///< 1…50
};

struct Candidate {
    Kind kind = Kind::address;
    std::string label;  ///< one line, as it stands on a parcel
    std::string name;   ///< of a street, place, POI
    std::string street, number, postcode, city, category;
    geo::Point point;
    /// 0…1: 1 is everything asked for, found as written; 0.8 and more can be delivered to without a look; below 0.5 it is a guess.
    double confidence = 0;
    bool interpolated = false;  ///< the house is not on the map; it stands between its neighbours
    double distance_m = 0;      ///< from the point asked (reverse), or from `near`
};

/// Why there is no answer at all; "nothing found" is an empty list instead.
struct Refusal {
    enum class Fault { bad_question, unavailable } fault;
    std::string sentence;
};

template <class T>
using Answer = std::expected<T, Refusal>;

/// Every call is safe from any number of threads at a time.
struct Geocoder {
    virtual ~Geocoder() = default;

    /// Candidates, best first. *Refuses* bad_question (nothing to look for).
    virtual Answer<std::vector<Candidate>> search(const Query& query) const = 0;

    /// The same for a text that is still being typed: its last word may be the beginning of one.
    virtual Answer<std::vector<Candidate>> complete(const Query& query) const = 0;

    /// What is at a place: the nearest addresses, else streets and places; nearest first within one kind. *Refuses* bad_question.
    virtual Answer<std::vector<Candidate>> reverse(geo::Point point, std::size_t limit = 1, double max_m = 1'000) const = 0;
};

/// The geocoder on an imported map. `index` is the map file's section `places` (an SQLite database in memory that is never copied);
/// `owner` keeps it there.
class EmbeddedGeocoder final : public Geocoder {
public:
    /// *Refuses* (std::runtime_error, one sentence) what is no such index.
    EmbeddedGeocoder(std::span<const std::byte> index, std::shared_ptr<const void> owner);
    ~EmbeddedGeocoder() override;

    Answer<std::vector<Candidate>> search(const Query& query) const override;
    Answer<std::vector<Candidate>> complete(const Query& query) const override;
    Answer<std::vector<Candidate>> reverse(geo::Point point, std::size_t limit = 1, double max_m = 1'000) const override;

    /// Towns, villages, suburbs, … (Kind::place) of a box, those with most inhabitants first: the names that a map is labelled with.
    std::vector<Candidate> places_in(const geo::Box& box, std::size_t limit = 1'000) const;

private:
    struct Index;
    std::unique_ptr<Index> index_;
};

}  // namespace lastmile::geocode
