#include "features/connectors/booking_notes.hpp"

#include <algorithm>

#include "features/bookings/booking_rules.hpp"
#include "features/deliveries/partner_rules.hpp"
#include "features/deliveries/plan_rules.hpp"

namespace lastmile {
namespace booking_calls {
namespace {

namespace json = boost::json;
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

}  // namespace

std::optional<Noted> noted(store::Read& read, Id<Booking> booking) {
    const auto rows = read.query(
        "select reference, reason, partner_ref, asked_at, cancel_asked_at, quote, looks, cancel_tries, forced from partner_bookings "
        "where partition = $1 and booking_id = $2",
        {booking});
    if (rows.empty()) return std::nullopt;
    const auto& row = rows[0];
    Noted found{row[0].text(), row[1].text(), {}, {}, {}, {}, row[6].integer(), row[7].integer(), {}};
    if (!row[8].null()) found.forced = row[8].text();
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

}  // namespace booking_calls
}  // namespace lastmile
