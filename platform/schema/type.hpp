#pragma once
// The runtime description of a C++ type. Everything that walks values (codec, row mapping, JSON Schema) is ordinary code over
// `Type`; only `type_of<T>()` in describe.hpp is a template, so that a file that describes structs stays cheap to compile.
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.hpp"
#include "platform/base/result.hpp"

namespace lastmile::schema {

/// Who looks. A field of a resource is in no view until it is named there (LASTMILE_VIEW); `stored` is our own rows and always whole.
enum class View : std::uint8_t { owner, driver, partner, recipient, event, admin, stored };
inline constexpr std::size_t view_count = 6;  // without `stored`
std::string_view name(View view);

enum class Kind : std::uint8_t {
    text,         // std::string or derived from it, in place
    printed,      // a value with a text form: parse and print (dates, times of day)
    integer,      // read_int / write_int
    real,         // read_real / write_real
    boolean,      // bool, in place
    instant,      // Instant, in place
    id,           // Id<Noun>: 16 bytes, in place
    enumeration,  // read_int / write_int and `values`
    structure,    // fields
    optional,     // absent or a value
    nullable,     // null or a value; required and always written
    patch,        // absent, null or a value (RFC 7396)
    list,         // element, size, item, append
    map,          // members of any name
    json,         // boost::json::value, in place
    variant,      // one of `alternatives`
    raw,          // bytes beside JSON: bodies of requests and replies (platform/api)
};

struct Type;
using TypeOf = const Type& (*)();

/// What went wrong in a value, by pointer. Bounded: after `limit` findings one last entry says so.
class Findings {
public:
    static constexpr std::size_t limit = 500;
    void add(std::string pointer, std::string_view code, std::string detail);
    bool empty() const { return found_.empty(); }
    std::size_t size() const { return found_.size(); }
    const std::vector<FieldError>& list() const { return found_; }
    std::vector<FieldError> take() { return std::move(found_); }

private:
    std::vector<FieldError> found_;
};

/// Handed to a struct's own `check` (see LASTMILE_CHECK): names its members, the pointer comes from where the struct stands.
struct Check {
    Findings& findings;
    std::string_view pointer;
    void add(std::string_view member, std::string_view code, std::string detail) const;
};

struct FieldDoc {
    std::string_view name;
    std::string_view text;
    std::string_view example{};  // JSON text or a bare word (then a string)
};

struct Doc {
    std::string_view text;
    std::span<const FieldDoc> fields{};
};

struct Field {
    std::string_view name;
    std::size_t offset = 0;
    TypeOf type = nullptr;
    bool required = true;        // plain member without a default
    std::uint8_t views = 0;      // bit per View
    std::string_view description{};
    std::string_view example{};
};

struct EnumValue {
    std::int64_t value;
    std::string_view name;  // on the wire
    std::string_view description{};
};

struct Type {
    Kind kind{};
    std::string_view name{};         // component name of structs and enums
    std::string_view format{};       // `format` of JSON Schema
    std::string_view unit{};         // for the docs: grams, metres
    std::string_view description{};
    std::string_view example{};
    std::string_view prefix{};       // of an id
    std::int64_t least = 0;          // integer, or length of text, list, map; bytes of json
    std::int64_t most = std::numeric_limits<std::int64_t>::max();
    double low = -std::numeric_limits<double>::infinity();  // real
    double high = std::numeric_limits<double>::infinity();

    std::vector<Field> fields{};
    std::vector<EnumValue> values{};
    std::vector<TypeOf> alternatives{};
    TypeOf element = nullptr;
    bool resource = false;            // has views; else every field is in every view
    std::uint8_t declared_views = 0;
    bool object_only = false;         // json
    bool query = false;               // comes from the query string (api::Query)
    bool page = false;                // one page of a list (api::Page)

    std::optional<std::string> (*normalise)(std::string& text) = nullptr;  // text: refusal sentence, or the text put in its normal form
    bool (*parse)(void* at, std::string_view text) = nullptr;              // printed
    std::string (*print)(const void* at) = nullptr;
    std::int64_t (*read_int)(const void* at) = nullptr;
    void (*write_int)(void* at, std::int64_t value) = nullptr;
    double (*read_real)(const void* at) = nullptr;
    void (*write_real)(void* at, double value) = nullptr;
    void* (*emplace)(void* at) = nullptr;                // optional, nullable, patch: a new value; list: one more
    const void* (*held)(const void* at) = nullptr;       // optional, nullable, patch: the value or null
    bool (*absent)(const void* at) = nullptr;            // optional, patch
    void (*set_null)(void* at) = nullptr;                // nullable, patch
    std::size_t (*size)(const void* at) = nullptr;       // list
    const void* (*item)(const void* at, std::size_t index) = nullptr;
    void* (*emplace_key)(void* at, std::string key) = nullptr;  // map
    void (*each)(const void* at, void* context, void (*visit)(void* context, const std::string& key, const void* value)) = nullptr;
    void* (*choose)(void* at, std::size_t alternative) = nullptr;  // variant
    std::size_t (*chosen)(const void* at, const void** value) = nullptr;
    void (*check)(const void* at, const Check& check) = nullptr;   // structure: what holds between fields
    void* (*make)() = nullptr;                                      // structure: a default value on the heap, for defaults in the docs
    void (*destroy)(void* at) = nullptr;

    const Field* field(std::string_view wanted) const;
    bool declares(View view) const;
    bool shows(const Field& field, View view) const;
};

/// Put together by describe.hpp.
struct Member {
    std::string_view name;
    std::size_t offset;
    TypeOf type;
};
struct ViewText {
    View view;
    std::string_view names;  // `(a, b)`, or `(*)` for owner and admin
};
struct StructParts {
    std::string_view name;
    std::span<const Member> members;
    std::string_view defaults;  // `(a, b)`
    const Doc* doc = nullptr;
    bool resource = false;
    std::span<const ViewText> views{};
};
/// The fields of a described base class come first.
void inherit(Type& type, const Type& base, std::size_t offset);
/// Applies views, defaults and docs to the fields that are there now.
void finish(Type& type, const StructParts& parts);

/// Names inside `(a, b)`.
bool names_contain(std::string_view list, std::string_view name);

/// One line for each described thing without words: a type without a description, a field without one, a resource without a view for
/// owners. Walks everything reachable. The tests of every room expect none.
std::vector<std::string> undocumented(const Type& type);
/// Names of the resources reachable in this view that do not declare it.
std::vector<std::string> without_view(const Type& type, View view);
/// A telephone number or e-mail address is reachable: the answer is not kept for replay.
bool holds_personal(const Type& type);

}  // namespace lastmile::schema
