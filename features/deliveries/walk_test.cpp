// Random walks over everything that may be reported or decided, honest or not: what must hold after any step, and that every
// delivery can still be brought to an end by honest reports and one person's decisions.
#include <map>
#include <random>

#include "features/deliveries/lifecycle_desk.hpp"

namespace lastmile::deliveries {
namespace {

/// The decisions that the table speaks of: legal_actions must say exactly what the rules accept.
constexpr Action single_handed[] = {Action::cancel, Action::confirm_cancel, Action::refuse_cancel, Action::retry, Action::bring_back, Action::close, Action::reschedule};

class Walk {
public:
    explicit Walk(std::uint64_t seed) : random(seed), ids(seed + 1) {
        hub = make<Hub>();
        other_hub = make<Hub>();
        std::vector<Id<Package>> packages(1 + below(3));
        for (auto& id : packages) id = make<Package>();
        const Place sender{PlaceKind::sender, {}}, at_hub{PlaceKind::hub, hub};
        const Place to = below(5) ? Place{PlaceKind::recipient, {}} : Place{PlaceKind::hub, other_hub};
        if (below(2)) policy.auto_return_after_attempts.reset();
        if (below(2)) policy.return_to = at_hub;
        policy.retry_from = below(2) ? RetryFrom::on_board : RetryFrom::hub;
        policy.scan_rebind = static_cast<ScanRebind>(below(3));
        for (int i = 0; i < 3; ++i) vans.push_back({HolderKind::driver, make<Assignment>(), make<Driver>(), {}, {}, RouteState::waiting});
        d = create(make<Delivery>(), below(2) ? sender : at_hub, to, packages, below(2), given()).after;
    }

    /// The first thing that went wrong; empty if nothing did.
    std::string run(int steps) {
        for (int i = 0; i < steps && fault.empty(); ++i) {
            now += Seconds{30};
            if (i % 8 == 0) check_actions();
            step();
        }
        return fault;
    }

    std::string bring_to_an_end() {
        for (int round = 0; round < 40 && fault.empty() && !is_final(d); ++round) {
            now += Seconds{30};
            if (!honest_report() && !decision_of_a_person()) break;
        }
        if (fault.empty() && !is_final(d)) fault = "no end from " + describe();
        return fault;
    }

    std::string describe() const {
        std::string text = std::string(name_of(status_of(d).status)) + "/" + std::string(name_of(status_of(d).phase));
        text += " cancellation " + std::string(name_of(d.cancellation));
        for (const auto& package : d.packages) text += "\n  " + package.custody.text().substr(0, 12) + " " + std::string(name_of(package.end));
        for (const auto& leg : d.legs) {
            text += "\n  leg " + std::to_string(leg.number) + " " + std::string(name_of(leg.kind)) + std::string(name_of(leg.purpose));
            text += " attempt " + std::to_string(leg.attempt) + " " + std::string(name_of(leg_state(d, leg)));
            text += " after " + std::to_string(leg.after.empty() ? 0 : d.leg(leg.after)->number) + " from " + std::string(name_of(leg.from.kind)) + ":";
            for (const auto& item : leg.items) text += " p" + std::to_string(d.package(item.package_id) - d.packages.data()) + " " + std::string(name_of(item.state));
        }
        for (const auto& booking : d.bookings) text += "\n  booking " + std::string(name_of(booking.state));
        return text + "\n" + history;
    }

    DeliveryLifecycle d;
    std::string history;

private:
    std::uint64_t below(std::uint64_t n) { return random() % n; }
    template <class Noun>
    Id<Noun> make() { return Id<Noun>::make(now, ids); }
    Given given() { return {now, now, ids, policy}; }
    Id<Package> any_package() { return d.packages[below(d.packages.size())].id; }
    Id<Leg> any_leg() { return d.legs[below(d.legs.size())].id; }
    Holder& any_van() { return vans[below(vans.size())]; }

    bool accept(std::string_view what, DeliveryChange change, bool may_undeliver = false) {
        history += " " + std::string(what);
        const auto was = status_of(d).status;
        auto wrong = broken_telling(d, change);
        if (wrong.empty()) wrong = broken_invariant(change.after);
        if (wrong.empty() && !may_undeliver && was == Status::delivered && status_of(change.after).status != Status::delivered) wrong = "undelivered";
        if (wrong.empty() && change.after.attempt < d.attempt) wrong = "an attempt is forgotten";
        const bool changed = !(d == change.after);
        d = std::move(change.after);
        if (!wrong.empty()) fault = wrong + " after " + std::string(what) + ": " + describe();
        return changed;
    }
    bool accept(std::string_view what, Decision decision, bool may_undeliver = false) {
        return decision && accept(what, std::move(*decision), may_undeliver);
    }

