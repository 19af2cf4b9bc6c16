#include "engines/geocode/vocabulary.hpp"

#include <algorithm>
#include <bit>

#include "engines/geocode/words.hpp"

namespace lastmile::geocode {
namespace {

constexpr std::size_t most_readings = 12;

std::uint64_t letters_of(std::string_view word) {
    std::uint64_t bits = 0;
    for (const char c : word) bits |= std::uint64_t{1} << (static_cast<unsigned char>(c) % 64);
    return bits;
}

bool has_digit(std::string_view word) {
    return std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Vocabulary::Vocabulary(sqlite3* db) {
    Statement all(db, "SELECT word, documents FROM vocabulary ORDER BY word");
    while (all.step()) {
        std::string text = all.text(0);
        const auto letters = letters_of(text);
        words_.push_back({std::move(text), static_cast<std::uint32_t>(all.integer(1)), letters});
    }
    std::ranges::sort(words_, {}, &Word::text);
}

const Vocabulary::Word* Vocabulary::find(std::string_view word) const {
    const auto at = std::ranges::lower_bound(words_, word, {}, [](const Word& w) -> std::string_view { return w.text; });
    return at != words_.end() && at->text == word ? &*at : nullptr;
}

bool Vocabulary::begins(std::string_view prefix) const {
    const auto at = std::ranges::lower_bound(words_, prefix, {}, [](const Word& w) -> std::string_view { return w.text; });
    return at != words_.end() && at->text.starts_with(prefix);
}

std::size_t Vocabulary::documents(std::string_view word) const {
    const Word* found = find(word);
    return found ? found->documents : 0;
}

std::vector<Reading> Vocabulary::readings(const std::string& word, bool unfinished) const {
    std::vector<Reading> found;
    const std::string reduced = without_digraphs(word);
    for (const auto& text : {word, reduced}) {
        if (find(text)) found.push_back({text, 1, false});
        if (unfinished && begins(text)) found.push_back({text, 0.95, true});
        if (reduced == word) break;
    }
    if (!found.empty() || word.size() < 4 || has_digit(word)) return found;
    const int limit = word.size() >= 8 ? 2 : 1;
    const auto letters = letters_of(reduced);
    std::vector<std::pair<int, const Word*>> near;
    for (const Word& candidate : words_) {
        const auto shown = unfinished && candidate.text.size() > reduced.size() ? std::string_view(candidate.text).substr(0, reduced.size())
                                                                                : candidate.text;
        if (std::abs(static_cast<int>(shown.size()) - static_cast<int>(reduced.size())) > limit || has_digit(shown)) continue;
        // Each edit changes two kinds of letters at most.
        if (std::popcount((shown.size() == candidate.text.size() ? candidate.letters : letters_of(shown)) ^ letters) > 2 * limit) continue;
        const int distance = edit_distance(reduced, shown, limit);
        if (distance <= limit) near.emplace_back(distance, &candidate);
    }
    std::ranges::sort(near, [](const auto& a, const auto& b) {
        return std::pair(a.first, -std::int64_t{a.second->documents}) < std::pair(b.first, -std::int64_t{b.second->documents});
    });
    for (const auto& [distance, candidate] : near) {
        if (found.size() == most_readings) break;
        found.push_back({candidate->text, distance == 0 ? 0.95 : distance == 1 ? 0.85 : 0.7, false});
    }
    return found;
}

}  // namespace lastmile::geocode
