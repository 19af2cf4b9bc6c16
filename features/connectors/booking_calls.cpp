#include "features/connectors/booking_calls.hpp"

#include <algorithm>

#include "features/bookings/booking_rules.hpp"
#include "features/deliveries/partner_rules.hpp"
#include "features/deliveries/plan_rules.hpp"
#include "features/exceptions/exception_store.hpp"
#include "features/partners/partner_store.hpp"
#include "platform/store/failpoint.hpp"

namespace lastmile {
namespace booking_calls {
namespace {

namespace json = boost::json;
using connectors::FailureKind;
using connectors::Report;

void move(dispatch::Board& board, AssignmentRow& row, assignments::Move wanted) {
    if (!assignments::machine.allows(row.status, wanted)) return;
    switch (wanted) {
        case assignments::Move::offer:
            return board.apply(row, assignments::offer(row.lifecycle, {}));
        case assignments::Move::accept:
            return board.apply(row, assignments::accept(row.lifecycle, board.source.at));
        case assignments::Move::start:
            return board.apply(row, assignments::start(row.lifecycle));
        case assignments::Move::complete:
            return board.apply(row, assignments::complete(row.lifecycle));
        case assignments::Move::withdraw:
            return board.apply(row, assignments::withdraw(row.lifecycle, 0));
        default:
            return;
    }
}

/// The partner's assignment goes as its booking goes.
void follow(dispatch::Board& board, Id<Assignment> id, BookingState state) {
    auto* row = board.assignment(id);
    if (!row) return;
    using assignments::Move;
    if (bookings::ended_without_parcel(state)) return move(board, *row, Move::withdraw);
    if (bookings::progress(state) >= 1) move(board, *row, Move::offer), move(board, *row, Move::accept);
    if (bookings::has_parcel(state)) move(board, *row, Move::start);
    if (state == BookingState::delivered || state == BookingState::returned) move(board, *row, Move::complete);
}

struct Noted {
    std::string reference, reason;
    std::optional<std::string> partner_ref;
    std::optional<Instant> asked_at, cancel_asked_at;
    std::optional<connectors::Quote> quote;
    std::int64_t looks = 0;
};

std::optional<Noted> noted(store::Read& read, Id<Booking> booking) {
    const auto rows = read.query(
        "select reference, reason, partner_ref, asked_at, cancel_asked_at, quote, looks from partner_bookings where partition = $1 and booking_id = $2", {booking});
    if (rows.empty()) return std::nullopt;
    const auto& row = rows[0];
    Noted found{row[0].text(), row[1].text(), {}, {}, {}, {}, row[6].integer()};
    if (!row[2].null()) found.partner_ref = row[2].text();
    if (!row[3].null()) found.asked_at = row[3].instant();
    if (!row[4].null()) found.cancel_asked_at = row[4].instant();
    if (!row[5].null()) found.quote = schema::from_stored<connectors::Quote>(row[5].text());
    return found;
}

connectors::Handle handle_of(const Noted& noted, Instant now) {
    return {noted.reference, noted.partner_ref, noted.asked_at.value_or(now), noted.cancel_asked_at, noted.quote ? noted.quote->more : Json()};
}

void queue(store::Tx& tx, std::string_view what, Id<Delivery> delivery, Id<Booking> booking) {
    work::enqueue(tx, {.id = tx.new_id<work::Job>(), .type = "booking.call",
                       .input = schema::to_text(json::object{{"what", what}, {"delivery", delivery.text()}, {"booking", booking.text()}})});
}

void again(store::Tx& tx, std::string_view kind, const DeliveryRow& row, Id<Booking> booking, Instant at) {
    work::set_timer(tx, {.kind = std::string(kind), .subject = booking.text(), .due_at = at, .payload = row.id.text()});
}

void raise(store::Tx& tx, const DeliveryRow& row, ExceptionType type, std::string detail) {
    Exception found;
    found.delivery_id = row.id, found.type = type, found.severity = Severity::high, found.detail = std::move(detail);
    open_exception(tx, std::move(found));
}

/// One call of a job: what was found, what came of it, what is written down.
class Call {
public:
    Call(ConnectorDesk& desk, work::JobRun& job, Id<Delivery> delivery, Id<Booking> booking) : desk_(desk), job_(job), delivery_(delivery), booking_(booking) {}

