#pragma once
// A simulated fleet behind the fleet protocol, as a function of seed, reference and business time.
#include "connectors/port/connector.hpp"

namespace lastmile::connectors {

enum class SandboxProfile { normal, fast, failing };
LASTMILE_ENUM(SandboxProfile, normal, fast, failing)

struct SandboxSettings {
    SandboxProfile profile = SandboxProfile::normal;
    std::int64_t seed = 1;
    Currency currency = std::string("EUR");
    Whole<0, 1'000'000> base_fee = 350;
    Whole<0, 1'000'000> fee_per_km = 60;
    Whole<0, 10'000> co2_g_per_km = 80;
    std::optional<Instant> dark_from;   // from then on nothing is answered,
    std::optional<Instant> dark_until;  // until then, if ever
};
LASTMILE_VALUE(SandboxSettings, (profile, seed, currency, base_fee, fee_per_km, co2_g_per_km, dark_from, dark_until))
LASTMILE_DEFAULTS(SandboxSettings, (profile, seed, currency, base_fee, fee_per_km, co2_g_per_km))

/// What will become of a job.
enum class Fate { good, refused, busy, answer_lost, never_booked, given_back, courier_lost, undeliverable };
LASTMILE_ENUM(Fate, good, refused, busy, answer_lost, never_booked, given_back, courier_lost, undeliverable)

/// What a test makes of one job instead of what the hash would: its fate, and then a state that stands until the next is forced.
struct Forced {
    std::optional<Fate> fate;
    std::optional<Word> state;
    std::optional<Instant> at;
    std::int64_t sequence = 0;
};
LASTMILE_VALUE(Forced, (fate, state, at, sequence))
LASTMILE_DEFAULTS(Forced, (sequence))

struct Milestone {
    Instant at;
    Word word;
};

Fate fate_of(const SandboxSettings& settings, std::string_view reference);
/// From `booked` on, in order of time.
std::vector<Milestone> milestones(const SandboxSettings& settings, std::string_view reference, Instant start, Fate fate);

class SandboxWire final : public Wire {
public:
    /// `handle`: of the booking that is asked about, if one is.
    SandboxWire(SandboxSettings settings, Instant now, const Handle* handle, Forced forced = {})
        : settings_(std::move(settings)), now_(now), forced_(std::move(forced)) {
        if (handle) handle_ = *handle;
    }
    WireAnswer send(const WireRequest& request) override;

private:
    Fate fate(std::string_view reference) const { return forced_.fate.value_or(fate_of(settings_, reference)); }
    WireAnswer quoted(const boost::json::value& body) const;
    WireAnswer booked(const boost::json::value& body) const;
    boost::json::object job(std::string_view reference, Instant asked, std::optional<Instant> ready) const;
    SandboxSettings settings_;
    Instant now_;
    Forced forced_;
    std::optional<Handle> handle_;
};

}  // namespace lastmile::connectors