    void check_actions() {
        const auto legal = legal_actions(d, policy.max_attempts);
        for (const auto action : single_handed) {
            const bool listed = std::ranges::find(legal, action) != legal.end();
            if (listed != attempt(action)) fault = std::string(name_of(action)) + " is listed " + std::to_string(listed) + " against the rule: " + describe();
        }
    }
    bool attempt(Action action) {
        switch (action) {
            case Action::cancel: return !(deliveries::cancel(d, "", given()).change.after == d);
            case Action::confirm_cancel: return confirm_cancel(d, given()).has_value();
            case Action::refuse_cancel: return refuse_cancel(d, "", given()).has_value();
            case Action::retry: return retry(d, {}, given()).has_value();
            case Action::bring_back: return bring_back(d, LegPurpose::return_, {}, {}, given()).has_value();
            case Action::close: return close(d, Closing::lost, given()).has_value();
            case Action::reschedule: return promise_window(d, true, given()).has_value();
            default: return false;
        }
    }

    Custody somewhere() {
        switch (below(4)) {
            case 0: return Custody::of(hub);
            case 1: return Custody::of(other_hub);
            case 2: return {CustodyKind::sender, {}};
            default: return d.destination.kind == PlaceKind::hub ? Custody::of(d.destination) : Custody{below(4) ? CustodyKind::recipient : CustodyKind::neighbour, {}};
        }
    }
    void drive(Holder& van) {
        static constexpr RouteState next[][2] = {{RouteState::started, RouteState::over}, {RouteState::paused, RouteState::aborted},
                                                 {RouteState::started, RouteState::aborted}};
        if (van.route == RouteState::aborted || van.route == RouteState::over) {
            van = {HolderKind::driver, make<Assignment>(), make<Driver>(), {}, {}, RouteState::waiting};
            return;
        }
        van.route = next[static_cast<std::size_t>(van.route)][below(4) == 0];
        accept("drive", route_changed(d, van.assignment_id, van.route, given()));
    }
    void hold_or_call() {
        Booking booking;
        booking.id = make<Booking>();
        booking.partner_id = make<Partner>();
        booking.assignment_id = make<Assignment>();
        if (accept("hold", hold(d, any_leg(), booking, given()))) {
            if (below(4)) accept("call", booking_step(d, booking.id, BookingState::calling, given()));
        }
    }
    void a_word() {
        if (d.bookings.empty()) return;
        const auto& booking = d.bookings[below(d.bookings.size())];
        if (below(6) == 0) {
            accept("unknown", booking_step(d, booking.id, BookingState::unknown, given()));
            return;
        }
        const auto words = all_of<BookingState>();
        const auto word = words[below(words.size())];
        const auto at = below(3) ? std::optional<Instant>{} : now - Seconds{below(100)};
        accept(name_of(word), partner_says(d, booking.id, {.state = word, .at = at, .cancel_refused = below(5) == 0}, given()));
    }

