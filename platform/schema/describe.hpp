#pragma once
// Beside a struct, in its own namespace, at namespace scope:
//
//   struct Window { Instant from; Instant to; };
//   LASTMILE_VALUE(Window, (from, to))
//   LASTMILE_DOC(Window, "A span of time.", {"from", "start, inclusive", "2025-09-01T08:00:00Z"}, {"to", "end, exclusive"})
//   inline void schema_check(const Window& w, const schema::Check& check) { if (w.from >= w.to) check.add("to", "not_after_from", "must be later than from"); }
//
// LASTMILE_VALUE: every field in every view (requests, parts). LASTMILE_RESOURCE: a field is in no view until LASTMILE_VIEW names it.
#include "platform/schema/type_of.hpp"

namespace lastmile::schema::detail {
template <class... D> consteval bool one_of([[maybe_unused]] std::string_view name, boost::describe::detail::list<D...>*) {
    return ((name == std::string_view(D::name)) || ...);
}
template <class T> consteval bool knows(std::string_view name) {
    if (one_of(name, static_cast<MembersOf<T>*>(nullptr))) return true;
    if constexpr (requires { schema_base(static_cast<T*>(nullptr)); })
        return knows<std::remove_pointer_t<decltype(schema_base(static_cast<T*>(nullptr)))>>(name);
    return false;
}
/// Every name in `(a, b)` is a member of T.
template <class T> consteval bool all_known(std::string_view list, bool star) {
    constexpr std::string_view between = "(), \t\n";
    for (auto at = list.find_first_not_of(between); at != list.npos; at = list.find_first_not_of(between, at)) {
        const auto end = list.find_first_of(between, at);
        const auto name = list.substr(at, end - at);
        if (!(star && name == "*") && !knows<T>(name)) return false;
        at = end;
        if (end == list.npos) break;
    }
    return true;
}
template <class T> consteval bool docs_known(std::span<const FieldDoc> docs) {
    for (const auto& doc : docs) {
        if constexpr (std::is_enum_v<T>) {
            if (!one_of(doc.name, static_cast<EnumeratorsOf<T>*>(nullptr))) return false;
        } else if (!knows<T>(doc.name)) {
            return false;
        }
    }
    return true;
}
}  // namespace lastmile::schema::detail

/// A plain value or a request: all fields in all views. Up to 52 members; more go into a base (LASTMILE_EXTENDS).
#define LASTMILE_VALUE(T, Members) LASTMILE_DESCRIBED_(T, Members, false)
/// A resource: what the API shows of it is said by LASTMILE_VIEW, view by view.
#define LASTMILE_RESOURCE(T, Members) LASTMILE_DESCRIBED_(T, Members, true)
#define LASTMILE_DESCRIBED_(T, Members, is_resource)                          \
    BOOST_DESCRIBE_STRUCT(T, (), Members)                                     \
    constexpr ::std::string_view schema_name(const T*) { return #T; }         \
    constexpr bool schema_resource(const T*) { return is_resource; }
/// T derives from a described Base, whose fields come first.
#define LASTMILE_EXTENDS(T, Base) \
    Base* schema_base(const T*);
/// Members that a request may leave out because they have an initialiser: `LASTMILE_DEFAULTS(CreateDelivery, (priority, type))`.
#define LASTMILE_DEFAULTS(T, Names)                                                                                             \
    constexpr ::std::string_view schema_defaults(const T*) { return #Names; }                                                    \
    static_assert(::lastmile::schema::detail::all_known<T>(#Names, false), "LASTMILE_DEFAULTS names a member that is not there");
/// `LASTMILE_VIEW(Delivery, recipient, (tracking_number, status))`; `(*)` means all, for owner and admin only.
#define LASTMILE_VIEW(T, Viewer, Names)                                                                                         \
    constexpr ::std::string_view schema_view(const T*, ::lastmile::schema::detail::ViewTag<::lastmile::schema::View::Viewer>) {  \
        return #Names;                                                                                                           \
    }                                                                                                                            \
    static_assert(::lastmile::schema::detail::all_known<T>(#Names, ::lastmile::schema::View::Viewer == ::lastmile::schema::View::owner || \
                                                                       ::lastmile::schema::View::Viewer == ::lastmile::schema::View::admin), \
                  "LASTMILE_VIEW names a member that is not there (or `*` for others than owner and admin)");
/// Words for the docs: the thing, then {"member", "sentence", "example"} (the example may be left out). Also for enums.
#define LASTMILE_DOC(T, text, ...)                                                                                              \
    inline const ::lastmile::schema::Doc& schema_doc(const T*) {                                                                 \
        static constexpr ::lastmile::schema::FieldDoc fields[] = {__VA_ARGS__ __VA_OPT__(,) ::lastmile::schema::FieldDoc{}};     \
        static constexpr ::std::span<const ::lastmile::schema::FieldDoc> named(fields, ::std::size(fields) - 1);                 \
        static_assert(::lastmile::schema::detail::docs_known<T>(named), "LASTMILE_DOC names a member that is not there");        \
        static constexpr ::lastmile::schema::Doc doc{text, named};                                                               \
        return doc;                                                                                                              \
    }
/// Wire values are the enumerators' names; one trailing `_` is dropped (`return_`), the rest by LASTMILE_ALIAS.
#define LASTMILE_ENUM(E, ...)              \
    BOOST_DESCRIBE_ENUM(E, __VA_ARGS__)    \
    constexpr ::std::string_view schema_name(const E*) { return #E; }
/// `LASTMILE_ALIAS(PartnerType, {"threepl", "3pl"})`: enumerator, wire value.
#define LASTMILE_ALIAS(E, ...)                                                            \
    inline ::std::span<const ::lastmile::schema::FieldDoc> schema_aliases(const E*) {     \
        static constexpr ::lastmile::schema::FieldDoc aliases[] = {__VA_ARGS__};          \
        return aliases;                                                                   \
    }
