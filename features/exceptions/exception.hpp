#pragma once
// What went wrong and wants somebody's eyes. The record with notes, owner and trail belongs to this room; types are shared.
#include "features/ids/ids.hpp"
#include "features/places/candidate.hpp"
#include "features/shapes/shapes.hpp"

namespace lastmile {

enum class ExceptionType {
    address_issue,
    damaged,
    driver_issue,
    refused,
    wrong_package,
    missing,
    pickup_not_possible,
    attempt_failed,
    breakdown,
    driver_silent,
    proof_missing,
    contact_missing,
    custody_conflict,
    cancel_on_board,
    partner_conflict,
    partner_unknown,
    promise_broken,
    return_failed,
    late,
    other,
};
LASTMILE_ENUM(ExceptionType, address_issue, damaged, driver_issue, refused, wrong_package, missing, pickup_not_possible, attempt_failed, breakdown,
              driver_silent, proof_missing, contact_missing, custody_conflict, cancel_on_board, partner_conflict, partner_unknown, promise_broken, return_failed, late,
              other)

enum class Severity { low, normal, high, critical };
LASTMILE_ENUM(Severity, low, normal, high, critical)

enum class ExceptionState { open, acknowledged, resolved };
LASTMILE_ENUM(ExceptionState, open, acknowledged, resolved)

/// A remark in the trail of an exception or a delivery.
struct Note {
    Instant at;
    std::string by;
    Prose<1, 2000> text;
};
LASTMILE_VALUE(Note, (at, by, text))
LASTMILE_DOC(Note, "A remark.", {"at", "when"}, {"by", "who: a key, driver or person"}, {"text", "what was said"})

/// Something that can be done about an exception, ready to be called.
struct Remediation {
    std::string action;
    std::string label;
    std::string endpoint;
    Json body;
};
LASTMILE_VALUE(Remediation, (action, label, endpoint, body))
LASTMILE_DOC(Remediation, "Something that can be done about it.", {"action", "retry, return, correct_address, reassign, close, resolve"},
             {"label", "in words"}, {"endpoint", "METHOD /path to call"}, {"body", "the body to send, to be completed"})

struct Exception {
    Id<Exception> id;
    std::int64_t version = 1;
    Instant created_at;
    Instant updated_at;
    std::optional<Id<Delivery>> delivery_id;
    std::optional<Id<Assignment>> assignment_id;
    std::optional<Id<Stop>> stop_id;
    ExceptionType type = ExceptionType::other;
    Severity severity = Severity::normal;
    ExceptionState state = ExceptionState::open;
    std::optional<Text<1, 100>> owner;
    std::string detail;
    std::vector<Note> notes;
    std::vector<Id<Package>> package_ids;
    std::vector<AddressSide> sides;
    std::vector<PlaceCandidate> candidates;
    std::optional<Text<1, 500>> resolution;
    std::optional<Instant> resolved_at;
};
LASTMILE_RESOURCE(Exception, (id, version, created_at, updated_at, delivery_id, assignment_id, stop_id, type, severity, state, owner, detail, notes,
                              package_ids, sides, candidates, resolution, resolved_at))
LASTMILE_VIEW(Exception, owner, (*))
LASTMILE_VIEW(Exception, admin, (*))
LASTMILE_VIEW(Exception, event, (id, delivery_id, assignment_id, stop_id, type, severity, state, package_ids, resolved_at))
LASTMILE_DOC(Exception, "Something that went wrong and wants somebody's eyes.", {"id", "ours"}, {"version", "counts up at each change"},
             {"created_at", "when it was opened"}, {"updated_at", "when it was last changed"}, {"delivery_id", "the delivery it is about"},
             {"assignment_id", "the assignment it is about"}, {"stop_id", "the stop it happened at"}, {"type", "what kind"}, {"severity", "how bad"},
             {"state", "open, acknowledged or resolved"}, {"owner", "who takes care of it"}, {"detail", "what happened, in a sentence"},
             {"notes", "the trail of remarks"}, {"package_ids", "the packages concerned"},
             {"sides", "of an address_issue: which ends of the delivery could not be placed"},
             {"candidates", "of an address_issue: places that the address may mean"}, {"resolution", "how it was settled"}, {"resolved_at", "when"})

}  // namespace lastmile
