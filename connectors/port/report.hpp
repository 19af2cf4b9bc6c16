#pragma once
// What partners say, in our words.
#include <expected>

#include "connectors/port/job.hpp"

namespace lastmile::connectors {

/// A partner's word on a booking. `none`: it says nothing that moves the booking (kept all the same).
enum class Word {
    none, booked, courier_assigned, picked_up, delivered, rejected, failed_before_pickup, expired, lost, cancelled, failed_with_parcel, returning, returned,
};
LASTMILE_ENUM(Word, none, booked, courier_assigned, picked_up, delivered, rejected, failed_before_pickup, expired, lost, cancelled, failed_with_parcel,
              returning, returned)

/// Words after which nothing else is expected of this booking: they are believed only when proven.
constexpr bool is_terminal(Word word) {
    switch (word) {
        case Word::delivered:
        case Word::rejected:
        case Word::failed_before_pickup:
        case Word::expired:
        case Word::lost:
        case Word::cancelled:
        case Word::failed_with_parcel:
        case Word::returned:
            return true;
        default:
            return false;
    }
}

struct Courier {
    std::optional<std::string> id, name, phone, vehicle;
    std::optional<double> lat, lon;
    std::optional<Instant> at;
};
LASTMILE_VALUE(Courier, (id, name, phone, vehicle, lat, lon, at))

struct Report {
    std::optional<std::string> partner_ref;     // the partner's id of the booking
    std::optional<std::string> reference;       // ours, where the partner gives it back
    std::optional<std::string> partner_status;  // its own word, as it is
    std::optional<Word> word;                   // ours; absent: by the table of words
    std::optional<Instant> at;                  // the partner's time of it
    std::int64_t sequence = 0;
    std::optional<std::string> event_id, reason;
    std::optional<Courier> courier;
    std::optional<Instant> pickup_eta, dropoff_eta;
    std::optional<Price> price;
    std::optional<std::string> tracking_url, replaced_by;
    std::vector<std::string> proof_urls;
    std::optional<Instant> next_look_at;        // when it pays to ask again
};
LASTMILE_VALUE(Report, (partner_ref, reference, partner_status, word, at, sequence, event_id, reason, courier, pickup_eta, dropoff_eta, price, tracking_url,
                        replaced_by, proof_urls, next_look_at))
LASTMILE_DEFAULTS(Report, (sequence, proof_urls))

struct Quote {
    std::optional<std::string> quote_ref;  // the partner's id of the quote
    Price price;
    std::optional<Instant> expires_at, pickup_eta, dropoff_eta;
    std::optional<std::int64_t> distance_m, co2_g;
    std::optional<std::string> service;    // its product or provider, where there are several
    Json more;                             // what create needs of it again
};
LASTMILE_VALUE(Quote, (quote_ref, price, expires_at, pickup_eta, dropoff_eta, distance_m, co2_g, service, more))
LASTMILE_DEFAULTS(Quote, (more))

/// refused: it will not, ask another; busy: not now, ask another; invalid: the request or our mapping is wrong; unauthorized: the credentials
/// are; throttled: later; unavailable: it was not reached, surely nothing was done; unknown: it may have been done; not_found; exists: our
/// reference is taken; cancel_refused; unsupported: the network has no such thing.
enum class FailureKind { refused, busy, invalid, unauthorized, throttled, unavailable, unknown, not_found, exists, cancel_refused, unsupported };
LASTMILE_ENUM(FailureKind, refused, busy, invalid, unauthorized, throttled, unavailable, unknown, not_found, exists, cancel_refused, unsupported)

struct Failure {
    FailureKind kind = FailureKind::unavailable;
    std::string code;    // the partner's, or the transport's
    std::string detail;
    std::optional<std::int64_t> retry_after_s{};
    std::optional<std::string> partner_ref{};  // with exists: which
};

template <class T>
using Outcome = std::expected<T, Failure>;

inline std::unexpected<Failure> fail(FailureKind kind, std::string code, std::string detail) {
    return std::unexpected(Failure{kind, std::move(code), std::move(detail), {}, {}});
}

}  // namespace lastmile::connectors
