#include "features/exceptions/exception_api.hpp"

#include "features/exceptions/exception_rules.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr store::Order newest{"exceptions", store::Fragment("created_at"), store::Fragment("id"), true};

Result<Exception> locked(store::Tx& tx, Id<Exception> id) {
    auto exception = lock_exception(tx, id);
    if (!exception) return refuse(reasons::not_found, "There is no such exception.");
    return *exception;
}

Reply<ExceptionView> saved(store::Tx& tx, Exception exception, std::string event) {
    exception.version += 1;
    exception.updated_at = tx.now().business;
    events::apply(tx, Changed<Exception>{exception, {{std::move(event), schema::to_object(exception)}}});
    return view_of(exception);
}

Result<Reply<ExceptionView>> create_exception(store::Tx& tx, const Call& call, const CreateException& request) {
    if (tx.query("select 1 from deliveries where partition = $1 and id = $2", {request.delivery_id}).empty())
        return refuse(reasons::invalid, "There is no such delivery.", {{"#/delivery_id", "unknown", "no such delivery"}});
    Exception exception;
    exception.delivery_id = request.delivery_id;
    exception.type = request.type;
    exception.severity = request.severity;
    exception.owner = request.owner;
    exception.detail = "Reported by " + call.actor.kind + " " + call.actor.id + ".";
    if (request.notes) exception.notes.push_back({tx.now().business, call.actor.id, *request.notes});
    const auto opened = open_exception(tx, std::move(exception));
    auto view = view_of(opened);
    view.exception_id = opened.id;
    return Reply(view).created("/v1/lastmile/exceptions/" + opened.id.text()).at_version(opened.version);
}

Result<Reply<ExceptionView>> get_exception(store::Read& read, const Call&, const OneException& request) {
    auto exception = find_exception(read, request.exception_id);
    if (!exception) return refuse(reasons::not_found, "There is no such exception.");
    return view_of(*exception);
}

Result<Reply<Page<ExceptionView>>> list_exceptions(store::Read& read, const Call&, const ListExceptions& r) {
    store::SqlBuilder list(
        "select created_at, id, id, version, created_at, updated_at, delivery_id, assignment_id, stop_id, type, severity, state, owner, detail, "
        "notes, package_ids, "
        "sides, candidates, resolution, resolved_at from exceptions where partition = $1");
    const auto wire = [](const auto& value) { return value ? std::optional(std::string(schema::wire_name(*value))) : std::nullopt; };
    list.where(" and state = $?", wire(r.state))
        .where(" and type = $?", wire(r.type))
        .where(" and severity = $?", wire(r.severity))
        .where(" and delivery_id = $?", r.delivery_id);
    if (r.owner) list.add(" and owner = $?", {std::string(*r.owner)});
    auto page = store::page(read, std::move(list), newest, static_cast<int>(r.limit.value), r.cursor ? std::optional(r.cursor->key) : std::nullopt);
    if (!page) return std::unexpected(page.error());
    Page<ExceptionView> answer;
    for (const auto& exception : store::rows<Exception>(page->rows, 2)) answer.data.push_back(view_of(exception));
    if (page->next) answer.next_cursor = print_cursor(*page->next);
    return answer;
}

Result<Reply<ExceptionView>> change_exception(store::Tx& tx, const Call& call, const ChangeException& request) {
    auto exception = locked(tx, request.exception_id).value();
    request.owner.onto(exception.owner);
    if (request.severity) exception.severity = *request.severity;
    if (request.notes) exception.notes.push_back({tx.now().business, call.actor.id, *request.notes});
    return saved(tx, std::move(exception), "exception.updated");
}

Result<Reply<ExceptionView>> acknowledge_exception(store::Tx& tx, const Call& call, const MoveException& request) {
    auto exception = locked(tx, request.exception_id).value();
    if (exception.state == ExceptionState::acknowledged) return view_of(exception);
    exception.state = exceptions::moved(exception.state, exceptions::Move::acknowledge).value();
    if (!exception.owner) exception.owner = Text<1, 100>(call.actor.id);
    if (request.notes) exception.notes.push_back({tx.now().business, call.actor.id, std::string(*request.notes)});
    return saved(tx, std::move(exception), "exception.acknowledged");
}

Result<Reply<ExceptionView>> resolve_exception(store::Tx& tx, const Call& call, const MoveException& request) {
    auto exception = locked(tx, request.exception_id).value();
    if (exception.state == ExceptionState::resolved) return view_of(exception);
    exception.state = exceptions::moved(exception.state, exceptions::Move::resolve).value();
    exception.resolved_at = tx.now().business;
    exception.resolution = Text<1, 500>(request.notes ? std::string(*request.notes) : "Settled by " + call.actor.id + ".");
    return saved(tx, std::move(exception), "exception.resolved");
}

template <class R>
std::optional<std::int64_t> exception_version(store::Tx& tx, const Call&, const R& request) {
    auto exception = lock_exception(tx, request.exception_id);
    return exception ? std::optional(exception->version) : std::nullopt;
}

}  // namespace

Endpoints exception_endpoints() {
    return {
        writes("POST /v1/lastmile/exceptions", "exceptions:write", create_exception,
               {.summary = "Report an exception",
                .tag = "Exceptions",
                .description = "If one of this type is open already on the delivery, the report becomes a note of it.",
                .status = 201}),
        reads("GET /v1/lastmile/exceptions", "exceptions:read", list_exceptions, {.summary = "List exceptions", .tag = "Exceptions"}),
        reads("GET /v1/lastmile/exceptions/{exceptionId}", "exceptions:read", get_exception,
              {.summary = "Get an exception", .tag = "Exceptions", .refuses = {reasons::not_found}}),
        guarded(exception_version<ChangeException>,
                writes("PATCH /v1/lastmile/exceptions/{exceptionId}", "exceptions:write", change_exception,
                       {.summary = "Change owner or severity, add a note", .tag = "Exceptions", .refuses = {reasons::not_found}})),
        guarded(exception_version<MoveException>,
                writes("POST /v1/lastmile/exceptions/{exceptionId}/acknowledge", "exceptions:write", acknowledge_exception,
                       {.summary = "Acknowledge an exception", .tag = "Exceptions", .refuses = {reasons::not_found, reasons::exception_not_legal}})),
        guarded(exception_version<MoveException>,
                writes("POST /v1/lastmile/exceptions/{exceptionId}/resolve", "exceptions:write", resolve_exception,
                       {.summary = "Resolve an exception", .tag = "Exceptions", .refuses = {reasons::not_found, reasons::exception_not_legal}})),
    };
}

}  // namespace lastmile
