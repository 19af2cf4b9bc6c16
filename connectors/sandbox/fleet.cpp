#include "connectors/sandbox/fleet.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "platform/crypto/hash.hpp"

namespace lastmile::connectors {
namespace {

namespace json = boost::json;
using std::chrono::minutes;
using std::chrono::seconds;

/// Independent numbers for one job: the same wherever and whenever they are asked for.
std::uint64_t draw(const SandboxSettings& settings, std::string_view reference, std::string_view what) {
    const auto digest = crypto::sha256(std::to_string(settings.seed) + "|" + std::string(reference) + "|" + std::string(what));
    std::uint64_t number = 0;
    for (int i = 0; i < 8; ++i) number = number << 8 | digest[static_cast<std::size_t>(i)];
    return number;
}

seconds between(const SandboxSettings& settings, std::string_view reference, std::string_view what, seconds low, seconds high) {
    return low + seconds(static_cast<std::int64_t>(draw(settings, reference, what) % static_cast<std::uint64_t>((high - low).count() + 1)));
}

double kilometres(const json::value& from, const json::value& to) {
    const auto at = [](const json::value& place, const char* name) {
        const auto* object = place.if_object();
        const auto* found = object ? object->if_contains(name) : nullptr;
        return found && found->is_number() ? std::optional(found->to_number<double>()) : std::nullopt;
    };
    const auto lat1 = at(from, "lat"), lon1 = at(from, "lon"), lat2 = at(to, "lat"), lon2 = at(to, "lon");
    if (!lat1 || !lon1 || !lat2 || !lon2) return 5;  // an address alone: a town's usual way
    const double degree = 111.2, mean = (*lat1 + *lat2) / 2 * 3.14159265 / 180;
    return 1.3 * std::hypot((*lat2 - *lat1) * degree, (*lon2 - *lon1) * degree * std::cos(mean));
}

WireAnswer answer(int status, json::value body) {
    WireAnswer made;
    made.status = status, made.headers = {{"content-type", "application/json"}}, made.body = schema::to_text(body);
    return made;
}
WireAnswer problem(int status, std::string_view code, std::string_view detail) { return answer(status, {{"code", code}, {"detail", detail}}); }

std::string text(const json::value& body, std::string_view name) {
    const auto* object = body.if_object();
    const auto* found = object ? object->if_contains(name) : nullptr;
    return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

/// `sbx_<ms of the call>_<ms of ready, or 0>_<reference>`: all that a job is made of.
std::string job_id(std::string_view reference, Instant asked, std::optional<Instant> ready) {
    return "sbx_" + std::to_string(to_unix_ms(asked)) + "_" + std::to_string(ready ? to_unix_ms(*ready) : 0) + "_" + std::string(reference);
}

struct Named {
    Instant asked;
    std::optional<Instant> ready;
    std::string reference;
};
std::optional<Named> named(std::string_view id) {
    if (!id.starts_with("sbx_")) return std::nullopt;
    std::int64_t asked = 0, ready = 0;
    const char* const end = id.data() + id.size();
    const auto first = std::from_chars(id.data() + 4, end, asked);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '_') return std::nullopt;
    const auto second = std::from_chars(first.ptr + 1, end, ready);
    if (second.ec != std::errc{} || second.ptr == end || *second.ptr != '_') return std::nullopt;
    return Named{from_unix_ms(asked), ready ? std::optional(from_unix_ms(ready)) : std::nullopt, std::string(second.ptr + 1, end)};
}

/// Couriers come a quarter of an hour before it is ready, not when it is booked days ahead.
Instant start_of(Instant asked, std::optional<Instant> ready) { return ready ? std::max(asked, *ready - minutes(15)) : asked; }

}  // namespace

Fate fate_of(const SandboxSettings& settings, std::string_view reference) {
    if (settings.profile != SandboxProfile::failing) return Fate::good;
    using enum Fate;
    static constexpr Fate twenty[] = {refused,    refused,    refused,      busy,          busy,          answer_lost,   answer_lost, never_booked, given_back, given_back,
                                      given_back, courier_lost, courier_lost, undeliverable, undeliverable, undeliverable, good,        good,         good,       good};
    return twenty[draw(settings, reference, "fate") % 20];
}

std::vector<Milestone> milestones(const SandboxSettings& settings, std::string_view reference, Instant start, Fate fate) {
    const bool fast = settings.profile == SandboxProfile::fast;
    const auto span = [&](std::string_view what, seconds low, seconds high) { return between(settings, reference, what, fast ? low / 5 : low, fast ? high / 5 : high); };
    std::vector<Milestone> list{{start, Word::booked}};
    const auto then = [&](seconds later, Word word) { list.push_back({list.back().at + later, word}); };
    then(span("assign", minutes(2), minutes(6)), Word::courier_assigned);
    if (fate == Fate::given_back) {
        then(span("give_back", minutes(3), minutes(8)), Word::failed_before_pickup);
        return list;
    }
    if (fate == Fate::courier_lost) {
        then(span("lose", minutes(3), minutes(8)), Word::booked);
        then(span("again", minutes(2), minutes(6)), Word::courier_assigned);
    }
    then(span("pickup", minutes(10), minutes(25)), Word::picked_up);
    if (fate == Fate::undeliverable) {
        then(span("drive", minutes(15), minutes(40)), Word::failed_with_parcel);
        then(minutes(2), Word::returning);
        then(span("back", minutes(15), minutes(30)), Word::returned);
        return list;
    }
    then(span("drive", minutes(15), minutes(40)), Word::delivered);
    return list;
}

json::object SandboxWire::job(std::string_view reference, Instant asked, std::optional<Instant> ready) const {
    const auto list = milestones(settings_, reference, start_of(asked, ready), fate(reference));
    std::size_t at = 0;
    while (at + 1 < list.size() && list[at + 1].at <= now_) ++at;
    auto state = list[at].word;
    auto changed = list[at].at;
    std::optional<Instant> next;
    if (at + 1 < list.size()) next = list[at + 1].at;
    std::int64_t sequence = static_cast<std::int64_t>(at) + 1;
    if (forced_.state) state = *forced_.state, changed = forced_.at.value_or(now_), sequence = 200 + forced_.sequence, next.reset();
    if (handle_ && handle_->cancel_asked_at) {
        const auto before_pickup = std::ranges::none_of(list, [&](const Milestone& m) {
            return m.at <= *handle_->cancel_asked_at && (m.word == Word::picked_up || m.word == Word::failed_before_pickup);
        });
        const bool may = forced_.state ? state == Word::booked || state == Word::courier_assigned : before_pickup;
        if (may) state = Word::cancelled, changed = *handle_->cancel_asked_at, sequence += 1000, next.reset();
    }
    json::object made{{"job_id", job_id(reference, asked, ready)},
                      {"reference", reference}, {"state", schema::wire_name(state)},
                      {"sequence", sequence}, {"changed_at", to_rfc3339(std::min(changed, now_))}};
    if (next) made["next_change_at"] = to_rfc3339(*next);
    for (const auto& milestone : list) {
        if (milestone.word == Word::picked_up) made["pickup_eta"] = to_rfc3339(milestone.at);
        if (milestone.word == Word::delivered) made["dropoff_eta"] = to_rfc3339(milestone.at);
    }
    if (state == Word::courier_assigned || state == Word::picked_up)
        made["courier"] = {{"name", "Courier " + std::to_string(draw(settings_, reference, "courier") % 900 + 100)}, {"vehicle", "bike"}};
    if (state == Word::failed_before_pickup) made["reason"] = "courier_gave_it_back";
    if (state == Word::failed_with_parcel) made["reason"] = "nobody_there";
    return made;
}

WireAnswer SandboxWire::quoted(const json::value& body) const {
    const auto* object = body.if_object();
    if (!object || !object->contains("pickup") || !object->contains("dropoff")) return problem(422, "incomplete", "a quote needs pickup and dropoff");
    const double km = kilometres(object->at("pickup"), object->at("dropoff"));
    const auto reference = text(body, "reference");
    const auto list = milestones(settings_, reference, start_of(now_, parse_rfc3339(text(body, "ready_at"))), fate(reference));
    json::object quote{{"quote_id", "sbq_" + reference},
                       {"price", {{"amount", settings_.base_fee.value + std::llround(km * static_cast<double>(settings_.fee_per_km.value))},
                                  {"currency", std::string(settings_.currency)}}},
                       {"expires_at", to_rfc3339(now_ + minutes(5))},
                       {"distance_m", std::llround(km * 1000)},
                       {"co2_g", std::llround(km * static_cast<double>(settings_.co2_g_per_km.value))}};
    for (const auto& milestone : list) {
        if (milestone.word == Word::picked_up) quote["pickup_eta"] = to_rfc3339(milestone.at);
        if (milestone.word == Word::delivered || milestone.word == Word::returned) quote["dropoff_eta"] = to_rfc3339(milestone.at);
    }
    if (!quote.contains("dropoff_eta")) quote["dropoff_eta"] = to_rfc3339(list.back().at + minutes(45));  // nobody foresees that it fails
    return answer(200, std::move(quote));
}

WireAnswer SandboxWire::booked(const json::value& body) const {
    const auto reference = text(body, "reference");
    if (reference.empty()) return problem(422, "incomplete", "a job needs a reference");
    switch (fate(reference)) {
        case Fate::refused:
            return problem(422, "out_of_area", "these couriers do not go there");
        case Fate::busy:
            return problem(503, "no_courier", "no courier is free");
        case Fate::answer_lost:
        case Fate::never_booked: {
            WireAnswer lost;
            lost.fault = http::ClientFault::timeout, lost.detail = "the answer was lost on purpose";
            return lost;
        }
        default:
            return answer(201, job(reference, now_, parse_rfc3339(text(body, "ready_at"))));
    }
}

WireAnswer SandboxWire::send(const WireRequest& request) {
    constexpr std::string_view jobs = "/fleet/v1/jobs";
    const auto at = request.url.find("/fleet/v1/");
    const std::string path = at == std::string::npos ? std::string() : request.url.substr(at);
    if (settings_.dark_from && now_ >= *settings_.dark_from && (!settings_.dark_until || now_ < *settings_.dark_until)) {
        WireAnswer silence;
        silence.fault = http::ClientFault::timeout, silence.detail = "dark on purpose";
        return silence;
    }
    const auto parsed = request.body.empty() ? json::value(json::object{}) : schema::parse_json(request.body).value_or(json::value(nullptr));
    if (path == "/fleet/v1/capabilities") return answer(200, {{"protocol", "lastmile-fleet/1"}});
    if (path == "/fleet/v1/quotes") return quoted(parsed);
    if (path == jobs && request.method == "POST") return booked(parsed);
    if (path.starts_with("/fleet/v1/jobs?reference=")) {
        if (!handle_ || fate(handle_->reference) == Fate::never_booked) return answer(200, {{"data", json::array{}}});
        std::optional<Instant> ready;
        if (const auto* more = handle_->more.if_object(); more && more->contains("ready_at")) ready = parse_rfc3339(text(handle_->more, "ready_at"));
        return answer(200, {{"data", json::array{job(handle_->reference, handle_->asked_at, ready)}}});
    }
    if (path.starts_with("/fleet/v1/jobs/")) {
        const auto rest = path.substr(jobs.size() + 1);
        const auto found = named(rest.substr(0, rest.find('/')));
        if (!found) return problem(404, "not_found", "there is no such job");
        if (rest.ends_with("/cancel") && handle_ && !handle_->cancel_asked_at) handle_->cancel_asked_at = now_;
        auto made = job(found->reference, found->asked, found->ready);
        if (rest.ends_with("/cancel") && made.at("state") != "cancelled") return problem(409, "not_cancellable", "the courier has it already, or it is over");
        return answer(200, std::move(made));
    }
    return problem(404, "not_found", "there is nothing at this path");
}

}  // namespace lastmile::connectors
