#pragma once
// Enumerators are wire values: `AssignmentState::in_progress` is "in_progress". One trailing underscore (a C++ keyword: `return_`) is not part of the name.
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <optional>
#include <string_view>
#include <vector>

namespace lastmile {

constexpr std::string_view wire_name(std::string_view enumerator) {
    return enumerator.ends_with('_') ? enumerator.substr(0, enumerator.size() - 1) : enumerator;
}

/// The wire name of a described enum's value; empty for a value that is none of its enumerators.
template <class E>
constexpr std::string_view name_of(E value) {
    std::string_view found;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
        if (d.value == value) found = wire_name(d.name);
    });
    return found;
}

template <class E>
constexpr std::optional<E> parse_name(std::string_view name) {
    std::optional<E> found;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
        if (wire_name(d.name) == name) found = d.value;
    });
    return found;
}

template <class E>
constexpr std::vector<E> all_of() {
    std::vector<E> values;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) { values.push_back(d.value); });
    return values;
}

}  // namespace lastmile
