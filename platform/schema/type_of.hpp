#pragma once
// type_of<T>(): from a C++ type to its runtime description. One specialisation of Describe per family of types, nothing else is a
// template. Structs and enums come from describe.hpp's macros.
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <bit>
#include <map>
#include <type_traits>
#include <variant>

#include "platform/base/id.hpp"
#include "platform/schema/number.hpp"
#include "platform/schema/presence.hpp"
#include "platform/schema/text.hpp"
#include "platform/schema/type.hpp"

namespace lastmile::schema {

template <class T>
struct Describe;

/// The one description of T, built on first use.
template <class T>
const Type& type_of() {
    static const Type type = Describe<T>::make();
    return type;
}

// Plain families whose description needs no template: type.cpp.
Type text_type(std::int64_t least, std::int64_t most, bool lines);
Type formed_type(std::string_view format, std::string_view description, std::string_view example, std::int64_t most,
                 std::optional<std::string> (*normalise)(std::string&));
Type boolean_type();
Type instant_type();
Type date_type();
Type time_of_day_type();
Type id_type(std::string_view prefix);
Type json_type(bool object_only, std::int64_t most, std::string_view description);
Type enum_type(std::string_view name, std::vector<EnumValue> values, const Doc* doc, std::span<const FieldDoc> aliases);

template <class T>
Type integer_type(std::int64_t least, std::int64_t most) {
    Type type{.kind = Kind::integer, .least = least, .most = most};
    type.read_int = [](const void* at) { return static_cast<std::int64_t>(*static_cast<const T*>(at)); };
    type.write_int = [](void* at, std::int64_t v) { *static_cast<T*>(at) = static_cast<T>(v); };
    return type;
}
template <class T>
Type real_type(double low, double high) {
    Type type{.kind = Kind::real, .low = low, .high = high};
    type.read_real = [](const void* at) { return static_cast<double>(*static_cast<const T*>(at)); };
    type.write_real = [](void* at, double v) { *static_cast<T*>(at) = T(v); };
    return type;
}

template <> struct Describe<std::string> { static Type make() { return text_type(0, 65'536, true); } };
template <int Min, int Max> struct Describe<Text<Min, Max>> { static Type make() { return text_type(Min, Max, false); } };
template <int Min, int Max> struct Describe<Prose<Min, Max>> { static Type make() { return text_type(Min, Max, true); } };
template <class Form> struct Describe<Formed<Form>> {
    static Type make() { return formed_type(Form::name, Form::description, Form::example, Form::max, &Form::normalise); }
};
template <> struct Describe<bool> { static Type make() { return boolean_type(); } };
template <> struct Describe<Instant> { static Type make() { return instant_type(); } };
template <> struct Describe<Date> { static Type make() { return date_type(); } };
template <> struct Describe<TimeOfDay> { static Type make() { return time_of_day_type(); } };
template <class Noun> struct Describe<Id<Noun>> { static Type make() { return id_type(Id<Noun>::prefix()); } };
/// An id whose noun is told elsewhere (custody).
template <> struct Describe<IdBytes> {
    static Type make() {
        auto type = date_type();
        type.format = "id", type.description = "an id of a noun named beside it", type.example = {};
        type.parse = [](void* at, std::string_view text) {
            auto bytes = parse_id("id", text);
            if (bytes) *static_cast<IdBytes*>(at) = *bytes;
            return bytes.has_value();
        };
        type.print = [](const void* at) { return print_id("id", *static_cast<const IdBytes*>(at)); };
        return type;
    }
};
template <> struct Describe<Json> { static Type make() { return json_type(false, 65'536, "any JSON value, up to 64 KiB"); } };
template <> struct Describe<Metadata> { static Type make() { return json_type(true, 16'384, "a free object of the caller's, up to 16 KiB"); } };
template <> struct Describe<Document> { static Type make() { return json_type(true, 1'048'576, "a JSON object, up to 1 MiB"); } };

template <> struct Describe<std::int64_t> {
    static Type make() { return integer_type<std::int64_t>(-9'007'199'254'740'991, 9'007'199'254'740'991); }
};
template <> struct Describe<std::int32_t> { static Type make() { return integer_type<std::int32_t>(INT32_MIN, INT32_MAX); } };
template <> struct Describe<double> { static Type make() { return real_type<double>(-1.7976931348623157e308, 1.7976931348623157e308); } };
template <std::int64_t Min, std::int64_t Max> struct Describe<Whole<Min, Max>> {
    static Type make() { return integer_type<Whole<Min, Max>>(Min, Max); }
};
template <> struct Describe<std::chrono::seconds> {
    static Type make() {
        auto type = integer_type<std::int64_t>(-3'153'600'000, 3'153'600'000);
        type.read_int = [](const void* at) { return static_cast<std::int64_t>(static_cast<const std::chrono::seconds*>(at)->count()); };
        type.write_int = [](void* at, std::int64_t v) { *static_cast<std::chrono::seconds*>(at) = std::chrono::seconds{v}; };
        type.unit = "s";
        type.description = "seconds";
        return type;
    }
};
template <class Unit> struct Describe<Count<Unit>> {
    static Type make() {
        auto type = integer_type<Count<Unit>>(Unit::min, Unit::max);
        type.unit = Unit::name, type.description = Unit::description, type.example = Unit::example;
        return type;
    }
};
template <> struct Describe<Span> : Describe<Count<units::Span>> {};
template <class Unit> struct Describe<Measure<Unit>> {
    static Type make() {
        auto type = real_type<Measure<Unit>>(Unit::min, Unit::max);
        type.unit = Unit::name, type.description = Unit::description, type.example = Unit::example;
        return type;
    }
};

template <class T> struct Describe<std::optional<T>> {
    static Type make() {
        Type type{.kind = Kind::optional, .element = &type_of<T>};
        type.emplace = [](void* at) -> void* { return &static_cast<std::optional<T>*>(at)->emplace(); };
        type.held = [](const void* at) -> const void* { auto& o = *static_cast<const std::optional<T>*>(at); return o ? &*o : nullptr; };
        type.absent = [](const void* at) { return !*static_cast<const std::optional<T>*>(at); };
        type.set_null = [](void* at) { static_cast<std::optional<T>*>(at)->reset(); };
        return type;
    }
};
template <class T> struct Describe<Nullable<T>> {
    static Type make() {
        auto type = Describe<std::optional<T>>::make();  // same layout: Nullable adds no member
        type.kind = Kind::nullable, type.absent = nullptr;
        return type;
    }
};
template <class T> struct Describe<Patch<T>> {
    static Type make() {
        Type type{.kind = Kind::patch, .element = &type_of<T>};
        type.emplace = [](void* at) -> void* { auto& p = *static_cast<Patch<T>*>(at); p.present = true; return &p.value.emplace(); };
        type.held = [](const void* at) -> const void* { auto& p = *static_cast<const Patch<T>*>(at); return p.value ? &*p.value : nullptr; };
        type.absent = [](const void* at) { return !static_cast<const Patch<T>*>(at)->present; };
        type.set_null = [](void* at) { auto& p = *static_cast<Patch<T>*>(at); p.present = true; p.value.reset(); };
        return type;
    }
};
template <class T> struct Describe<std::vector<T>> {
    static_assert(!std::is_same_v<T, bool>, "a list of booleans has no elements to point at");
    static Type make() {
        Type type{.kind = Kind::list, .most = 10'000, .element = &type_of<T>};
        type.emplace = [](void* at) -> void* { return &static_cast<std::vector<T>*>(at)->emplace_back(); };
        type.size = [](const void* at) { return static_cast<const std::vector<T>*>(at)->size(); };
        type.item = [](const void* at, std::size_t i) -> const void* { return &(*static_cast<const std::vector<T>*>(at))[i]; };
        type.set_null = [](void* at) { static_cast<std::vector<T>*>(at)->clear(); };
        return type;
    }
};
template <class T, int Min, int Max> struct Describe<List<T, Min, Max>> {
    static Type make() {
        auto type = Describe<std::vector<T>>::make();
        type.least = Min, type.most = Max;
        return type;
    }
};
template <class T> struct Describe<std::map<std::string, T>> {
    static Type make() {
        using Map = std::map<std::string, T>;
        Type type{.kind = Kind::map, .most = 1'000, .element = &type_of<T>};
        type.emplace_key = [](void* at, std::string key) -> void* { return &(*static_cast<Map*>(at))[std::move(key)]; };
        type.each = [](const void* at, void* context, void (*visit)(void*, const std::string&, const void*)) {
            for (const auto& [key, value] : *static_cast<const Map*>(at)) visit(context, key, &value);
        };
        type.size = [](const void* at) { return static_cast<const Map*>(at)->size(); };
        type.set_null = [](void* at) { static_cast<Map*>(at)->clear(); };
        return type;
    }
};
template <class... T> struct Describe<std::variant<T...>> {
    static Type make() {
        using Variant = std::variant<T...>;
        Type type{.kind = Kind::variant, .alternatives = {&type_of<T>...}};
        type.choose = [](void* at, std::size_t index) -> void* {
            auto& variant = *static_cast<Variant*>(at);
            void* place = nullptr;
            std::size_t i = 0;
            ((i++ == index ? (place = &variant.template emplace<T>(), 0) : 0), ...);
            return place;
        };
        type.chosen = [](const void* at, const void** value) {
            auto& variant = *static_cast<const Variant*>(at);
            *value = std::visit([](const auto& held) -> const void* { return &held; }, variant);
            return variant.index();
        };
        return type;
    }
};

// ---- structs and enums described by the macros of describe.hpp

template <class T> concept DescribedStruct = requires { schema_resource(static_cast<T*>(nullptr)); };
template <class T> concept DescribedEnum = std::is_enum_v<T> && requires { boost_enum_descriptor_fn(static_cast<T**>(nullptr)); };

namespace detail {
template <class T> const Doc* doc_of() {
    if constexpr (requires { schema_doc(static_cast<T*>(nullptr)); }) return &schema_doc(static_cast<T*>(nullptr));
    else return nullptr;
}
template <View V> using ViewTag = std::integral_constant<View, V>;
template <class T, View V> void add_view(std::vector<ViewText>& views) {
    if constexpr (requires { schema_view(static_cast<T*>(nullptr), ViewTag<V>{}); })
        views.push_back({V, schema_view(static_cast<T*>(nullptr), ViewTag<V>{})});
}
/// Itanium C++ ABI 2.3: a pointer to data member is the member's offset.
template <class T, class M> std::size_t offset_of(M T::*member) {
    static_assert(sizeof member == sizeof(std::ptrdiff_t));
    return static_cast<std::size_t>(std::bit_cast<std::ptrdiff_t>(member));
}
template <class T, class M> constexpr TypeOf type_of_member(M T::*) { return &type_of<M>; }
template <class T, class... D> std::vector<Member> members(boost::describe::detail::list<D...>*) {
    return {Member{D::name, offset_of<T>(D::pointer), type_of_member<T>(D::pointer)}...};
}
template <class E, class... D> std::vector<EnumValue> enumerators(boost::describe::detail::list<D...>*) {
    return {EnumValue{static_cast<std::int64_t>(D::value), D::name}...};
}
template <class T> using MembersOf = decltype(boost_public_member_descriptor_fn(static_cast<T**>(nullptr)));
template <class E> using EnumeratorsOf = decltype(boost_enum_descriptor_fn(static_cast<E**>(nullptr)));
template <class T> void inherit_bases(Type& type) {
    if constexpr (requires { schema_base(static_cast<T*>(nullptr)); }) {
        using Base = std::remove_pointer_t<decltype(schema_base(static_cast<T*>(nullptr)))>;
        const auto* whole = reinterpret_cast<const T*>(std::uintptr_t{4096});
        const auto offset = reinterpret_cast<std::uintptr_t>(static_cast<const Base*>(whole)) - 4096;
        inherit(type, type_of<Base>(), offset);
    }
}
}  // namespace detail

template <DescribedStruct T> struct Describe<T> {
    static Type make() {
        const auto members = detail::members<T>(static_cast<detail::MembersOf<T>*>(nullptr));
        std::vector<ViewText> views;
        detail::add_view<T, View::owner>(views), detail::add_view<T, View::driver>(views), detail::add_view<T, View::partner>(views);
        detail::add_view<T, View::recipient>(views), detail::add_view<T, View::event>(views), detail::add_view<T, View::admin>(views);
        StructParts parts{.name = schema_name(static_cast<T*>(nullptr)), .members = members, .defaults = {}, .doc = detail::doc_of<T>(),
                          .resource = schema_resource(static_cast<T*>(nullptr)), .views = views};
        if constexpr (requires { schema_defaults(static_cast<T*>(nullptr)); }) parts.defaults = schema_defaults(static_cast<T*>(nullptr));
        Type type{.kind = Kind::structure, .name = parts.name};
        detail::inherit_bases<T>(type);
        finish(type, parts);
        if constexpr (requires(const T& value, const Check& check) { schema_check(value, check); })
            type.check = [](const void* at, const Check& check) { schema_check(*static_cast<const T*>(at), check); };
        type.make = []() -> void* { return new T(); };
        type.destroy = [](void* at) { delete static_cast<T*>(at); };
        return type;
    }
};
template <DescribedEnum E> struct Describe<E> {
    static Type make() {
        std::span<const FieldDoc> aliases;
        if constexpr (requires { schema_aliases(static_cast<E*>(nullptr)); }) aliases = schema_aliases(static_cast<E*>(nullptr));
        std::string_view name;
        if constexpr (requires { schema_name(static_cast<E*>(nullptr)); }) name = schema_name(static_cast<E*>(nullptr));
        auto type = enum_type(name, detail::enumerators<E>(static_cast<detail::EnumeratorsOf<E>*>(nullptr)), detail::doc_of<E>(), aliases);
        type.read_int = [](const void* at) { return static_cast<std::int64_t>(*static_cast<const E*>(at)); };
        type.write_int = [](void* at, std::int64_t v) { *static_cast<E*>(at) = static_cast<E>(v); };
        return type;
    }
};

}  // namespace lastmile::schema
