// Where partner networks call: the address holds a secret that names partition and partner; then the connector judges what came.
#include <algorithm>

#include "features/connectors/booking_calls.hpp"
#include "features/connectors/connector_api.hpp"
#include "features/partners/partner_store.hpp"
#include "features/reasons/reasons.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/crypto/hash.hpp"

namespace lastmile {
namespace {

using namespace api;

struct PartnerCalls {
    Id<Partner> partner_id;
    Text<16, 100> secret;
    Raw body;
};
LASTMILE_VALUE(PartnerCalls, (partner_id, secret, body))
LASTMILE_DOC(PartnerCalls, "A partner network's callback.", {"partner_id", "which partner"}, {"secret", "of the callback's address"},
             {"body", "as the network sends it"})
struct PartnerAsks {
    Id<Partner> partner_id;
    Text<16, 100> secret;
    std::optional<Text<1, 200>> check;
};
LASTMILE_VALUE(PartnerAsks, (partner_id, secret, check))
LASTMILE_DOC(PartnerAsks, "Whether the address is there.", {"partner_id", "which partner"}, {"secret", "of the callback's address"},
             {"check", "is echoed, where the network wants that"})

store::Bytes hash_of(std::string_view text) {
    const auto digest = crypto::sha256(text);
    return {digest.begin(), digest.end()};
}

Result<Partition> named_by(const Call& call, Id<Partner> partner, const std::string& secret) {
    std::optional<Partition> found;
    call.service<ConnectorDesk>().store().look({}, [&](store::Read& read) {
        const auto rows = read.query(store::SystemSql("select partition, partner_id from partner_callbacks where secret_hash = $1"), {hash_of(secret)});
        if (!rows.empty() && rows[0][1].id<Partner>() == partner) found = Partition{rows[0][0].integer()};
    });
    if (!found) return refuse(reasons::not_found, "There is nothing at this path.");
    return *found;
}

template <class R>
Result<Partition> partition_of(const Call& call, const R& request) {
    return named_by(call, request.partner_id, request.secret);
}

struct Heard {
    connectors::Callback callback;
    std::vector<connectors::Exchange> exchanges;
};

Result<Heard> listen(const Call& call, const PartnerCalls& request) {
    auto& desk = call.service<ConnectorDesk>();
    std::optional<Seat> seat;
    desk.store().look(partition_of(call, request).value(), [&](store::Read& read) {
        if (const auto partner = find_partner(read, request.partner_id)) seat = desk.seat(read, *partner);
    });
    if (!seat) return refuse(reasons::not_found, "There is nothing at this path.");
    connectors::CallbackRequest received{call.request->method, call.request->path, call.request->query, call.request->headers, request.body.bytes};
    auto outcome = seat->connector->callback(seat->context, received);
    if (!outcome) {
        const bool forged = outcome.error().kind == connectors::FailureKind::unauthorized;
        return refuse(forged ? reasons::unauthenticated : reasons::invalid, outcome.error().detail);
    }
    connectors::Exchange kept;
    kept.operation = "callback";
    kept.request = {received.method, connectors::masked(received.path, {std::string(request.secret)}), {}, connectors::masked(received.body, seat->secrets)};
    kept.answer.status = 200;
    return Heard{std::move(*outcome), {std::move(kept)}};
}

/// Signed words are believed as they are ordered; unsigned ones that would end a booking make us ask the partner itself.
Result<Reply<Nothing>> believe(store::Tx& tx, const Call& call, const PartnerCalls& request, const Heard& heard) {
    auto& desk = call.service<ConnectorDesk>();
    for (const auto& report : heard.callback.reports) {
        const auto known = booking_calls::find(tx, request.partner_id, report);
        if (!known) continue;
        const auto key = report.event_id.value_or(schema::to_stored(report));
        if (!tx.query("select 1 from partner_events_heard where partition = $1 and partner_id = $2 and event_hash = $3", {request.partner_id, hash_of(key)}).empty()) continue;
        tx.bookkeeping().write(1, "insert into partner_events_heard (partition, partner_id, event_hash, at) values ($1, $2, $3, $4)",
                               {request.partner_id, hash_of(key), tx.now().machine});
        dispatch::Board board(tx, desk.dispatch());
        auto* row = booking_calls::lock(board, known->delivery_id);
        const auto* found = row ? row->lifecycle.booking(known->booking_id) : nullptr;
        if (!found) continue;
        const auto booking = *found;
        desk.keep(tx, *row, booking.id, booking.partner_id, heard.exchanges);
        if (report.partner_ref)
            tx.bookkeeping().write(1, "update partner_bookings set partner_ref = $3 where partition = $1 and booking_id = $2",
                                   {booking.id, report.replaced_by.value_or(*report.partner_ref)});
        if (heard.callback.signed_by_partner || !report.word || !connectors::is_terminal(*report.word))
            booking_calls::say(board, *row, booking, report);
        else
            booking_calls::look_again(tx, *row, booking.id, tx.now().business);
        board.settle_routes();
    }
    return Reply<Nothing>{};
}

Result<Reply<Raw>> handshake(store::Read&, const Call&, const PartnerAsks& request) {
    return Reply<Raw>(Raw{request.check ? std::string(*request.check) : std::string("ok"), "text/plain; charset=utf-8"});
}

}  // namespace

Endpoints callback_endpoints() {
    return {
        placed(partition_of<PartnerCalls>, prepares("POST /v1/lastmile/connectors/{partnerId}/callbacks/{secret}", Scope::none(), listen, believe,
                                                    {.summary = "A partner network reports",
                                                     .tag = "Partners",
                                                     .description = "Verified as the connector says; said twice it counts once. Without a signature "
                                                                    "nothing ends by it: the partner is asked.",
                                                     .refuses = {reasons::not_found, reasons::unauthenticated},
                                                     .keyless = true})),
        placed(partition_of<PartnerAsks>, reads("GET /v1/lastmile/connectors/{partnerId}/callbacks/{secret}", Scope::none(), handshake,
                                                {.summary = "Whether the callback address is there", .tag = "Partners", .refuses = {reasons::not_found}})),
    };
}

}  // namespace lastmile
