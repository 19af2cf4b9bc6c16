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
};

/// All words of an index, in memory, for typing errors.
class Vocabulary {
public:
    explicit Vocabulary(sqlite3* db);

    /// How many documents have the word.
    std::size_t documents(std::string_view word) const;
    /// The word itself, the word without ae/oe/ue, and where neither is known the words some letters off (one from four letters on, two
    /// from eight).
    std::vector<Reading> readings(const std::string& word, bool unfinished) const;

private:
    struct Word {
        std::string text;
        std::uint32_t documents;
        std::uint64_t letters;  ///< a bit for each letter and digit in it
    };
    const Word* find(std::string_view word) const;
    bool begins(std::string_view prefix) const;

    std::vector<Word> words_;  // sorted
};

}  // namespace lastmile::geocode
