// Simulated drivers, moved by hand: what their app would report, step by step, each in a commit of its own.
#include <algorithm>

#include "features/dispatch/board.hpp"
#include "features/driver_api/proof.hpp"
#include "features/driver_api/reports.hpp"
#include "features/drivers/driver_positions.hpp"
#include "features/drivers/driver_rules.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/reasons/reasons.hpp"
#include "features/sandbox/sandbox_api.hpp"
#include "platform/blobs/blobs.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"
#include "platform/events/apply.hpp"
#include "platform/store/store.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr std::string_view picture = R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>)";
constexpr Reason nothing_to_drive{"nothing_to_drive", 409, "The driver has no route to drive", "Assign deliveries to the driver first."};

/// Of several routes the one that goes on, then the one that comes next.
std::optional<AssignmentRow> route_of(store::Read& read, Id<Driver> driver) {
    const auto rows = assignments_of_driver(read, driver, false);
    for (const auto state : {AssignmentState::in_progress, AssignmentState::paused, AssignmentState::accepted, AssignmentState::offered})
        for (const auto& row : rows)
            if (row.status == state) return row;
    return std::nullopt;
}

/// A picture that proves nothing but that there was one: stored before the row that names it, as the app's own would be.
Result<PodAsset> drawn(const Call& call, Id<Delivery> delivery, Id<Stop> stop, AssetKind kind) {
    SystemRandom random;
    PodAsset asset;
    asset.id = Id<Asset>::make(machine_now(), random);
    asset.sha256 = crypto::to_hex(crypto::view(crypto::sha256(picture)));
    asset.delivery_id = delivery, asset.stop_id = stop, asset.kind = kind;
    asset.content_type = "image/svg+xml", asset.size = static_cast<std::int64_t>(picture.size());
    auto kept = call.service<blobs::BlobStore>().put(terms_of(call.partition, asset).key, picture, asset.content_type);
    if (!kept) return std::unexpected(std::move(kept.error()));
    return asset;
}

class Ride {
public:
    Ride(const Call& call, Id<Driver> driver) : call_(call), store_(call.service<store::Store>()) {
        who_.driver = driver, who_.actor = call.actor.id, who_.call = &call_;
        told.driver_id = driver;
    }

    /// The route is under way afterwards. *Refuses* not_found, nothing_to_drive, what the app would be refused.
    Result<void> under_way() {
        for (int tries = 0; tries < 4; ++tries) {
            if (auto found = look(); !found) return found;
            if (!route_) return refuse(nothing_to_drive, "No route of this driver is offered, accepted or under way.");
            if (route_->status == AssignmentState::in_progress) return {};
            const bool offered = route_->status == AssignmentState::offered;
            AnswerOffer request;
            request.assignment_id = route_->id;
            step(offered ? "accept" : "start-route", {}, [&](store::Tx& tx) { offered ? driver_api::accept(tx, who_, request) : driver_api::start_route(tx, who_, request); });
        }
        return refuse(reasons::conflict, "The route changes under the driver.");
    }

    const Stop* next() const {
        const auto id = route_ ? driver_api::next_stop(*route_) : std::nullopt;
        return id ? route_->lifecycle.stop(*id) : nullptr;
    }

    void arrive(const Stop& stop) {
        if (stop.state == StopState::arrived) return;
        ArriveStop request;
        request.stop_id = stop.id;
        if (const auto* place = route_->place(stop.id)) request.location = Location{.lat = place->lat, .lon = place->lon, .accuracy_meters = {}, .timestamp = {}};
        const auto& positions = call_.service<DriverPositions>();
        step("arrive", stop.id, [&](store::Tx& tx) {
            if (request.location && positions.report) positions.report(tx, who_.driver, *request.location);
            driver_api::arrive(tx, who_, request);
        });
    }

    Result<void> complete(const Stop& stop) {
        CompleteStop request;
        request.stop_id = stop.id;
        driver_api::ProofFiles files;
        if (stop.type == StopType::dropoff && !stop.items.empty()) {
            const auto delivery = stop.items.front().delivery_id;
            for (const auto kind : {AssetKind::signature, AssetKind::photo}) {
                auto asset = drawn(call_, delivery, stop.id, kind);
                if (!asset) return std::unexpected(std::move(asset.error()));
                files.drawn.push_back(*asset), files.assets.push_back(std::move(*asset));
            }
            request.pin = Text<1, 12>(delivery_pin(call_.service<Vault>(), call_.partition, delivery));
            request.id_check = IdCheckProof{true, Whole<0, 120>{99}};
            std::vector<Text<1, 200>> codes;
            for (const auto& item : stop.items) codes.emplace_back(item.package_id.text());
            request.scans = List<Text<1, 200>, 0, 500>(std::move(codes));
        }
        step("complete", stop.id, [&](store::Tx& tx) { driver_api::complete(tx, who_, request, files); });
        return {};
    }

    void fail(const Stop& stop, const Text<1, 100>& reason) {
        FailStop request;
        request.stop_id = stop.id, request.reason = reason;
        step("failed", stop.id, [&](store::Tx& tx) {
            try_recipient(tx, stop);
            driver_api::failed(tx, who_, request, {});
        });
    }

    /// A simulated driver keeps the house's rules: whoever must have been tried was tried, and waited for.
    void try_recipient(store::Tx& tx, const Stop& stop) {
        const auto row = stop.type == StopType::dropoff && !stop.items.empty() ? find_delivery(tx, stop.items.front().delivery_id) : std::nullopt;
        if (!row) return;
        for (const auto& rule : policies_of(tx, {{}, row->service_level}).contact_attempt_rules)
            for (std::int64_t i = 0; i < rule.times.value; ++i) {
                AttemptStop attempt;
                attempt.stop_id = stop.id, attempt.channel = rule.channel, attempt.contacted = false;
                auto earlier = who_;
                earlier.at = tx.now().business - Seconds{rule.wait_s.value};
                driver_api::attempt(tx, earlier, attempt);
            }
    }