    void create() {
        store::failpoint("booking.intent_committed");
        bool called_before = false, go = false;
        commit([&](dispatch::Board& board, DeliveryRow& row, const Booking& booking) {
            called_before = booking.state == BookingState::calling, go = booking.state == BookingState::intent;
            if (called_before) board.apply(row, deliveries::booking_step(row.lifecycle, booking_, BookingState::unknown, board.given(row)));
            if (!go) return;
            board.apply(row, deliveries::booking_step(row.lifecycle, booking_, BookingState::calling, board.given(row)));
            board.tx().bookkeeping().write(1, "update partner_bookings set asked_at = $3 where partition = $1 and booking_id = $2", {booking_, board.tx().now().business});
        });
        if (!go) return;
        store::failpoint("booking.calling_committed");
        connectors::Outcome<Report> outcome = connectors::fail(FailureKind::invalid, "no_connector", "the partner has no connector, or its personal data was erased");
        if (load() && parcel_) {
            seat_->context.now.business = noted_->asked_at.value_or(seat_->context.now.business);
            ask("create", [&](const connectors::Context& context) { outcome = seat_->connector->create(context, *parcel_, noted_->quote); });
            judge(outcome ? std::nullopt : std::optional(outcome.error().kind));
        }
        store::failpoint("booking.answered");
        commit([&](dispatch::Board& board, DeliveryRow& row, const Booking& booking) {
            if (booking.state != BookingState::calling) {  // a callback was faster than the answer: what it said stands
                if (outcome && outcome->partner_ref)
                    board.tx().bookkeeping().write(1, "update partner_bookings set partner_ref = $3 where partition = $1 and booking_id = $2", {booking_, *outcome->partner_ref});
                return;
            }
            if (outcome) return heard(board, row, booking, *outcome);
            if (outcome.error().kind == FailureKind::unknown)
                return board.apply(row, deliveries::booking_step(row.lifecycle, booking_, BookingState::unknown, board.given(row)));
            say(board, row, booking, rejection(outcome.error()));
        });
    }

    void look_up() {
        if (!load() || state_ != BookingState::unknown) return;
        auto handle = handle_of(*noted_, seat_->context.now.business);
        connectors::Outcome<std::optional<Report>> outcome{std::optional<Report>{}};
        ask("look_up", [&](const connectors::Context& context) { outcome = seat_->connector->look_up(context, handle); }, &handle);
        const auto sure_at = handle.asked_at + std::chrono::seconds(seat_->connector->traits(seat_->context.config).absent_after_s);
        commit([&](dispatch::Board& board, DeliveryRow& row, const Booking& booking) {
            if (booking.state != BookingState::unknown) return;
            const auto now = board.tx().now().business;
            if (outcome && *outcome) return heard(board, row, booking, **outcome);
            if (!outcome && outcome.error().kind == FailureKind::unsupported)
                return raise(board.tx(), row, ExceptionType::partner_unknown, "the partner's answer was lost and it cannot be looked up there: wait for its callback, or ask it");
            if (outcome && now >= sure_at) return say(board, row, booking, rejection({FailureKind::not_found, "absent", "it was never booked", {}, {}}), false);
            board.tx().bookkeeping().write(1, "update partner_bookings set looks = looks + 1 where partition = $1 and booking_id = $2", {booking_});
            const auto wait = std::chrono::seconds(std::min<std::int64_t>(10 << std::min<std::int64_t>(noted_->looks, 6), 600));
            again(board.tx(), "booking.look_up", row, booking_, outcome ? std::max(sure_at, now + std::chrono::seconds(1)) : now + wait);
        });
    }

