#include "features/assignments/assignment_rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "features/reasons/reasons.hpp"
#include "platform/base/random.hpp"

namespace lastmile::assignments {
namespace {

const Instant t0 = from_unix_ms(1'700'000'000'000);

struct Route : testing::Test {
    SeededRandom random{3};
    AssignmentLifecycle a;
    std::vector<std::string> told;
    std::vector<Effect> asked;

    template <class Noun>
    Id<Noun> make() {
        return Id<Noun>::make(t0, random);
    }
    void SetUp() override {
        a.id = make<Assignment>();
        a.driver_id = make<Driver>();
    }
    /// A stop with one package of each of `deliveries` deliveries.
    Id<Stop> add(StopType type, int deliveries) {
        Stop stop;
        stop.id = make<Stop>();
        stop.type = type;
        stop.sequence = static_cast<int>(a.stops.size()) + 1;
        for (int i = 0; i < deliveries; ++i) stop.items.push_back({make<Delivery>(), make<Package>(), make<Leg>(), ItemOutcome::open, {}});
        a.stops.push_back(stop);
        return stop.id;
    }
    void ok(Decision decision) {
        ASSERT_TRUE(decision.has_value()) << decision.error().reason->slug << ": " << decision.error().detail;
        a = decision->after;
        told.clear();
        for (const auto& event : decision->events) told.push_back(event.type);
        asked = decision->effects;
    }
    Error no(const Decision& decision, const Reason& reason) {
        if (decision.has_value()) {
            ADD_FAILURE() << "accepted";
            return {&reason, {}, {}, {}};
        }
        EXPECT_EQ(decision.error().reason->slug, reason.slug);
        return decision.error();
    }
    void under_way() {
        ok(offer(a, t0 + Seconds{120}));
        ok(accept(a, t0));
        ok(start(a));
    }
    StopReport at(Id<Stop> stop, StopMove move, std::string reason = {}) {
        return {.stop_id = stop, .move = move, .reason = std::move(reason), .at = t0};
    }
    std::vector<PackagesDone> done() const {
        std::vector<PackagesDone> all;
        for (const auto& effect : asked)
            if (const auto* one = std::get_if<PackagesDone>(&effect)) all.push_back(*one);
        return all;
    }
    RouteState told_deliveries() const {
        for (const auto& effect : asked)
            if (const auto* tell = std::get_if<TellDeliveries>(&effect)) return tell->route;
        return RouteState::waiting;
    }
    bool raised(ExceptionType type) const {
        return std::ranges::any_of(
            asked, [&](const Effect& e) { return std::holds_alternative<RaiseException>(e) && std::get<RaiseException>(e).type == type; });
    }
};

TEST_F(Route, GoesFromOfferToCompletion) {
    const auto stop = add(StopType::dropoff, 1);
    under_way();
    EXPECT_EQ(told_deliveries(), RouteState::started);
    ok(report(a, at(stop, StopMove::arrive)));
    ok(report(a, at(stop, StopMove::attempt)));
    EXPECT_EQ(a.stops[0].attempts, 1);
    ok(report(a, at(stop, StopMove::complete)));
    EXPECT_EQ(told, std::vector<std::string>{"stop.completed"});
    ASSERT_EQ(done().size(), 1u);
    EXPECT_EQ(done()[0].outcome, ItemOutcome::delivered);
    ok(complete_when_done(a, 1));
    EXPECT_EQ(a.state, AssignmentState::in_progress) << "something is still on board";
    ok(complete_when_done(a, 0));
    EXPECT_EQ(a.state, AssignmentState::completed);
    EXPECT_EQ(told_deliveries(), RouteState::over);
}

TEST_F(Route, IllegalOrderNamesWhatIsLegal) {
    const auto stop = add(StopType::dropoff, 1), other = add(StopType::dropoff, 1);
    auto error = no(start(a), reasons::assignment_not_legal);
    EXPECT_EQ(error.extras["legal_now"], (boost::json::array{"offer", "withdraw"}));
    error = no(report(a, at(stop, StopMove::arrive)), reasons::route_not_started);
    EXPECT_EQ(error.extras["state"], "planned");
    under_way();
    error = no(report(a, at(stop, StopMove::complete)), reasons::stop_not_legal);
    EXPECT_EQ(error.extras["legal_now"], (boost::json::array{"arrive", "skip"}));
    ok(report(a, at(stop, StopMove::arrive)));
    error = no(report(a, at(other, StopMove::arrive)), reasons::stop_not_next);
    EXPECT_EQ(std::string_view(error.extras["stop_id"].as_string()), stop.text());
    no(report(a, at(stop, StopMove::skip)), reasons::stop_not_legal);
    no(complete(a), reasons::stops_open);
    no(accept(a, t0), reasons::assignment_not_legal);
    no(report(a, at(make<Stop>(), StopMove::arrive)), reasons::unknown_stop);
}

TEST_F(Route, OffersEnd) {
    ok(offer(a, t0 + Seconds{120}));
    no(expire(a, t0 + Seconds{119}), reasons::assignment_not_legal);
    no(accept(a, t0 + Seconds{120}), reasons::offer_expired);
    auto declined = a;
    ok(expire(a, t0 + Seconds{120}));
    EXPECT_EQ(told_deliveries(), RouteState::over);
    EXPECT_FALSE(raised(ExceptionType::driver_issue));
    declined.locked = true;
    a = declined;
    ok(decline(a, "too_far"));
    EXPECT_EQ(a.state, AssignmentState::declined);
    EXPECT_TRUE(raised(ExceptionType::driver_issue)) << "a locked route is freed all the same, with an exception";
}

TEST_F(Route, BreaksDownAndGoesOnOrIsGivenUp) {
    const auto stop = add(StopType::dropoff, 1);
    under_way();
    ok(pause(a, "flat tyre", false));
    EXPECT_TRUE(raised(ExceptionType::breakdown));
    EXPECT_EQ(told_deliveries(), RouteState::paused);
    ok(report(a, at(stop, StopMove::arrive)));
    EXPECT_EQ(told, (std::vector<std::string>{"assignment.resumed", "stop.arrived"})) << "who reports goes on";
    ok(pause(a, "silent", true));
    EXPECT_TRUE(raised(ExceptionType::driver_silent));
    ok(abort(a, "engine"));
    EXPECT_EQ(told_deliveries(), RouteState::aborted);
    no(report(a, at(stop, StopMove::complete)), reasons::route_not_started);
    auto synced = at(stop, StopMove::complete);
    synced.report = Report::synced;
    ok(report(a, synced));
    EXPECT_EQ(a.state, AssignmentState::aborted) << "the fact counts, the route stays given up";
    EXPECT_EQ(done().size(), 1u);
}

TEST_F(Route, SeveralParcelsAtOneDoor) {
    const auto stop = add(StopType::dropoff, 3);
    under_way();
    ok(report(a, at(stop, StopMove::arrive)));
    auto partial = at(stop, StopMove::partial);
    const auto items = a.stops[0].items;
    partial.items = {{items[0].delivery_id, {}, ItemOutcome::delivered, {}},
                     {items[1].delivery_id, items[1].package_id, ItemOutcome::refused, "smells"}};
    auto error = no(report(a, partial), reasons::items_invalid);
    ASSERT_EQ(error.errors.size(), 1u) << "one package is not named";
    partial.items.push_back({items[1].delivery_id, {}, ItemOutcome::delivered, {}});
    partial.items.push_back({make<Delivery>(), {}, ItemOutcome::collected, {}});
    error = no(report(a, partial), reasons::items_invalid);
    EXPECT_EQ(error.errors.size(), 4u) << "all at once: twice, an outcome of pickups, not at this stop, not named";
    partial.items.resize(2);
    partial.items.push_back({items[2].delivery_id, {}, ItemOutcome::damaged, {}});
    ok(report(a, partial));
    EXPECT_EQ(a.stops[0].state, StopState::partial);
    EXPECT_EQ(told, std::vector<std::string>{"stop.partial"});
    ASSERT_EQ(done().size(), 3u);
    EXPECT_EQ(done()[1].outcome, ItemOutcome::refused);
    EXPECT_EQ(done()[1].reason, "smells");
}

TEST_F(Route, OutcomesDecideTheState) {
    const auto one = add(StopType::dropoff, 2), two = add(StopType::dropoff, 2), three = add(StopType::pickup, 1);
    under_way();
    ok(report(a, at(one, StopMove::arrive)));
    auto complete_but = at(one, StopMove::complete);
    complete_but.items = {{a.stops[0].items[1].delivery_id, {}, ItemOutcome::refused, {}}};
    ok(report(a, complete_but));
    EXPECT_EQ(a.stops[0].state, StopState::partial);
    ok(report(a, at(two, StopMove::arrive)));
    ok(report(a, at(two, StopMove::fail, "no_one_home")));
    EXPECT_EQ(a.stops[1].state, StopState::failed);
    EXPECT_EQ(done()[0].outcome, ItemOutcome::failed);
    EXPECT_EQ(done()[0].reason, "no_one_home");
    ok(report(a, at(three, StopMove::arrive)));
    ok(report(a, at(three, StopMove::fail, "no_one_home")));
    EXPECT_EQ(done()[0].outcome, ItemOutcome::nobody) << "at a pickup it says why";
}

TEST_F(Route, SyncedFactsImplyWhatCameBefore) {
    const auto stop = add(StopType::dropoff, 1);
    ok(offer(a, {}));
    ok(accept(a, t0));
    auto late = at(stop, StopMove::fail, "closed");
    late.report = Report::synced;
    ok(report(a, late));
    EXPECT_EQ(told, (std::vector<std::string>{"assignment.started", "stop.arrived", "stop.failed"}));
    late.move = StopMove::complete;
    ok(report(a, late));
    EXPECT_EQ(a.stops[0].state, StopState::completed) << "he succeeded after all";
    no(report(a, late), reasons::stop_not_legal);
}

TEST_F(Route, ASlipIsTakenBackInTime) {
    const auto stop = add(StopType::dropoff, 2);
    under_way();
    no(undo_stop(a, stop, t0, Seconds{60}), reasons::stop_not_legal);
    ok(report(a, at(stop, StopMove::arrive)));
    ok(report(a, at(stop, StopMove::complete)));
    no(undo_stop(a, stop, t0 + Seconds{61}, Seconds{60}), reasons::undo_too_late);
    ok(undo_stop(a, stop, t0 + Seconds{60}, Seconds{60}));
    EXPECT_EQ(a.stops[0].state, StopState::arrived);
    EXPECT_EQ(told, std::vector<std::string>{"stop.undone"});
    EXPECT_EQ(asked.size(), 2u);
    EXPECT_TRUE(std::ranges::all_of(a.stops[0].items, [](const StopItem& i) { return i.outcome == ItemOutcome::open; }));
}

TEST_F(Route, PlansAreCheckedAgainstTheVersionTheyWereMadeFrom) {
    const auto first = add(StopType::dropoff, 1), second = add(StopType::dropoff, 1);
    under_way();
    ok(report(a, at(first, StopMove::arrive)));
    auto open = std::vector{a.stops[1]};
    open.push_back(open[0]);
    open.back().id = make<Stop>();
    const auto version = a.plan_version;
    no(replan(a, open, true, version - 1), reasons::stale_route);
    ok(replan(a, open, true, version));
    ASSERT_EQ(a.stops.size(), 3u);
    EXPECT_EQ(a.stops[0].id, first) << "what is under way stays, and first";
    EXPECT_EQ(a.stops[1].id, second);
    EXPECT_EQ(a.plan_version, version + 1);
    EXPECT_EQ(a.route_revision, 1);
    ok(lock(a, true));
    EXPECT_EQ(a.plan_version, version + 2);
    no(replan(a, open, true, std::nullopt), reasons::assignment_locked);
    ok(replan(a, open, false, std::nullopt));
    ok(drop_packages(a, {open[0].items[0].package_id}));
    EXPECT_EQ(a.stops.size(), 1u) << "stops without packages are gone";
}

TEST_F(Route, NobodyChecksOutWithPackagesOnBoard) {
    const auto stop = add(StopType::dropoff, 1);
    under_way();
    const auto refused = check_out({a}, {{a.stops[0].items[0].delivery_id, a.stops[0].items[0].package_id}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason->slug, "packages_on_board");
    EXPECT_EQ(refused.error().extras.at("on_board").as_array().size(), 1u);
    EXPECT_EQ(check_out({a}, {}).error().reason->slug, "stops_open");
    ok(report(a, at(stop, StopMove::skip)));
    EXPECT_TRUE(check_out({a}, {}));
    no(withdraw(a, 0), reasons::assignment_not_legal);
}

TEST_F(Route, LoadedRoutesAreNotWithdrawn) {
    ok(offer(a, {}));
    ok(accept(a, t0));
    no(withdraw(a, 2), reasons::packages_on_board);
    ok(withdraw(a, 0));
    EXPECT_EQ(told_deliveries(), RouteState::over);
}

TEST(Tables, EveryStateOfAnAssignmentIsReachedAndLeadsToAnEnd) {
    for (const auto state : all_of<AssignmentState>()) {
        EXPECT_TRUE(machine.reaches(AssignmentState::planned, state)) << name_of(state);
        bool ends = false;
        for (const auto end : all_of<AssignmentState>()) ends = ends || (is_over(end) && machine.reaches(state, end));
        EXPECT_TRUE(ends) << name_of(state);
    }
    for (const auto state : all_of<StopState>()) EXPECT_TRUE(stop_machine.reaches(StopState::pending, state)) << name_of(state);
}

}  // namespace
}  // namespace lastmile::assignments
