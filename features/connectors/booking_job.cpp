// The job `booking.call`: create, look up, track, cancel, next; what came of it is a commit of its own.
#include <algorithm>

#include "features/bookings/booking_rules.hpp"
#include "features/connectors/booking_notes.hpp"
#include "features/deliveries/partner_rules.hpp"
#include "features/deliveries/plan_rules.hpp"
#include "features/exceptions/exception_store.hpp"
#include "features/partners/partner_store.hpp"
#include "features/policies/policy_store.hpp"
#include "platform/store/failpoint.hpp"

namespace lastmile {
namespace booking_calls {
namespace {

using connectors::FailureKind;
using connectors::Report;

/// A partner that cannot be looked up is waited for so long before a person is asked.
constexpr auto waited_for = std::chrono::hours(1);
/// Look-ups that failed, with growing pauses: some five minutes, a good hour.
constexpr std::int64_t looks_ask = 5, looks_wait = 12;
/// Cancellations: so many times `not_found` and there is nothing; a person is told at the sixth try, and after the fortieth (some six hours)
/// nobody is asked any more.
constexpr std::int64_t cancels_not_found = 3, cancels_told = 6, cancels_at_most = 40;

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
            board.tx().bookkeeping().write(1,
                                           "update partner_bookings set asked_at = $3, "
                                           "forced = (select s.forced from sandbox_partners s where s.partition = $1 and s.partner_id = $4) "
                                           "where partition = $1 and booking_id = $2",
                                           {booking_, board.tx().now().business, booking.partner_id});
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
        store::failpoint("booking.answer_committed");
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
            if (!outcome && outcome.error().kind == FailureKind::unsupported) return cannot_be_looked_up(board, row, booking, handle.asked_at);
            if (outcome && now >= sure_at) return say(board, row, booking, rejection({FailureKind::not_found, "absent", "it was never booked", {}, {}}), false);
            if (!outcome && dark(board, row, booking)) return;
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
            const auto& failure = outcome.error();
            if (failure.kind == FailureKind::cancel_refused || failure.kind == FailureKind::unsupported) return goes_on(board, row, booking, failure);
            const auto tries = noted_->cancel_tries + 1;
            board.tx().bookkeeping().write(1, "update partner_bookings set cancel_tries = cancel_tries + 1 where partition = $1 and booking_id = $2", {booking_});
            if (failure.kind == FailureKind::not_found && tries >= cancels_not_found) {
                raise(board.tx(), row, ExceptionType::partner_conflict,
                      "the partner was asked to cancel and knows no such booking (" + booking_.text() + "): it counts as cancelled; reconcile it with its invoice");
                Report gone;
                gone.word = connectors::Word::cancelled, gone.partner_status = "not_found", gone.reason = "it knows no such booking";
                return say(board, row, booking, gone);
            }
            if (tries == cancels_told)
                raise(board.tx(), row, ExceptionType::partner_unknown,
                      "the partner does not take the cancellation (" + std::string(schema::wire_name(failure.kind)) + " " + failure.code + "): call it; it is asked on");
            if (tries >= cancels_at_most) {
                raise(board.tx(), row, ExceptionType::partner_conflict, "the partner never took the cancellation: it is not asked any more and the booking goes on");
                return goes_on(board, row, booking, failure);
            }
            again(board.tx(), "booking.ask_to_cancel", row, booking_, now + std::chrono::seconds(std::min<std::int64_t>(30 << std::min<std::int64_t>(tries - 1, 5), 600)));
        });
    }

    /// The booking has ended before the pickup: fresh quotes of those that were not tried, and the next is booked.
    void next() {
        std::vector<Inquiry> inquiries;
        bool there = false;
        desk_.store().look(job_.job().partition, [&](store::Read& read) {
            const auto row = find_delivery(read, delivery_);
            const auto* ended = row ? row->lifecycle.booking(booking_) : nullptr;
            there = ended != nullptr;
            inquiries = ended ? desk_.inquiries(read, {{delivery_, ended->leg_id}}, {}) : std::vector<Inquiry>{};
        });
        if (!there) return;
        desk_.ask(job_.job().partition, inquiries);
        const auto offers = inquiries.empty() ? std::vector<PartnerOffer>{} : std::move(inquiries.front().offers);
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

    /// The network has no such question: by policy it is waited for, a person is asked, or the next partner is.
    void cannot_be_looked_up(dispatch::Board& board, DeliveryRow& row, const Booking& booking, Instant asked_at) {
        auto& tx = board.tx();
        constexpr auto* lost = "the partner's answer was lost and it cannot be looked up there: ask it, then tell us by its callback or cancel";
        switch (policy_of(tx, row).unknown_booking) {
            case UnknownBooking::ask:
                return raise(tx, row, ExceptionType::partner_unknown, lost);
            case UnknownBooking::book_and_cancel:
                // If it shows up late the lifecycle has it cancelled at once.
                return say(board, row, booking,
                           rejection({FailureKind::not_found, "not_looked_up", "by policy the next partner is booked; this one is cancelled if it shows up", {}, {}}));
            case UnknownBooking::wait:
                if (tx.now().business >= asked_at + waited_for) return raise(tx, row, ExceptionType::partner_unknown, lost);
                return again(tx, "booking.look_up", row, booking_, asked_at + waited_for);
        }
    }

    /// The network does not answer at all. True: by policy the next partner is booked; else a person is told once, and it is looked for on.
    bool dark(dispatch::Board& board, DeliveryRow& row, const Booking& booking) {
        const auto policy = policy_of(board.tx(), row).unknown_booking;
        if (policy == UnknownBooking::book_and_cancel && noted_->looks >= looks_ask) {
            cannot_be_looked_up(board, row, booking, {});
            return true;
        }
        if (noted_->looks == (policy == UnknownBooking::ask ? looks_ask : looks_wait))
            raise(board.tx(), row, ExceptionType::partner_unknown, "the partner's answer was lost and it answers no question about it: call it; it is looked for on");
        return false;
    }

    /// A cancellation that was not taken: the booking goes on as it was.
    void goes_on(dispatch::Board& board, DeliveryRow& row, const Booking& booking, const connectors::Failure& failure) {
        auto& tx = board.tx();
        tx.bookkeeping().write(1, "update partner_bookings set cancel_asked_at = null where partition = $1 and booking_id = $2", {booking_});
        Report on;
        on.word = schema::from_wire<connectors::Word>(schema::wire_name(booking.before_cancel)).value_or(connectors::Word::booked);
        on.reason = failure.code;
        say(board, row, booking, on, true);
        again(tx, "booking.track", row, booking_, tx.now().business + std::chrono::minutes(1));
    }

    static RoutingPolicy policy_of(store::Read& read, const DeliveryRow& row) {
        std::vector<Id<Area>> areas;
        return policies_for(read, row, areas).routing;
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
            if (seat_ && noted_->forced) seat_->context.forced = *noted_->forced;
            parcel_ = desk_.job_of(read, *row, booking_, booking->leg_id);
            breaker_ = policy_of(read, *row).breaker;
        });
        return seat_.has_value();
    }
    void ask(std::string_view operation, const std::function<void(const connectors::Context&)>& question, const connectors::Handle* handle = nullptr) {
        desk_.ask(*seat_, operation, handle, exchanges_, question);
    }
    void judge(std::optional<FailureKind> failure) {
        const auto key = breaker_key(job_.job().partition, seat_->partner.id);
        if (!failure) desk_.breakers().succeeded(key);
        if (failure == FailureKind::unavailable || failure == FailureKind::unknown) desk_.breakers().failed(key, seat_->context.now.machine, breaker_);
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
    BreakerPolicy breaker_;
    std::vector<connectors::Exchange> exchanges_;
};

}  // namespace

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
