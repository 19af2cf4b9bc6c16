#pragma once
// Requests of the exception endpoints, and their table.
#include "features/exceptions/exception_store.hpp"
#include "platform/api/endpoints.hpp"

namespace lastmile {

/// What a caller may report himself; the rest is found by the system.
struct CreateException {
    Id<Delivery> delivery_id;
    ExceptionType type = ExceptionType::other;
    Severity severity = Severity::normal;
    std::optional<Prose<1, 2000>> notes;
    std::optional<Text<1, 100>> owner;
};
LASTMILE_VALUE(CreateException, (delivery_id, type, severity, notes, owner))
LASTMILE_DEFAULTS(CreateException, (severity))
LASTMILE_DOC(CreateException, "An exception reported by hand.", {"delivery_id", "the delivery it is about"}, {"type", "what kind", "damaged"},
             {"severity", "how bad"}, {"notes", "what happened", "Box is wet"}, {"owner", "who takes care of it", "ada"})

struct OneException {
    Id<Exception> exception_id;
};
LASTMILE_VALUE(OneException, (exception_id))
LASTMILE_DOC(OneException, "Which exception.", {"exception_id", "ours"})

struct ListExceptions {
    std::optional<ExceptionState> state;
    std::optional<ExceptionType> type;
    std::optional<Severity> severity;
    std::optional<Id<Delivery>> delivery_id;
    std::optional<Text<1, 100>> owner;
    api::Limit limit;
    std::optional<api::Cursor> cursor;
};
LASTMILE_VALUE(ListExceptions, (state, type, severity, delivery_id, owner, limit, cursor))
LASTMILE_DEFAULTS(ListExceptions, (limit))
LASTMILE_DOC(ListExceptions, "Which exceptions; newest first.", {"state", "only those in this state"}, {"type", "only of this kind"},
             {"severity", "only this bad"}, {"delivery_id", "only of this delivery"}, {"owner", "only of this owner"}, {"limit", "how many"},
             {"cursor", "where to go on"})

struct ChangeException {
    Id<Exception> exception_id;
    Patch<Text<1, 100>> owner;
    std::optional<Severity> severity;
    std::optional<Prose<1, 2000>> notes;
};
LASTMILE_VALUE(ChangeException, (exception_id, owner, severity, notes))
LASTMILE_DOC(ChangeException, "What to change.", {"exception_id", "ours"}, {"owner", "who takes care of it; null: nobody"}, {"severity", "how bad"},
             {"notes", "a remark for the trail"})

struct MoveException {
    Id<Exception> exception_id;
    std::optional<Prose<1, 500>> notes;
};
LASTMILE_VALUE(MoveException, (exception_id, notes))
LASTMILE_DOC(MoveException, "Acknowledge or resolve.", {"exception_id", "ours"}, {"notes", "a remark; on resolving, how it was settled"})

/// An exception with what can be done about it.
struct ExceptionView : Exception {
    std::optional<Id<Exception>> exception_id;
    std::optional<std::string> failure_code;
    std::vector<Remediation> remediation;
};
LASTMILE_RESOURCE(ExceptionView, (exception_id, failure_code, remediation))
LASTMILE_EXTENDS(ExceptionView, Exception)
LASTMILE_VIEW(ExceptionView, owner, (*))
LASTMILE_VIEW(ExceptionView, admin, (*))
LASTMILE_DOC(ExceptionView, "An exception, with what can be done about it.", {"exception_id", "the id again, on creation"},
             {"failure_code", "of a visit that failed: the reason that the courier gave last", "no_one_home"}, {"remediation", "what can be done about it"})

ExceptionView view_of(const Exception& exception);
api::Endpoints exception_endpoints();

}  // namespace lastmile