    void track() {
        if (!load() || bookings::machine.is_final(state_) || bookings::ended_without_parcel(state_) || !noted_->partner_ref) return;
        auto handle = handle_of(*noted_, seat_->context.now.business);
        connectors::Outcome<Report> outcome = connectors::fail(FailureKind::unavailable, "", "");
        ask("track", [&](const connectors::Context& context) { outcome = seat_->connector->track(context, handle); }, &handle);
        judge(outcome ? std::nullopt : std::optional(outcome.error().kind));
        commit([&](dispatch::Board& board, DeliveryRow& row, const Booking& booking) {
            if (outcome) return heard(board, row, booking, *outcome);
            again(board.tx(), "booking.track", row, booking_, board.tx().now().business + std::chrono::minutes(2));
        });
    }

    void cancel() {
        if (!load() || state_ != BookingState::cancel_requested) return;
        commit([&](dispatch::Board& board, DeliveryRow&, const Booking&) {
            board.tx().bookkeeping().write(1, "update partner_bookings set cancel_asked_at = coalesce(cancel_asked_at, $3) where partition = $1 and booking_id = $2",
                                           {booking_, board.tx().now().business});
        });
        auto handle = handle_of(*noted_, seat_->context.now.business);
        connectors::Outcome<Report> outcome = connectors::fail(FailureKind::unavailable, "", "");
        ask("cancel", [&](const connectors::Context& context) { outcome = seat_->connector->cancel(context, handle, "the delivery was cancelled"); }, &handle);
        commit([&](dispatch::Board& board, DeliveryRow& row, const Booking& booking) {
            if (booking.state != BookingState::cancel_requested) return;
            const auto now = board.tx().now().business;
            if (outcome) return heard(board, row, booking, *outcome);
            const auto kind = outcome.error().kind;
            if (kind == FailureKind::cancel_refused || kind == FailureKind::unsupported) {
                board.tx().bookkeeping().write(1, "update partner_bookings set cancel_asked_at = null where partition = $1 and booking_id = $2", {booking_});
                Report on;
                on.word = schema::from_wire<connectors::Word>(schema::wire_name(booking.before_cancel)).value_or(connectors::Word::booked);
                on.reason = outcome.error().code;
                say(board, row, booking, on, true);
                return again(board.tx(), "booking.track", row, booking_, now + std::chrono::minutes(1));
            }
            again(board.tx(), "booking.ask_to_cancel", row, booking_, now + std::chrono::seconds(30));
        });
    }

    /// The booking has ended before the pickup: fresh quotes of those that were not tried, and the next is booked.
    void next() {
        std::optional<DeliveryRow> row;
        std::optional<connectors::Job> parcel;
        desk_.store().look(job_.job().partition, [&](store::Read& read) {
            row = find_delivery(read, delivery_);
            if (row) parcel = desk_.job_of(read, *row, booking_);
        });
        if (!row || !parcel) return;
        auto offers = desk_.quotes(job_.job().partition, *parcel, desk_.candidates(job_.job().partition, *row), std::chrono::milliseconds(1500));
        const auto* best = ConnectorDesk::best(offers);
        commit([&](dispatch::Board& board, DeliveryRow& now, const Booking& ended) {
            for (const auto& offer : offers) desk_.keep(board.tx(), now, std::nullopt, offer.partner_id, offer.exchanges);
            const auto* leg = now.lifecycle.leg(ended.leg_id);
            if (!leg || !is_plannable(now.lifecycle, *leg) || now.lifecycle.cancellation == Cancellation::requested) return;
            if (best) {
                book(board, now, leg->id, *best, "the partner before it ended as " + std::string(name_of(ended.state)));
                return;
            }
            std::string why = "no other partner takes it";
            for (const auto& offer : offers) why += "; " + offer.partner_id.text() + ": " + offer.missing;
            raise(board.tx(), now, ExceptionType::partner_conflict, why);
        });
    }

private:
    static Report rejection(const connectors::Failure& failure) {
        Report report;
        report.word = connectors::Word::rejected;
        report.partner_status = schema::wire_name(failure.kind), report.reason = failure.code + (failure.detail.empty() ? "" : ": " + failure.detail);
        return report;
    }

