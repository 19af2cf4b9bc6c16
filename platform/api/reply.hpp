#pragma once
// What handlers answer. The pipeline makes status, ETag, Location, Link and the projection of it.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/api/request.hpp"
#include "platform/http/message.hpp"

namespace lastmile::api {

struct ReplyHead {
    int status = 0;                          // 0: the endpoint's own
    std::optional<std::int64_t> version{};   // ETag; taken from the body's member `version` when there is one
    std::optional<std::int64_t> live{};      // revision of live parts: ETag "<version>-<live>"
    std::string location{};                  // of what was created, or of the job
    http::Headers headers{};
    bool secret = false;                     // never remembered for replay, never cached
    bool no_store = false;
};

/// `return driver;` or `return Reply(driver).created("/v1/lastmile/drivers/" + driver.id.text());`
template <class T>
struct Reply : ReplyHead {
    T body{};

    Reply() = default;
    Reply(T value) : body(std::move(value)) {}
    Reply&& created(std::string where) && { status = 201, location = std::move(where); return std::move(*this); }
    Reply&& accepted(std::string where) && { status = 202, location = std::move(where); return std::move(*this); }
    /// Where what is answered can be read: for replays, whose body is read anew when it holds personal data.
    Reply&& at(std::string where) && { location = std::move(where); return std::move(*this); }
    Reply&& with_status(int code) && { status = code; return std::move(*this); }
    Reply&& at_version(std::int64_t v) && { version = v; return std::move(*this); }
    Reply&& at_version(std::int64_t v, std::int64_t live_revision) && { version = v, live = live_revision; return std::move(*this); }
    Reply&& with_header(std::string name, std::string value) && { headers.emplace_back(std::move(name), std::move(value)); return std::move(*this); }
    /// Holds something that is shown once (a key, a webhook's secret).
    Reply&& shown_once() && { secret = no_store = true; return std::move(*this); }
};

/// A list, one page: `{"data":[…],"next_cursor":…}`.
template <class T>
struct Page {
    std::vector<T> data{};
    Nullable<std::string> next_cursor{};
};

/// The text of a cursor, and back (nullopt: not one of ours).
std::string print_cursor(std::string_view key);
std::optional<std::string> parse_cursor(std::string_view text);

/// From `limit + 1` rows: cuts the page and makes the cursor of its last row. `key` tells where a row stands in the order.
template <class T, class Key>
Page<T> page_of(std::vector<T> rows, const Limit& limit, Key key) {
    Page<T> page{std::move(rows), {}};
    const auto size = static_cast<std::size_t>(limit.value);
    if (page.data.size() <= size) return page;
    page.data.erase(page.data.begin() + static_cast<std::ptrdiff_t>(size), page.data.end());
    page.next_cursor = print_cursor(key(page.data.back()));
    return page;
}

}  // namespace lastmile::api

namespace lastmile::schema {

template <class T> struct Describe<api::Page<T>> {
    static Type make() {
        return page_type(&type_of<std::vector<T>>, offsetof(api::Page<T>, data), &type_of<Nullable<std::string>>, offsetof(api::Page<T>, next_cursor));
    }
    static Type page_type(TypeOf data, std::size_t data_at, TypeOf next, std::size_t next_at) {
        Type type{.kind = Kind::structure, .name = "Page", .description = "One page of a list."};
        type.fields = {{.name = "data", .offset = data_at, .type = data, .views = 0xff, .description = "the items"},
                       {.name = "next_cursor", .offset = next_at, .type = next, .views = 0xff, .description = "where the list goes on; null at its end"}};
        type.page = true;
        return type;
    }
};

}  // namespace lastmile::schema
