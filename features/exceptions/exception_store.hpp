#pragma once
// All SQL on exceptions, and the way other rooms open and settle them inside their own command.
#include "features/exceptions/exception.hpp"
#include "platform/events/apply.hpp"
#include "platform/store/list.hpp"
#include "platform/store/rows.hpp"

namespace lastmile {

std::optional<Exception> find_exception(store::Read& read, Id<Exception> id);
std::optional<Exception> lock_exception(store::Tx& tx, Id<Exception> id);
std::vector<Exception> exceptions_of(store::Read& read, Id<Delivery> delivery);
void save(store::Writer& writer, const Exception& exception);
events::Refs event_refs(const Exception& exception);

/// Opens one, unless the same type is open already on the same delivery (or assignment, where there is no delivery): then a note is added.
/// `found` holds type, severity, detail and what it is about; id, times and state are filled in. *Emits* exception.opened.
Exception open_exception(store::Tx& tx, Exception found);
/// Settles the open ones of this type on this delivery: the cause is over. *Emits* exception.resolved.
void resolve_exceptions(store::Tx& tx, Id<Delivery> delivery, ExceptionType type, std::string_view why);

/// The same of a route: those on the assignment, also where they name a delivery.
void resolve_exceptions(store::Tx& tx, Id<Assignment> assignment, ExceptionType type, std::string_view why);

}  // namespace lastmile