    void step() {
        const std::vector one{any_package()};
        std::vector<Id<Package>> all;
        for (const auto& package : d.packages) all.push_back(package.id);
        const auto& some = below(2) ? all : one;
        const auto choice = below(24);
        history += " " + std::to_string(choice);
        switch (choice) {
            case 0:
            case 1: accept("bind", bind(d, any_leg(), any_van(), given())); break;
            case 2: hold_or_call(); break;
            case 3:
            case 4:
            case 5: a_word(); break;
            case 6:
            case 7:
            case 8:
                accept("scan", scan(d, {.package_id = one[0], .by = any_van(), .report = below(2) ? Report::online : Report::synced,
                                        .same_wave = below(2) == 0, .confirmed = below(2) == 0}, given()));
                break;
            case 9:
            case 10: drive(any_van()); break;
            case 11:
            case 12: accept("drop", drop_off(d, some, any_van(), somewhere(), given())); break;
            case 13: accept("fail", attempt_failed(d, some, any_van(), "no_one_home", given())); break;
            case 14: accept("pickup_failed", pickup_failed(d, any_leg(), some, static_cast<PickupProblem>(below(8)), given())); break;
            case 15: accept("unassign", unassign(d, any_leg(), given())); break;
            case 16: accept("relay", relay(d, any_leg(), other_hub, given())); break;
            case 17: accept("take_over", take_over(d, any_leg(), below(2) ? std::optional(any_van()) : std::nullopt, given())); break;
            case 18: accept("retry", retry(d, below(2) ? RetryFrom::hub : RetryFrom::on_board, given())); break;
            case 19: {
                const auto to = below(2) ? std::optional(Place{PlaceKind::hub, other_hub}) : std::nullopt;
                accept("bring_back", bring_back(d, below(2) ? LegPurpose::retry : LegPurpose::return_, to, {}, given()));
                break;
            }
            case 20:
                if (below(3) == 0) accept("cancel", deliveries::cancel(d, "", given()).change);
                if (below(2)) accept("confirm", confirm_cancel(d, given()));
                else accept("refuse", refuse_cancel(d, "", given()));
                break;
            case 21:
                if (below(6) == 0) accept("close", close(d, static_cast<Closing>(1 + below(3)), given()));
                break;
            case 22: accept("undo", undo(d, some, any_van(), given()), true); break;
            case 23: {
                const Custody places[] = {somewhere(), {CustodyKind::lost, {}}, {CustodyKind::disposed, {}}, Custody::of(any_van().driver_id)};
                if (below(4) == 0) accept("correct", correct(d, one[0], places[below(4)], below(2), "ops", given()), true);
                break;
            }
        }
    }

    /// Whoever has something brings it to the end of its leg; a free way back is driven; a partner that is awaited answers.
    bool honest_report() {
        for (const auto& leg : std::vector(d.legs)) {
            if (!leg.live()) continue;
            const bool partner = leg.holder && leg.holder->kind == HolderKind::partner;
            for (const auto& item : leg.items) {
                if (item.state == ItemState::taken && !partner) return accept("E:arrive", drop_off(d, {item.package_id}, *leg.holder, Custody::of(leg.to), given()));
                if (item.state == ItemState::taken) return accept("E:arrive", drop_off(d, {item.package_id}, *leg.holder, Custody::of(leg.to), given()));
            }
            if (partner) {
                const auto state = d.booking(leg.holder->booking_id)->state;
                if (state == BookingState::intent && accept("E:call", booking_step(d, leg.holder->booking_id, BookingState::calling, given()))) return true;
                if (accept("E:cancelled", partner_says(d, leg.holder->booking_id, {.state = BookingState::cancelled, .at = {}}, given()))) return true;
            } else if (leg.kind == LegKind::back) {
                Holder van{HolderKind::driver, make<Assignment>(), make<Driver>(), {}, {}, RouteState::started};
                bool any = false;
                for (const auto& item : leg.items)
                    if (item.state == ItemState::planned) any = accept("E:fetch", scan(d, {.package_id = item.package_id, .by = van, .report = Report::synced}, given())) || any;
                if (any) return true;
            }
        }
        return false;
    }
    bool decision_of_a_person() {
        if (may(d, Action::confirm_cancel)) return accept("E:confirm", confirm_cancel(d, given()));
        if (may(d, Action::bring_back)) return accept("E:back", bring_back(d, LegPurpose::return_, {}, {}, given()));
        if (status_of(d).status == Status::failed && may(d, Action::close)) return accept("E:close", close(d, Closing::undeliverable, given()));
        return accept("E:cancel", deliveries::cancel(d, "", given()).change);
    }

    std::mt19937_64 random;
    SeededRandom ids;
    Instant now = from_unix_ms(1'700'000'000'000);
    LifecyclePolicy policy;
    Id<Hub> hub, other_hub;
    std::vector<Holder> vans;
    std::string fault;
};

TEST(Walks, HoldTheInvariantsAndComeToAnEnd) {
    std::map<std::string, int> ends;
    for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
        Walk walk(seed);
        std::string fault;
        try {
            fault = walk.run(40);
            if (fault.empty()) fault = walk.bring_to_an_end();
        } catch (const std::exception& e) {
            fault = std::string(e.what()) + ": " + walk.describe();
        }
        ASSERT_EQ(fault, "") << "seed " << seed;
        ++ends[std::string(name_of(status_of(walk.d).status))];
    }
    for (const auto* status : {"delivered", "cancelled", "returned", "failed"}) EXPECT_GT(ends[status], 100) << status;
}

}  // namespace
}  // namespace lastmile::deliveries
