#include "engines/geocode/words.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <unordered_map>

namespace lastmile::geocode {
namespace {

/// Letters that no decomposition turns into Latin ones; Cyrillic and Greek by the usual passport transliterations, roughly.
std::string_view latin(utf8proc_int32_t c) {
    static const std::unordered_map<utf8proc_int32_t, std::string_view> table{
        {U'ø', "o"},  {U'ł', "l"},  {U'đ', "d"},  {U'ð', "d"},  {U'þ', "th"}, {U'æ', "ae"}, {U'œ', "oe"}, {U'ı', "i"},    {U'ħ', "h"},
        {U'ŧ', "t"},  {U'ə', "e"},  {U'а', "a"},  {U'б', "b"},  {U'в', "v"},  {U'г', "g"},  {U'ґ', "g"},  {U'д', "d"},    {U'е', "e"},
        {U'є', "ye"}, {U'ж', "zh"}, {U'з', "z"},  {U'и', "i"},  {U'і', "i"},  {U'ј', "j"},  {U'к', "k"},  {U'л', "l"},    {U'љ', "lj"},
        {U'м', "m"},  {U'н', "n"},  {U'њ', "nj"}, {U'о', "o"},  {U'п', "p"},  {U'р', "r"},  {U'с', "s"},  {U'т', "t"},    {U'ћ', "c"},
        {U'у', "u"},  {U'ф', "f"},  {U'х', "kh"}, {U'ц', "ts"}, {U'ч', "ch"}, {U'џ', "dz"}, {U'ш', "sh"}, {U'щ', "shch"}, {U'ъ', ""},
        {U'ы', "y"},  {U'ь', ""},   {U'э', "e"},  {U'ю', "yu"}, {U'я', "ya"}, {U'ђ', "dj"}, {U'α', "a"},  {U'β', "v"},    {U'γ', "g"},
        {U'δ', "d"},  {U'ε', "e"},  {U'ζ', "z"},  {U'η', "i"},  {U'θ', "th"}, {U'ι', "i"},  {U'κ', "k"},  {U'λ', "l"},    {U'μ', "m"},
        {U'ν', "n"},  {U'ξ', "x"},  {U'ο', "o"},  {U'π', "p"},  {U'ρ', "r"},  {U'σ', "s"},  {U'ς', "s"},  {U'τ', "t"},    {U'υ', "y"},
        {U'φ', "f"},  {U'χ', "ch"}, {U'ψ', "ps"}, {U'ω', "o"}};
    const auto at = table.find(c);
    return at == table.end() ? std::string_view("\xff") : at->second;
}

/// Short and long forms of one word, first the one that stands for all. A merge too many ("St" for street and saint) costs nothing but a
/// candidate more.
const std::unordered_map<std::string_view, std::string_view>& forms() {
    static const std::unordered_map<std::string_view, std::string_view> table = [] {
        constexpr std::array<std::array<std::string_view, 7>, 38> groups{{
            {"str", "strasse", "strase", "strassen"},
            {"st", "street", "saint", "sankt", "sint", "sv", "sao"},
            {"pl", "platz", "place", "plaza", "plac"},
            {"dr", "drive", "doktor", "doctor"},
            {"av", "ave", "avenue", "avenida", "aven"},
            {"rd", "road"},
            {"ln", "lane"},
            {"sq", "square"},
            {"bd", "blvd", "boulevard", "bulevar"},
            {"ct", "court"},
            {"prof", "professor"},
            {"hwy", "highway"},
            {"pkwy", "parkway"},
            {"mt", "mount"},
            {"ul", "ulice", "ulica", "ulitsa"},
            {"nam", "namesti", "namestie"},
            {"tr", "trida"},
            {"nabr", "nabrezi"},
            {"r", "rua"},
            {"tv", "travessa"},
            {"lg", "largo"},
            {"pc", "praca", "pca"},
            {"c", "calle"},
            {"ctra", "carretera"},
            {"pza", "piazza"},
            {"v", "via"},
            {"n", "north", "nord"},
            {"s", "south", "sud"},
            {"w", "west"},
            {"e", "east", "ost"},
            {"al", "allee", "aleja", "alley"},
            {"ch", "chemin"},
            {"imp", "impasse"},
            {"g", "gasse"},
            {"hbf", "hauptbahnhof"},
            {"bf", "bahnhof"},
            {"b", "bei"},
            {"gr", "grosse", "grosser", "grosses"},
        }};
        std::unordered_map<std::string_view, std::string_view> made;
        for (const auto& group : groups)
            for (const auto form : group)
                if (!form.empty()) made.emplace(form, group[0]);
        return made;
    }();
    return table;
}

/// Words that German glues to names, and what stands for them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> endings{{{"strasse", "str"},
                                                                                {"strase", "str"},
                                                                                {"str", "str"},
                                                                                {"platz", "pl"},
                                                                                {"allee", "al"},
                                                                                {"gasse", "g"},
                                                                                {"weg", "weg"},
                                                                                {"ring", "ring"},
                                                                                {"damm", "damm"}}};