    /// The app goes silent: a route under way is paused, the driver is offline.
    void offline() {
        step("offline", {}, [&](store::Tx& tx) {
            if (route_ && route_->status == AssignmentState::in_progress) {
                dispatch::Board board(tx, call_.service<Dispatch>());
                board.lock({route_->id}, {});
                if (auto* row = board.assignment(route_->id)) board.apply(*row, assignments::pause(row->lifecycle, "the simulated app went silent", true));
                board.settle_routes();
            }
            auto changed = drivers::report(lock_driver(tx, who_.driver), ReportedStatus::offline, {}, true, tx.now()).value();
            if (!changed.events.empty()) events::apply(tx, changed);
        });
    }

    Result<void> look() {
        bool there = false;
        store_.look(call_.partition, [&](store::Read& read) {
            there = find_driver(read, who_.driver).has_value();
            // A route that has just ended is shown to its end.
            const auto now = route_ ? find_assignment(read, route_->id) : std::nullopt;
            route_ = now && !assignments::is_over(now->status) ? now : route_of(read, who_.driver);
            const auto& shown = route_ ? route_ : now;
            if (!shown) return;
            told.assignment_id = shown->id, told.assignment_status = std::string(name_of(shown->status));
            told.next_stop_id = route_ ? driver_api::next_stop(*route_) : std::nullopt;
        });
        if (!there) return refuse(reasons::not_found, "There is no such driver.");
        return {};
    }

    SandboxDriven told;

private:
    template <class Body>
    void step(std::string action, std::optional<Id<Stop>> stop, Body&& body) {
        auto origin = call_.origin();
        origin.source = "driver";
        store_.run(call_.partition, origin, [&](store::Tx& tx) { body(tx); });
        told.steps.push_back({std::move(action), stop});
    }

    const Call& call_;
    store::Store& store_;
    driver_api::Reporter who_;
    std::optional<AssignmentRow> route_;
};

Result<SandboxDriven> drive(const Call& call, const DriveOn& request) {
    if (auto allowed = sandbox_only(call); !allowed) return std::unexpected(allowed.error());
    Ride ride(call, request.driver_id);
    if (auto ready = ride.under_way(); !ready) return std::unexpected(ready.error());
    for (std::int64_t served = 0; served < request.stops.value; ++served) {
        const auto* stop = ride.next();
        if (!stop) break;
        const auto id = *stop;  // the route is read anew between the two
        ride.arrive(id);
        if (auto done = ride.complete(id); !done) return std::unexpected(done.error());
        if (auto seen = ride.look(); !seen) return std::unexpected(seen.error());
    }
    return ride.told;
}

Result<SandboxDriven> fail(const Call& call, const FailNext& request) {
    if (auto allowed = sandbox_only(call); !allowed) return std::unexpected(allowed.error());
    Ride ride(call, request.driver_id);
    if (auto ready = ride.under_way(); !ready) return std::unexpected(ready.error());
    const auto* stop = ride.next();
    if (!stop) return refuse(nothing_to_drive, "No stop is left on the route.");
    const auto id = *stop;
    ride.arrive(id);
    ride.fail(id, request.reason);
    if (auto seen = ride.look(); !seen) return std::unexpected(seen.error());
    return ride.told;
}

Result<SandboxDriven> go_offline(const Call& call, const SandboxDriver& request) {
    if (auto allowed = sandbox_only(call); !allowed) return std::unexpected(allowed.error());
    Ride ride(call, request.driver_id);
    if (auto seen = ride.look(); !seen) return std::unexpected(seen.error());
    ride.offline();
    if (auto seen = ride.look(); !seen) return std::unexpected(seen.error());
    return ride.told;
}

template <class R>
Result<Reply<SandboxDriven>> tell(store::Tx&, const Call&, const R&, const SandboxDriven& done) {
    return done;
}

}  // namespace

Endpoints sandbox_driver_endpoints() {
    return {
        prepares("POST /v1/lastmile/sandbox/drivers/{driverId}/drive", "deliveries:write", drive, tell<DriveOn>,
                 {.summary = "Let a simulated driver drive",
                  .tag = "Sandbox",
                  .description = "What the app would report: accept, start, then arrive and complete at the next stops, with proof. Each step is a commit; one that is "
                                 "refused leaves those before it.",
                  .refuses = {reasons::forbidden, reasons::not_found, nothing_to_drive, reasons::conflict, reasons::stop_not_legal, reasons::assignment_not_legal}}),
        prepares("POST /v1/lastmile/sandbox/drivers/{driverId}/fail", "deliveries:write", fail, tell<FailNext>,
                 {.summary = "Let a simulated driver fail",
                  .tag = "Sandbox",
                  .description = "The next stop is reached, and fails.",
                  .refuses = {reasons::forbidden, reasons::not_found, nothing_to_drive, reasons::conflict, reasons::stop_not_legal, reasons::assignment_not_legal}}),
        prepares("POST /v1/lastmile/sandbox/drivers/{driverId}/offline", "deliveries:write", go_offline, tell<SandboxDriver>,
                 {.summary = "Let a simulated driver fall silent",
                  .tag = "Sandbox",
                  .description = "A route under way is paused, with its exception; drive lets it go on.",
                  .refuses = {reasons::forbidden, reasons::not_found, reasons::conflict, reasons::driver_not_legal}}),
    };
}

}  // namespace lastmile
