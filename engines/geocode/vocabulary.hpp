#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engines/geocode/database.hpp"

namespace lastmile::geocode {

/// One reading of a word that was asked for.
struct Reading {
    std::string word;
    double quality;  ///< 1 as written … 0.6 two letters off
    bool prefix;     ///< words that begin with it count too
    std::string second{};  ///< of a word that is two in the index ("Gartenweg"): the ending, which must be there as well
};

/// All words of an index, in memory, for typing errors.
class Vocabulary {
public:
    explicit Vocabulary(sqlite3* db);

    /// How many documents have the word.
    std::size_t documents(std::string_view word) const;
    /// The word itself, the word without ae/oe/ue, and where neither is known the words some letters off (one from four letters on, two
    /// from eight).
    /// `loose`: also the words some letters off one that is known, and of short ones: for questions that were not answered well as they stand (a
    /// slip may make another word).
    std::vector<Reading> readings(const std::string& word, bool unfinished, bool loose = false) const;

private:
    struct Word {
        std::string text;
        std::uint32_t documents;
        std::uint64_t letters;  ///< a bit for each letter and digit in it
    };
    /// A word that German glues together and the index has in two pieces: a slip at the seam leaves neither of them.
    struct Compound {
        std::string text, stem, ending;
        std::uint64_t letters;
        friend auto operator<=>(const Compound&, const Compound&) = default;
    };
    void read_compounds(sqlite3* db);
    const Word* find(std::string_view word) const;
    bool begins(std::string_view prefix) const;

    std::vector<Word> words_;  // sorted
    std::vector<Compound> compounds_;
};

}  // namespace lastmile::geocode