    /// The partner's word, its id, and when to look again.
    void heard(dispatch::Board& board, DeliveryRow& row, const Booking& booking, const Report& report) {
        auto& tx = board.tx();
        if (report.partner_ref)
            tx.bookkeeping().write(1, "update partner_bookings set partner_ref = $3 where partition = $1 and booking_id = $2", {booking_, *report.partner_ref});
        say(board, row, booking, report);
        const auto* after = row.lifecycle.booking(booking_);
        if (bookings::machine.is_final(after->state) || bookings::ended_without_parcel(after->state)) return;
        look_again(tx, row, booking_, report.next_look_at.value_or(tx.now().business + std::chrono::minutes(2)));
    }

    bool load() {
        desk_.store().look(job_.job().partition, [&](store::Read& read) {
            const auto row = find_delivery(read, delivery_);
            const auto* booking = row ? row->lifecycle.booking(booking_) : nullptr;
            noted_ = noted(read, booking_);
            if (!booking || !noted_) return;
            state_ = booking->state;
            const auto partner = find_partner(read, booking->partner_id);
            seat_ = partner ? desk_.seat(read, *partner) : std::nullopt;
            parcel_ = desk_.job_of(read, *row, booking_);
        });
        return seat_.has_value();
    }
    void ask(std::string_view operation, const std::function<void(const connectors::Context&)>& question, const connectors::Handle* handle = nullptr) {
        desk_.ask(*seat_, operation, handle, exchanges_, question);
    }
    void judge(std::optional<FailureKind> failure) {
        const auto key = breaker_key(job_.job().partition, seat_->partner.id);
        if (!failure) desk_.breakers().succeeded(key);
        if (failure == FailureKind::unavailable || failure == FailureKind::unknown) desk_.breakers().failed(key, seat_->context.now.machine);
    }
    /// One commit, with what was exchanged so far.
    void commit(const std::function<void(dispatch::Board&, DeliveryRow&, const Booking&)>& body) {
        job_.commit(
            [&](store::Tx& tx) {
                dispatch::Board board(tx, desk_.dispatch());
                auto* row = lock(board, delivery_);
                const auto* found = row ? row->lifecycle.booking(booking_) : nullptr;
                if (!found) return;
                const auto booking = *found;
                desk_.keep(tx, *row, booking_, booking.partner_id, exchanges_);
                body(board, *row, booking);
                board.settle_routes();
            },
            job_.job().progress);
        exchanges_.clear();
    }

