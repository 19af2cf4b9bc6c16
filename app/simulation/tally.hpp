#pragma once
// What the simulation has done and seen, for the summary, and the voice that tells it.
#include <cstdint>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/simulation/agenda.hpp"
#include "engines/geo/point.hpp"

namespace lastmile::simulation {

struct Tally {
    std::int64_t routes = 0, declined = 0, stops = 0, nobody_home = 0, refused_at_door = 0, missing = 0, cancel_wishes = 0;
    std::int64_t lost_signal = 0, synced = 0, said_twice = 0, breakdowns = 0, taken_over = 0, second_attempts = 0, brought_back = 0;
    std::int64_t urgent = 0, at_partners = 0, locked = 0, in_slots = 0, slots_full = 0;
    double driven_m = 0, worked_s = 0;
    std::map<std::string, std::int64_t> refusals{};  // by code: the server's no to what was tried
    std::vector<std::string> broken{};               // invariants, a sentence each
};

/// A line each, with the simulated time; on stderr where stdout is for the summary.
class Teller {
public:
    Teller(const Agenda& agenda, bool json) : agenda_(agenda), out_(json ? std::cerr : std::cout) {}
    void operator()(const std::string& line) const { out_ << text_of(agenda_.now()).substr(11, 8) << "  " << line << std::endl; }

private:
    const Agenda& agenda_;
    std::ostream& out_;
};

/// What everybody in the town shares.
struct Town {
    ApiClient& api;
    Agenda& agenda;
    Tally& tally;
    const Teller& tell;
    const Plan& plan;
    std::string hub{};
    geo::Point hub_at{};
    std::map<std::string, int> tried{};  // how often nobody was home
    std::set<std::string> missed{};       // once missing at the dock, then found
    std::map<std::string, std::int64_t> slot_capacity{};  // by template
};

}  // namespace lastmile::simulation
