#include "app/lifecycle_page.hpp"

#include <fmt/format.h>

#include "features/assignments/assignment_rules.hpp"
#include "features/bookings/booking_rules.hpp"
#include "features/deliveries/delivery_rules.hpp"
#include "features/drivers/driver_rules.hpp"
#include "features/drivers/shift_rules.hpp"
#include "features/exceptions/exception_rules.hpp"
#include "features/jobs/job_rules.hpp"

namespace lastmile::app {
namespace {

/// A Mermaid state diagram; moves between the same two states share an arrow. Booking states move by their own names: the arrow has no other.
template <class Machine>
std::string drawn(std::string_view title, std::string_view what, const Machine& machine) {
    std::string out = fmt::format("\n## {}\n\n{}\n\n```mermaid\nstateDiagram-v2\n", title, what);
    std::vector<std::string> ends;
    for (auto row = machine.rows.begin(); row != machine.rows.end(); ++row) {
        const auto same = [&](const auto& other) { return other.from == row->from && other.to == row->to; };
        if (std::find_if(machine.rows.begin(), row, same) == row) {
            std::string moves;
            for (const auto& other : machine.rows)
                if (same(other)) fmt::format_to(std::back_inserter(moves), "{}{}", moves.empty() ? "" : " / ", name_of(other.move));
            fmt::format_to(std::back_inserter(out), "    {} --> {}: {}\n", name_of(row->from), name_of(row->to), moves);
        }
        const std::string end(name_of(row->to));
        if (machine.is_final(row->to) && std::find(ends.begin(), ends.end(), end) == ends.end()) ends.push_back(end);
    }
    for (const auto& end : ends) fmt::format_to(std::back_inserter(out), "    {} --> [*]\n", end);
    return out + "```\n";
}

std::string actions() {
    using namespace deliveries;
    std::string out =
        "\n## What can be done with a delivery\n\n`legal_actions` of a delivery and of a 409 say what holds now; besides the status, packages and legs must allow it.\n\n"
        "| action | requested | scheduled | assigned | enroute | delivered | failed | cancelled | returned |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
    for (const auto& row : action_table) {
        fmt::format_to(std::back_inserter(out), "| `{}` |", name_of(row.action));
        for (int status = 0; status < 8; ++status) out += row.in(static_cast<Status>(status)) ? " yes |" : "  |";
        out += '\n';
    }
    return out;
}

}  // namespace

std::string lifecycle_markdown() {
    std::string out =
        "# Lifecycles\n\nGenerated from the tables that the rules read. A delivery's status is folded from its packages and legs, so it has no machine of its own; "
        "these are what it is folded from.\n";
    out += actions();
    out += drawn("A package on a leg", "Facts: what a holder reports has happened.", deliveries::item_machine);
    out += drawn("A cancellation", "A wish until what is on board, or the partner, allows it.", deliveries::cancel_machine);
    out += drawn("An assignment", "A driver's tour.", assignments::machine);
    out += drawn("A stop", "On a tour.", assignments::stop_machine);
    out += drawn("A booking", "What a partner says of a job it carries; a move has the name of the state it leads to.", bookings::machine);
    out += drawn("A driver", "For dispatch.", drivers::driver_machine);
    out += drawn("A shift", "Planned working time.", shifts::shift_machine);
    out += drawn("An exception", "Something a person should look at.", exceptions::machine);
    out += drawn("A job", "Long work.", jobs::machine);
    return out;
}

}  // namespace lastmile::app
