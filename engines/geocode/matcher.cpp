#include "engines/geocode/matcher.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "engines/geocode/words.hpp"

namespace lastmile::geocode {
namespace {

/// How many entities are looked at for one question; important ones have low numbers and come first.
constexpr std::size_t most_entities = 300;
constexpr std::size_t most_terms = 12;
/// Better than what a slip leaves of an answer.
constexpr double good_answer = 0.97;

std::string plain(const std::string& word) {
    std::string out = word;
    std::erase_if(out, [](char c) { return c == '-' || c == '/'; });
    return out;
}

bool begins_with_digit(const std::string& word) { return word[0] >= '0' && word[0] <= '9'; }

std::string expression_of(const Term& term) {
    std::string text = "(";
    for (const Reading& reading : term.readings) {
        const auto word = "\"" + plain(reading.word) + (reading.prefix ? "\"*" : "\"");
        text += (text.size() > 1 ? " OR " : "") + (reading.second.empty() ? word : "(" + word + " AND \"" + plain(reading.second) + "\")");
    }
    return text + ")";
}

/// A term's best match among words that no other term has taken.
struct Match {
    double quality = 0;
    std::size_t at = 0;
    std::size_t second = 0;  // where its ending stands, or `at`
};

Match match_in(const Term& term, const std::vector<std::string>& words, const std::vector<bool>& taken) {
    Match best;
    for (const Reading& reading : term.readings)
        for (std::size_t i = 0; i < words.size(); ++i)
            if (!taken[i] && reading.quality > best.quality &&
                (plain(words[i]) == plain(reading.word) || (reading.prefix && words[i].starts_with(reading.word))))
                if (const auto second = reading.second.empty() ? i : i + 1; second < words.size() && !taken[second] && (second == i || words[second] == reading.second))
                    best = {reading.quality, i, second};
    return best;
}

}  // namespace

std::vector<Term> Matcher::terms_of(const Query& query, bool unfinished, bool loose) const {
    std::vector<std::string> list = words(query.text);
    const auto add_missing = [&](const std::string& part) {
        for (auto& word : words(part))
            if (std::ranges::find(list, word) == list.end()) list.push_back(std::move(word));
    };
    for (const std::string* part : {&query.street, &query.number, &query.postcode, &query.city}) add_missing(*part);
    // "190 00" is a postcode in two pieces, "12 a" a house number.
    for (std::size_t i = 0; i + 1 < list.size(); ++i) {
        if (!begins_with_digit(list[i]) || list[i].find_first_not_of("0123456789") != list[i].npos) continue;
        const bool letter = list[i + 1].size() == 1 && !begins_with_digit(list[i + 1]);
        const bool code = begins_with_digit(list[i + 1]) && vocabulary_.documents(list[i] + list[i + 1]) > 0;
        if (!letter && !code) continue;
        list[i] += list[i + 1];
        list.erase(list.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
    if (list.size() > most_terms) list.resize(most_terms);
    std::vector<Term> terms;
    for (std::size_t i = 0; i < list.size(); ++i) {
        Term term;
        term.word = list[i];
        term.numeric = begins_with_digit(list[i]);
        term.readings = vocabulary_.readings(plain(list[i]), unfinished && i + 1 == list.size(), loose);
        std::size_t known = 0;
        for (const Reading& reading : term.readings) known = std::max(known, vocabulary_.documents(reading.word));
        term.weight = std::log(2.0 + static_cast<double>(documents_) / static_cast<double>(std::max<std::size_t>(known, 1)));
        // A number up to four digits is more often a house than part of a name; it may find, but need not.
        term.required = !term.readings.empty() && !(term.numeric && plain(list[i]).size() <= 4);
        terms.push_back(std::move(term));
    }
    return terms;
}

/// All required words; where nothing has them, all but one; where nothing has these, any.
std::vector<std::int64_t> Matcher::find(const std::vector<Term>& terms) {
    std::vector<const Term*> needed;
    for (const Term& term : terms)
        if (term.required) needed.push_back(&term);
    if (needed.empty())
        for (const Term& term : terms)
            if (!term.readings.empty()) needed.push_back(&term);
    if (needed.empty()) return {};
    const auto all_but = [&](std::size_t left_out) {
        std::string text;
        for (std::size_t i = 0; i < needed.size(); ++i)
            if (i != left_out) text += (text.empty() ? "" : " AND ") + expression_of(*needed[i]);
        return text;
    };
    std::set<std::int64_t> ids;
    for (const auto id : connection_.match(all_but(needed.size()), most_entities)) ids.insert(id);
    if (ids.empty() && needed.size() > 1)
        for (std::size_t i = 0; i < needed.size(); ++i)
            for (const auto id : connection_.match(all_but(i), most_entities / needed.size())) ids.insert(id);
    if (ids.empty() && needed.size() > 2)
        for (const Term* term : needed)
            for (const auto id : connection_.match(expression_of(*term), most_entities / needed.size())) ids.insert(id);
    return {ids.begin(), ids.end()};
}

void Matcher::judge(const Entity& entity, const std::vector<Term>& terms, const Query& query, std::vector<Candidate>& out) {
    const Record& r = entity.record;
    std::vector<bool> used(entity.name_words.size(), false);
    const std::vector<bool> never(entity.other_words.size(), false);
    double all = 0, met = 0;
    const Term* number = nullptr;
    double number_weight = 0;
    for (const Term& term : terms) {
        const Match in_name = match_in(term, entity.name_words, used), in_other = match_in(term, entity.other_words, never);
        if (in_name.quality > 0) used[in_name.at] = used[in_name.second] = true;
        const double quality = std::max(in_name.quality, in_other.quality);
        if (quality == 0 && term.numeric && !number && plain(term.word).size() <= 9) {
            number = &term;
            number_weight = std::min(term.weight, 3.0);
            continue;
        }
        all += term.weight;
        met += term.weight * quality;
    }
    const double covered =
        entity.name_words.empty() ? 0 : static_cast<double>(std::ranges::count(used, true)) / static_cast<double>(used.size());
    Candidate c;
    c.kind = r.kind;
    c.name = r.name;
    c.street = r.kind == Kind::street ? r.name : r.street;
    c.number = r.number;
    c.postcode = r.postcode;
    c.city = r.city;
    c.category = r.category;
    c.point = r.point;
    const auto confidence = [&](double number_quality) {
        const double total = all + number_weight;
        return total <= 0 ? 0.0 : (met + number_weight * number_quality) / total * (0.55 + 0.45 * covered);
    };
    if (number && r.kind == Kind::street) {
        const std::string wanted = query.number.empty() ? normal_number(number->word) : normal_number(query.number);
        const auto houses = connection_.houses(entity.id);
        auto hits = find_houses(houses, wanted);
        // Some numbers begin with letters ("WH 2", "ev. 5"): the word before belongs to them where such a house is.
        if (number != terms.data() && (number - 1)->word.size() <= 4)
            if (auto lettered = find_houses(houses, (number - 1)->word + wanted); !lettered.empty() && lettered[0].quality == 1)
                hits = std::move(lettered);
        for (const HouseHit& hit : hits) {
            Candidate& address = out.emplace_back(c);
            address.kind = Kind::address;
            address.name = hit.house.name;
            address.number = hit.house.shown;
            if (!hit.house.postcode.empty()) address.postcode = hit.house.postcode;
            address.point = hit.house.point;
            address.interpolated = hit.interpolated;
            address.confidence = confidence(1) * hit.quality;
            // Streets with several postcodes: the houses of the other ones answer less well.
            for (const Term& term : terms)
                if (!address.postcode.empty() && &term != number && term.numeric &&
                    plain(term.word) != plain(normal_number(address.postcode)) &&
                    plain(term.word).size() == normal_number(address.postcode).size())
                    address.confidence *= 0.9;
        }
        if (!hits.empty()) return;
    }
    if (number && r.kind == Kind::poi && normal_number(r.number) == normal_number(number->word)) c.confidence = confidence(1);
    else c.confidence = number ? confidence(0) * 0.75 : confidence(0);
    out.push_back(std::move(c));
}

std::vector<Candidate> Matcher::run(const Query& query, bool unfinished) {
    std::vector<Candidate> found;
    const auto look = [&](bool loose) {
        const std::vector<Term> terms = terms_of(query, unfinished, loose);
        for (const std::int64_t id : find(terms)) judge(connection_.entity(id), terms, query, found);
    };
    look(false);
    // No answer that fits: perhaps a slip has made another word of one, or is in a short one.
    if (!unfinished && std::ranges::none_of(found, [](const Candidate& c) { return c.confidence >= good_answer; })) look(true);
    struct Ranked {
        double rank;
        std::size_t index;
    };
    std::vector<Ranked> order;
    for (std::size_t i = 0; i < found.size(); ++i) {
        Candidate& c = found[i];
        if (query.within && !query.within->contains(c.point)) continue;
        double rank = c.confidence;
        if (query.near) {
            c.distance_m = geo::distance_m(*query.near, c.point);
            rank += 0.15 * std::exp(-c.distance_m / 3'000);
        }
        rank += c.kind == Kind::place ? 0.03 : c.kind == Kind::street ? 0.02 : c.kind == Kind::poi ? 0.005 : 0;
        order.push_back({rank, i});
    }
    std::ranges::stable_sort(order, std::greater{}, &Ranked::rank);
    std::vector<Candidate> best;
    std::set<std::string> seen;
    for (const Ranked& ranked : order) {
        if (best.size() >= query.limit) break;
        Candidate& c = found[ranked.index];
        c.label = label_of(c);
        // One thing drawn twice is one answer; the same words at another place are two.
        const std::string key =
            c.label + "|" + std::to_string(std::lround(c.point.lat * 2'000)) + "|" + std::to_string(std::lround(c.point.lon * 2'000));
        if (seen.insert(key).second) best.push_back(std::move(c));
    }
    return best;
}

}  // namespace lastmile::geocode
