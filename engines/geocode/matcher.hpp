#pragma once
#include "engines/geocode/connection.hpp"
#include "engines/geocode/geocoder.hpp"

namespace lastmile::geocode {

/// A word of a question with what it may mean, and how much it tells (rare words tell more).
struct Term {
    std::string word;
    std::vector<Reading> readings;
    double weight = 0;
    bool numeric = false;   ///< begins with a digit: a house number, a postcode, or part of a name
    bool required = false;  ///< an answer without it is a guess
};

/// Turns questions into candidates: words → expressions for the index → entities → houses, each scored.
class Matcher {
public:
    Matcher(Connection& connection, const Vocabulary& vocabulary, std::size_t documents)
        : connection_(connection), vocabulary_(vocabulary), documents_(documents) {}

    std::vector<Candidate> run(const Query& query, bool unfinished);

private:
    std::vector<Term> terms_of(const Query& query, bool unfinished, bool loose) const;
    std::vector<std::int64_t> find(const std::vector<Term>& terms);
    void judge(const Entity& entity, const std::vector<Term>& terms, const Query& query, std::vector<Candidate>& out);

    Connection& connection_;
    const Vocabulary& vocabulary_;
    std::size_t documents_;
};

/// How well the houses of a street answer to a number.
struct HouseHit {
    House house;
    double quality = 0;
    bool interpolated = false;
};
/// `number` as normal_number() writes it. Exact houses, else the same number with another letter, else a place between neighbours on the
/// same side.
std::vector<HouseHit> find_houses(const std::vector<House>& houses, const std::string& number);

/// One line as it stands on a parcel.
std::string label_of(const Candidate& candidate);

}  // namespace lastmile::geocode