void add_word(std::string word, std::vector<std::string>& out) {
    if (const auto at = forms().find(word); at != forms().end()) {
        out.emplace_back(at->second);
        return;
    }
    if (word[0] < '0' || word[0] > '9')
        for (const auto& [ending, stands_for] : endings)
            if (word.size() >= ending.size() + 2 && word.ends_with(ending)) {
                // The stem has forms of its own ("Bahnhofstraße" is "Bf-Str."), which also makes this its own fixed point.
                add_word(word.substr(0, word.size() - ending.size()), out);
                out.emplace_back(stands_for);
                return;
            }
    // The word that is mistyped most often: with one slip in it the vocabulary would not help, as it has only stems.
    for (const std::size_t length : {7, 6, 8}) {
        if (word.size() < length + 3 || word[0] <= '9') continue;
        const auto tail = std::string_view(word).substr(word.size() - length);
        if (tail[0] != 's' || edit_distance(tail, "strasse", 1) > 1) continue;
        add_word(word.substr(0, word.size() - length), out);
        out.emplace_back("str");
        return;
    }
    out.push_back(std::move(word));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }

}  // namespace

std::string fold(std::string_view text) {
    utf8proc_uint8_t* mapped = nullptr;
    const auto options =
        static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    const auto length =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
    if (length < 0) {  // not UTF-8: keep what is ASCII
        std::string ascii;
        for (const char c : text)
            if (static_cast<unsigned char>(c) < 0x80) ascii += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
        return ascii;
    }
    std::string out;
    for (utf8proc_ssize_t i = 0; i < length;) {
        utf8proc_int32_t c = 0;
        const auto step = utf8proc_iterate(mapped + i, length - i, &c);
        if (step <= 0) break;
        const auto replacement = c < 0x80 ? std::string_view("\xff") : latin(c);
        if (replacement == "\xff") out.append(reinterpret_cast<const char*>(mapped + i), static_cast<std::size_t>(step));
        else out += replacement;
        i += step;
    }
    free(mapped);
    return out;
}

std::vector<std::string> words(std::string_view text) {
    const std::string folded = fold(text);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < folded.size();) {
        if (!is_digit(folded[i]) && !is_letter(folded[i])) {
            ++i;
            continue;
        }
        // Typographic quotes and dashes are no letters, though they begin with a high byte.
        utf8proc_int32_t c = 0;
        const auto step = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(folded.data() + i),
                                           static_cast<utf8proc_ssize_t>(folded.size() - i), &c);
        const auto is_word = [](utf8proc_int32_t code) { return code < 0x80 || utf8proc_category(code) <= UTF8PROC_CATEGORY_NO; };
        if (step <= 0 || !is_word(c)) {
            i += step > 0 ? static_cast<std::size_t>(step) : 1;
            continue;
        }
        const bool numeric = is_digit(folded[i]);
        std::size_t end = i;
        while (end < folded.size()) {
            if (is_digit(folded[end]) || (folded[end] >= 'a' && folded[end] <= 'z')) ++end;
            else if (static_cast<unsigned char>(folded[end]) >= 0x80) {
                const auto more = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(folded.data() + end),
                                                   static_cast<utf8proc_ssize_t>(folded.size() - end), &c);
                if (more <= 0 || !is_word(c)) break;
                end += static_cast<std::size_t>(more);
            } else if (numeric && (folded[end] == '-' || folded[end] == '/') && end + 1 < folded.size() && is_digit(folded[end + 1])) ++end;
            else if (folded[end] == '\'' && !numeric && end + 1 < folded.size() && is_letter(folded[end + 1]) && end - i > 1) ++end;
            else break;
        }
        std::string word = folded.substr(i, end - i);
        std::erase(word, '\'');
        add_word(std::move(word), out);
        i = end;
    }
    return out;
}

std::string without_digraphs(const std::string& word) {
    std::string out;
    for (std::size_t i = 0; i < word.size(); ++i) {
        out += word[i];
        if ((word[i] == 'a' || word[i] == 'o' || word[i] == 'u') && i + 1 < word.size() && word[i + 1] == 'e') ++i;
    }
    return out;
}

std::string normal_number(std::string_view text) {
    std::string out;
    for (const char c : fold(text))
        if (c != ' ' && c != '.') out += c;
    return out;
}

std::optional<int> number_value(std::string_view normal) {
    int value = 0;
    std::size_t i = 0;
    for (; i < normal.size() && i < 7 && is_digit(normal[i]); ++i) value = value * 10 + (normal[i] - '0');
    return i == 0 ? std::nullopt : std::optional(value);
}

int edit_distance(std::string_view a, std::string_view b, int limit) {
    const int n = static_cast<int>(a.size()), m = static_cast<int>(b.size());
    if (std::abs(n - m) > limit) return limit + 1;
    std::vector<int> before(static_cast<std::size_t>(m) + 1), last(before.size()), now(before.size());
    for (int j = 0; j <= m; ++j) last[static_cast<std::size_t>(j)] = j;
    for (int i = 1; i <= n; ++i) {
        now[0] = i;
        int least = i;
        for (int j = 1; j <= m; ++j) {
            const auto k = static_cast<std::size_t>(j);
            const char x = a[static_cast<std::size_t>(i) - 1], y = b[k - 1];
            int cost = std::min({last[k] + 1, now[k - 1] + 1, last[k - 1] + (x != y)});
            if (i > 1 && j > 1 && x == b[k - 2] && a[static_cast<std::size_t>(i) - 2] == y) cost = std::min(cost, before[k - 2] + 1);
            now[k] = cost;
            least = std::min(least, cost);
        }
        if (least > limit) return limit + 1;
        std::swap(before, last);
        std::swap(last, now);
    }
    return std::min(last[static_cast<std::size_t>(m)], limit + 1);
}

std::vector<std::string_view> glued_endings(std::string_view word) {
    std::vector<std::string_view> found;
    for (const auto& [ending, stands_for] : endings)
        if (stands_for == word && ending != "strase") found.push_back(ending);
    return found;
}

}  // namespace lastmile::geocode
