#include "features/exceptions/exception_store.hpp"

#include <algorithm>

namespace lastmile {
namespace {

const store::Table<Exception> exceptions("exceptions");

/// The open one that a new finding belongs to.
std::optional<Exception> open_one(store::Tx& tx, const Exception& found) {
    const std::string type(schema::wire_name(found.type));
    if (found.delivery_id)
        return exceptions.lock_one(tx, "partition = $1 and delivery_id = $2 and type = $3 and state <> 'resolved' order by id limit 1",
                                   {*found.delivery_id, type});
    if (found.assignment_id)
        return exceptions.lock_one(
            tx, "partition = $1 and delivery_id is null and assignment_id = $2 and type = $3 and state <> 'resolved' order by id limit 1",
            {*found.assignment_id, type});
    return std::nullopt;
}

void settle(store::Tx& tx, std::vector<Exception> found, std::string_view why) {
    for (auto& exception : found) {
        exception.state = ExceptionState::resolved;
        exception.resolution = Text<1, 500>(why);
        exception.resolved_at = exception.updated_at = tx.now().business;
        exception.version += 1;
        events::apply(tx, Changed<Exception>{exception, {{"exception.resolved", schema::to_object(exception)}}});
    }
}

}  // namespace

std::optional<Exception> find_exception(store::Read& read, Id<Exception> id) { return exceptions.one(read, "partition = $1 and id = $2", {id}); }
std::optional<Exception> lock_exception(store::Tx& tx, Id<Exception> id) { return exceptions.lock_one(tx, "partition = $1 and id = $2", {id}); }

std::vector<Exception> exceptions_of(store::Read& read, Id<Delivery> delivery) {
    return exceptions.all(read, "partition = $1 and delivery_id = $2 order by id limit 200", {delivery});
}

void save(store::Writer& writer, const Exception& exception) {
    if (exception.version == 1)
        exceptions.insert(writer, exception);
    else
        exceptions.update(writer, exception, exception.version - 1);
}

events::Refs event_refs(const Exception& exception) {
    events::Refs refs{.aggregate = "exception", .aggregate_id = exception.id.text(), .version = exception.version};
    if (exception.delivery_id) refs.delivery_id = exception.delivery_id->text();
    if (exception.assignment_id) refs.assignment_id = exception.assignment_id->text();
    return refs;
}

Exception open_exception(store::Tx& tx, Exception found) {
    const auto now = tx.now().business;
    if (auto known = open_one(tx, found)) {
        if (known->notes.size() < 100) known->notes.push_back({now, "system", found.detail});
        if (found.severity > known->severity) known->severity = found.severity;
        for (const auto side : found.sides)
            if (std::ranges::find(known->sides, side) == known->sides.end()) known->sides.push_back(side);
        for (auto& candidate : found.candidates)
            if (known->candidates.size() < 20) known->candidates.push_back(std::move(candidate));
        known->version += 1;
        known->updated_at = now;
        events::apply(tx, Changed<Exception>{*known, {{"exception.opened", schema::to_object(*known)}}});
        return *known;
    }
    found.id = tx.new_id<Exception>();
    found.version = 1;
    found.created_at = found.updated_at = now;
    found.state = ExceptionState::open;
    events::apply(tx, Changed<Exception>{found, {{"exception.opened", schema::to_object(found)}}});
    return found;
}

void resolve_exceptions(store::Tx& tx, Id<Delivery> delivery, ExceptionType type, std::string_view why) {
    settle(tx, exceptions.lock(tx, "partition = $1 and delivery_id = $2 and type = $3 and state <> 'resolved' order by id", {delivery, schema::wire_name(type)}), why);
}

void resolve_exceptions(store::Tx& tx, Id<Assignment> assignment, ExceptionType type, std::string_view why) {
    settle(tx, exceptions.lock(tx, "partition = $1 and assignment_id = $2 and type = $3 and state <> 'resolved' order by id", {assignment, schema::wire_name(type)}), why);
}

}  // namespace lastmile
