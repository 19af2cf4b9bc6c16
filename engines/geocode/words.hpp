#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lastmile::geocode {

/// Small letters without accents, in Latin letters where Cyrillic or Greek is written: "Mühlenstraße" → "muhlenstrasse", "Łódź" → "lodz".
std::string fold(std::string_view text);

/// A text as words that can be compared: folded, usual abbreviations and their long forms made the same ("str.", "Straße" → "str"; "St",
/// "Saint" → "st"), and
/// German street words cut off their names ("muhlenstrasse" → "muhlen", "str"), so that it does not matter how they are written. Words
/// that begin with a
/// digit keep inner hyphens and slashes ("12-14", "1691/20").
std::vector<std::string> words(std::string_view text);

/// A word with ae, oe, ue written for umlauts reduced as fold() would have it ("muehlen" → "muhlen"); the word itself where there is none.
std::string without_digraphs(const std::string& word);

/// A house number without blanks, in small letters: "12 A" → "12a".
std::string normal_number(std::string_view text);
/// Its leading number; no value where it does not begin with one ("a3").
std::optional<int> number_value(std::string_view normal);

/// Optimal string alignment distance (insert, delete, replace, swap neighbours), or `limit` + 1 when it is more than `limit`.
int edit_distance(std::string_view a, std::string_view b, int limit);

/// How an ending that words() splits off ("str", "weg") is written where it is glued to a name. None: it is no such ending.
std::vector<std::string_view> glued_endings(std::string_view word);

}  // namespace lastmile::geocode