    ConnectorDesk& desk_;
    work::JobRun& job_;
    Id<Delivery> delivery_;
    Id<Booking> booking_;
    BookingState state_ = BookingState::intent;
    std::optional<Seat> seat_;
    std::optional<Noted> noted_;
    std::optional<connectors::Job> parcel_;
    std::vector<connectors::Exchange> exchanges_;
};

}  // namespace

DeliveryRow* lock(dispatch::Board& board, Id<Delivery> delivery) {
    std::vector<Id<Assignment>> ids;
    if (const auto row = find_delivery(board.tx(), delivery))
        for (const auto& booking : row->lifecycle.bookings) ids.push_back(booking.assignment_id);
    board.lock(ids, {delivery}, false);
    auto* row = board.delivery(delivery);
    if (row && row->lifecycle.bookings.size() != ids.size()) throw store::Moved{};
    return row;
}

Id<Booking> book(dispatch::Board& board, DeliveryRow& row, Id<Leg> leg, const PartnerOffer& offer, std::string_view reason) {
    auto& tx = board.tx();
    AssignmentRow made;
    made.id = tx.new_id<Assignment>(), made.created_at = made.updated_at = made.starts_at = tx.now().business;
    made.kind = AssignmentKind::partner, made.partner_id = offer.partner_id, made.route_id = tx.new_id<Route>();
    made.lifecycle.id = made.id, made.lifecycle.kind = AssignmentKind::partner, made.lifecycle.partner_id = offer.partner_id;
    made.lifecycle.route_revision = made.lifecycle.plan_version = 1;
    const auto assignment = board.create(std::move(made)).id;
    Booking booking;
    booking.id = offer.booking_id, booking.partner_id = offer.partner_id, booking.assignment_id = assignment;
    auto change = deliveries::hold(row.lifecycle, leg, booking, board.given(row));
    if (change)
        for (auto& event : change->events) {
            if (event.type != "booking.intent") continue;
            event.data["reason"] = reason;
            if (offer.quote) event.data["price"] = {{"amount", offer.quote->price.amount}, {"currency", offer.quote->price.currency}};
        }
    board.apply(row, std::move(change));
    tx.bookkeeping().write(1,
                           "insert into partner_bookings (partition, booking_id, delivery_id, partner_id, reference, quote, reason, looks) "
                           "values ($1, $2, $3, $4, $5, $6, $7, 0)",
                           {booking.id, row.id, offer.partner_id, booking.id.text(),
                            offer.quote ? store::Value(schema::to_stored(*offer.quote)) : store::Value(), std::string(reason)});
    queue(tx, "create", row.id, booking.id);
    return booking.id;
}

void say(dispatch::Board& board, DeliveryRow& row, const Booking& booking, const Report& report, bool cancel_refused) {
    auto word = report.word.value_or(connectors::Word::none);
    if (word == connectors::Word::none) return;
    auto state = schema::from_wire<BookingState>(schema::wire_name(word)).value();
    // A look-up that finds nothing is our own finding, no word of the partner's.
    if (booking.state == BookingState::unknown && state == BookingState::rejected) state = BookingState::absent;
    auto change = deliveries::partner_says(row.lifecycle, booking.id, {state, report.at, report.sequence, cancel_refused}, board.given(row));
    if (change)
        for (auto& event : change->events) {
            if (!event.type.starts_with("booking.")) continue;
            if (report.partner_status) event.data["partner_status"] = *report.partner_status;
            if (report.reason) event.data["reason"] = *report.reason;
        }
    const auto booking_id = booking.id;
    const auto assignment = booking.assignment_id;
    board.apply(row, std::move(change));
    follow(board, assignment, row.lifecycle.booking(booking_id)->state);
}

void look_again(store::Tx& tx, const DeliveryRow& row, Id<Booking> booking, Instant at) { again(tx, "booking.track", row, booking, std::max(at, tx.now().business)); }

std::optional<Known> find(store::Read& read, Id<Partner> partner, const Report& report) {
    store::Rows rows;
    if (report.partner_ref)
        rows = read.query("select delivery_id, booking_id from partner_bookings where partition = $1 and partner_id = $2 and partner_ref = $3", {partner, *report.partner_ref});
    if (rows.empty() && report.reference)
        rows = read.query("select delivery_id, booking_id from partner_bookings where partition = $1 and reference = $2 and partner_id = $3", {*report.reference, partner});
    if (rows.empty()) return std::nullopt;
    return Known{rows[0][0].id<Delivery>(), rows[0][1].id<Booking>()};
}

void run(ConnectorDesk& desk, work::JobRun& job) {
    const auto input = schema::parse_json(job.job().input).value().as_object();
    const auto delivery = Id<Delivery>::parse(input.at("delivery").as_string());
    const auto booking = Id<Booking>::parse(input.at("booking").as_string());
    if (!delivery || !booking) return;
    Call call(desk, job, *delivery, *booking);
    const std::string_view what = input.at("what").as_string();
    if (what == "create") call.create();
    if (what == "look_up") call.look_up();
    if (what == "track") call.track();
    if (what == "cancel") call.cancel();
    if (what == "next") call.next();
}

}  // namespace booking_calls

work::JobKind ConnectorDesk::job_kind() {
    return {"booking.call", [this](work::JobRun& job) {
                booking_calls::run(*this, job);
                return std::string("{}");
            }};
}

void ConnectorDesk::register_timers(work::Timers& timers) {
    for (const auto& [kind, what] : {std::pair{"booking.ask_to_cancel", "cancel"}, std::pair{"booking.look_up", "look_up"},
                                     std::pair{"booking.next_partner", "next"}, std::pair{"booking.track", "track"}})
        timers.on(kind, [what = std::string(what)](store::Tx& tx, const work::Timer& timer) {
            const auto delivery = Id<Delivery>::parse(timer.payload);
            const auto booking = Id<Booking>::parse(timer.subject);
            if (delivery && booking) booking_calls::queue(tx, what, *delivery, *booking);
        });
}

}  // namespace lastmile
