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
    read_compounds(db);
}

void Vocabulary::read_compounds(sqlite3* db) {
    Statement names(db, "SELECT DISTINCT name_words FROM entity WHERE name_words LIKE '% %'");
    while (names.step()) {
        const std::string text = names.text(0);
        for (std::size_t at = 0, space; (space = text.find(' ', at)) != text.npos; at = space + 1) {
            const auto stem = text.substr(at, space - at), ending = text.substr(space + 1, text.find(' ', space + 1) - space - 1);
            for (const auto& glued : glued_endings(ending)) {
                const auto whole = stem + std::string(glued);
                compounds_.push_back({whole, stem, ending, letters_of(whole)});
            }
        }
    }
    std::ranges::sort(compounds_);
    compounds_.erase(std::ranges::unique(compounds_).begin(), compounds_.end());
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

std::vector<Reading> Vocabulary::readings(const std::string& word, bool unfinished, bool loose) const {
    std::vector<Reading> found;
    const std::string reduced = without_digraphs(word);
    for (const auto& text : {word, reduced}) {
        if (find(text)) found.push_back({text, 1, false});
        if (unfinished && begins(text)) found.push_back({text, 0.95, true});
        if (reduced == word) break;
    }
    if ((!found.empty() && !loose) || word.size() < (loose ? 2 : 4) || has_digit(word)) return found;
    const std::size_t as_written = found.size();
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
        if (as_written > 0 && (distance == 0 || candidate.text == word)) continue;
        if (distance <= limit) near.emplace_back(distance, &candidate);
    }
    std::ranges::sort(near, [](const auto& a, const auto& b) {
        return std::pair(a.first, -std::int64_t{a.second->documents}) < std::pair(b.first, -std::int64_t{b.second->documents});
    });
    for (const auto& [distance, candidate] : near) {
        if (found.size() == most_readings) break;
        found.push_back({candidate->text, distance == 0 ? 0.95 : distance == 1 ? 0.85 : 0.7, false});
    }
    if (unfinished || word.size() < 5) return found;
    std::vector<std::pair<int, const Compound*>> glued;
    for (const Compound& compound : compounds_) {
        if (std::abs(static_cast<int>(compound.text.size()) - static_cast<int>(reduced.size())) > limit) continue;
        if (std::popcount(compound.letters ^ letters) > 2 * limit) continue;
        const int distance = edit_distance(reduced, compound.text, limit);
        if (distance > 0 && distance <= limit) glued.emplace_back(distance, &compound);
    }
    std::ranges::stable_sort(glued, {}, &std::pair<int, const Compound*>::first);
    for (const auto& [distance, compound] : glued) {
        if (found.size() == 2 * most_readings) break;
        found.push_back({compound->stem, distance == 1 ? 0.85 : 0.7, false, compound->ending});
    }
    return found;
}

}  // namespace lastmile::geocode
