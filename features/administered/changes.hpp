#pragma once
// How an administered noun comes to be, changes and goes: version, times and the one event that tells of it.
// A noun here has id, version, created_at, updated_at and `deleted` (not described: in no view and no row).
#include <boost/json/array.hpp>
#include <string>
#include <string_view>

#include "platform/base/changed.hpp"
#include "platform/base/clock.hpp"
#include "platform/schema/schema.hpp"

namespace lastmile::administered {

template <class T>
Changed<T> created(T noun, std::string_view kind, const Now& now) {
    noun.version = 1;
    noun.created_at = noun.updated_at = now.business;
    auto data = schema::to_object(noun, schema::View::event);
    return {std::move(noun), {{std::string(kind) + ".created", std::move(data)}}};
}

/// With an event of any type. `changed` in its data names the members that differ, also those whose values the event does not show.
/// Nothing differs: `before`, and no event.
template <class T>
Changed<T> changed_to(const T& before, T after, std::string type, const Now& now) {
    const auto old = schema::to_json(before, schema::View::owner).as_object();
    boost::json::array differs;
    const auto present = schema::to_json(after, schema::View::owner).as_object();
    for (const auto& member : present)
        if (const auto* was = old.if_contains(member.key()); !was || *was != member.value()) differs.emplace_back(member.key());
    for (const auto& member : old)  // cleared
        if (!present.contains(member.key())) differs.emplace_back(member.key());
    if (differs.empty()) return {before, {}};
    after.version = before.version + 1;
    after.updated_at = now.business;
    auto data = schema::to_object(after, schema::View::event);
    data["changed"] = std::move(differs);
    return {std::move(after), {{std::move(type), std::move(data)}}};
}

template <class T>
Changed<T> updated(const T& before, T after, std::string_view kind, const Now& now) {
    return changed_to(before, std::move(after), std::string(kind) + ".updated", now);
}

/// Its row goes.
template <class T>
Changed<T> deleted(T noun, std::string_view kind, const Now& now) {
    ++noun.version;
    noun.updated_at = now.business;
    noun.deleted = true;
    auto data = schema::to_object(noun, schema::View::event);
    return {std::move(noun), {{std::string(kind) + ".deleted", std::move(data)}}};
}

}  // namespace lastmile::administered
