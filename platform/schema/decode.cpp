#include <fmt/format.h>

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "platform/schema/codec.hpp"
#include "platform/schema/parse.hpp"

namespace lastmile::schema {
namespace {

namespace json = boost::json;

std::string_view kind_name(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null: return "null";
        case json::kind::bool_: return "a boolean";
        case json::kind::string: return "a string";
        case json::kind::array: return "an array";
        case json::kind::object: return "an object";
        default: return "a number";
    }
}

std::string_view wanted(const Type& type) {
    switch (type.kind) {
        case Kind::integer: return "a whole number";
        case Kind::real: return "a number";
        case Kind::boolean: return "a boolean";
        case Kind::structure:
        case Kind::map: return "an object";
        case Kind::list: return "an array";
        default: return "a string";
    }
}

bool takes(const Type& type, const json::value& value) {
    switch (type.kind) {
        case Kind::integer:
        case Kind::real: return value.is_number();
        case Kind::boolean: return value.is_bool();
        case Kind::structure:
        case Kind::map: return value.is_object();
        case Kind::list: return value.is_array();
        case Kind::json: return !type.object_only || value.is_object();
        case Kind::optional:
        case Kind::nullable:
        case Kind::patch: return (value.is_null() && type.kind != Kind::optional) || takes(type.element(), value);
        case Kind::variant: return std::any_of(type.alternatives.begin(), type.alternatives.end(), [&](TypeOf t) { return takes(t(), value); });
        default: return value.is_string();
    }
}

/// Where a value stands in the document; made into a pointer when there is something to say about it.
class Place {
public:
    explicit Place(const std::string& root) : root_(&root) {}
    Place(const Place& parent, std::string_view name) : parent_(&parent), name_(name) {}
    Place(const Place& parent, std::size_t index) : parent_(&parent), index_(index) {}
    std::string text() const {
        if (!parent_) return *root_;
        return child_pointer(parent_->text(), index_ ? std::to_string(*index_) : std::string(name_));
    }

private:
    const std::string* root_ = nullptr;
    const Place* parent_ = nullptr;
    std::string_view name_{};
    std::optional<std::size_t> index_{};
};

class Decoder {
public:
    Decoder(Findings& findings, Strictness strictness) : findings_(findings), strictness_(strictness) {}

    void value(const Type& type, const json::value& from, void* at, const Place& pointer) {
        switch (type.kind) {
            case Kind::optional:
                if (from.is_null()) {
                    if (strictness_ == Strictness::stored) type.set_null(at);
                    else findings_.add(pointer.text(), "not_nullable", "must not be null; leave the member out");
                    return;
                }
                return value(type.element(), from, type.emplace(at), pointer);
            case Kind::nullable:
            case Kind::patch:
                if (from.is_null()) return type.set_null(at);
                return value(type.element(), from, type.emplace(at), pointer);
            case Kind::variant: return variant(type, from, at, pointer);
            case Kind::json: return free(type, from, at, pointer);
            case Kind::raw: throw std::logic_error("raw bytes are no part of JSON");
            default: break;
        }
        if (!takes(type, from)) return findings_.add(pointer.text(), "wrong_type", fmt::format("must be {}, not {}", wanted(type), kind_name(from)));
        switch (type.kind) {
            case Kind::integer: return integer(type, from, at, pointer);
            case Kind::real: return real(type, from.to_number<double>(), at, pointer);
            case Kind::boolean: *static_cast<bool*>(at) = from.get_bool(); return;
            case Kind::structure: return structure(type, from.get_object(), at, pointer);
            case Kind::list: return list(type, from.get_array(), at, pointer);
            case Kind::map: return map(type, from.get_object(), at, pointer);
            default: return text(type, {from.get_string().data(), from.get_string().size()}, at, pointer);
        }
    }

    void text(const Type& type, std::string_view from, void* at, const Place& pointer) {
        switch (type.kind) {
            case Kind::text: return plain_text(type, from, at, pointer);
            case Kind::printed:
                if (!type.parse(at, from)) findings_.add(pointer.text(), "invalid_format", fmt::format("must be {} such as {}", type.description, type.example));
                return;
            case Kind::instant:
                if (const auto instant = parse_rfc3339(from)) *static_cast<Instant*>(at) = *instant;
                else findings_.add(pointer.text(), "invalid_format", "must be a time such as 2025-09-01T08:00:00Z (RFC 3339, with an offset)");
                return;
            case Kind::id:
                if (const auto id = parse_id(type.prefix, from)) *static_cast<IdBytes*>(at) = *id;
                else findings_.add(pointer.text(), "invalid_id", fmt::format("must be an id of the form {}_…", type.prefix));
                return;
            default: return enumeration(type, from, at, pointer);
        }
    }

    void integer(const Type& type, const json::value& from, void* at, const Place& pointer) {
        std::int64_t whole = 0;
        if (from.is_int64()) {
            whole = from.get_int64();
        } else if (from.is_uint64()) {
            return range(type, pointer);
        } else {
            const double real = from.get_double();
            if (real != std::floor(real)) return findings_.add(pointer.text(), "wrong_type", "must be a whole number, without a fraction");
            if (!(std::abs(real) <= 9'007'199'254'740'992.0)) return range(type, pointer);
            whole = static_cast<std::int64_t>(real);
        }
        integer(type, whole, at, pointer);
    }

    void integer(const Type& type, std::int64_t whole, void* at, const Place& pointer) {
        if (strictness_ == Strictness::request && (whole < type.least || whole > type.most)) return range(type, pointer);
        type.write_int(at, whole);
    }

    void real(const Type& type, double number, void* at, const Place& pointer) {
        if (strictness_ == Strictness::request && !(number >= type.low && number <= type.high))
            return findings_.add(pointer.text(), "out_of_range", std::isfinite(type.low) && type.high < 1e300 ? fmt::format("must be from {} to {}", type.low, type.high)
                                                                                                      : "is larger than a number can be");
        type.write_real(at, number);
    }

private:
    void range(const Type& type, const Place& pointer) {
        findings_.add(pointer.text(), "out_of_range", fmt::format("must be from {} to {}", type.least, type.most));
    }

    void plain_text(const Type& type, std::string_view from, void* at, const Place& pointer) {
        const auto length = code_points(from);
        if (!length) return findings_.add(pointer.text(), "invalid_utf8", "must be UTF-8");
        // Limits may have grown narrower since a row was written: it still is what it is.
        if (strictness_ == Strictness::stored) {
            *static_cast<std::string*>(at) = from;
            return;
        }
        const auto size = static_cast<std::int64_t>(*length);
        if (size < type.least)
            return findings_.add(pointer.text(), "too_short", size == 0 ? "must not be empty" : fmt::format("must have at least {} characters", type.least));
        if (size > type.most) return findings_.add(pointer.text(), "too_long", fmt::format("must have at most {} characters", type.most));
        std::string text(from);
        if (has_controls(text, true)) return findings_.add(pointer.text(), "control_character", "must not hold control characters");
        if (type.normalise)
            if (auto sentence = type.normalise(text)) return findings_.add(pointer.text(), type.format.empty() ? "control_character" : "invalid_format", std::move(*sentence));
        *static_cast<std::string*>(at) = std::move(text);
    }

    void enumeration(const Type& type, std::string_view from, void* at, const Place& pointer) {
        std::vector<std::string_view> names;
        for (const auto& known : type.values) {
            if (known.name == from) return type.write_int(at, known.value);
            names.push_back(known.name);
        }
        auto sentence = fmt::format("must be one of {}", fmt::join(names, ", "));
        if (const auto near = nearest(from, names); !near.empty()) sentence += fmt::format("; did you mean {}?", near);
        findings_.add(pointer.text(), "not_one_of", std::move(sentence));
    }

    void structure(const Type& type, const json::object& from, void* at, const Place& pointer) {
        const auto before = findings_.size();
        members(type, from, at, pointer, [](const Field&) { return true; });
        if (type.check && findings_.size() == before && strictness_ == Strictness::request) type.check(at, Check{findings_, pointer.text()});
    }

public:
    template <class Belongs>
    void members(const Type& type, const json::object& from, void* at, const Place& pointer, const Belongs& belongs) {
        for (const auto& field : type.fields) {
            if (!belongs(field)) continue;
            const auto* member = from.if_contains({field.name.data(), field.name.size()});
            if (member) {
                value(field.type(), *member, static_cast<char*>(at) + field.offset, Place(pointer, field.name));
            } else if (field.required && strictness_ == Strictness::request) {
                const auto kind = field.type().kind;
                if (kind != Kind::optional && kind != Kind::patch) findings_.add(child_pointer(pointer.text(), field.name), "required", "is missing");
            }
        }
        if (strictness_ == Strictness::request) unknown(type, from, pointer, belongs);
    }

private:
    template <class Belongs>
    void unknown(const Type& type, const json::object& from, const Place& pointer, const Belongs& belongs) {
        for (const auto& member : from) {
            const std::string_view key(member.key().data(), member.key().size());
            if (const auto* known = type.field(key); known && belongs(*known)) continue;
            std::vector<std::string_view> names;
            for (const auto& field : type.fields)
                if (belongs(field) && !from.contains({field.name.data(), field.name.size()})) names.push_back(field.name);
            const auto near = nearest(key, names);
            findings_.add(child_pointer(pointer.text(), key.substr(0, 128)), "unknown_field",
                          near.empty() ? std::string("is not a field of this object") : fmt::format("is not a field of this object; did you mean {}?", near));
        }
    }

    /// False when it is too many to go on.
    bool count(const Type& type, std::size_t size, const Place& pointer) {
        if (strictness_ == Strictness::stored) return true;
        if (static_cast<std::int64_t>(size) < type.least) findings_.add(pointer.text(), "too_few_items", fmt::format("must hold at least {} items", type.least));
        if (static_cast<std::int64_t>(size) > type.most) findings_.add(pointer.text(), "too_many_items", fmt::format("must hold at most {} items", type.most));
        return static_cast<std::int64_t>(size) <= type.most;
    }

    void list(const Type& type, const json::array& from, void* at, const Place& pointer) {
        type.set_null(at);
        if (!count(type, from.size(), pointer)) return;
        std::size_t index = 0;
        for (const auto& item : from) value(type.element(), item, type.emplace(at), Place(pointer, index++));
    }

    void map(const Type& type, const json::object& from, void* at, const Place& pointer) {
        type.set_null(at);
        if (!count(type, from.size(), pointer)) return;
        for (const auto& member : from) {
            std::string key(member.key().data(), member.key().size());
            const auto name = key.substr(0, 128);
            const Place place(pointer, name);
            if (key.empty() || key.size() > 256 || has_controls(key, false)) {
                findings_.add(place.text(), "invalid_name", "a member's name must have 1 to 256 bytes and no control characters");
                continue;
            }
            value(type.element(), member.value(), type.emplace_key(at, std::move(key)), place);
        }
    }

    void free(const Type& type, const json::value& from, void* at, const Place& pointer) {
        if (type.object_only && !from.is_object()) return findings_.add(pointer.text(), "wrong_type", fmt::format("must be an object, not {}", kind_name(from)));
        if (strictness_ == Strictness::request && static_cast<std::int64_t>(to_text(from).size()) > type.most)
            return findings_.add(pointer.text(), "too_big", fmt::format("must have at most {} bytes as JSON", type.most));
        *static_cast<json::value*>(at) = from;
    }

    /// The first alternative that fits wholly; else the complaints of the one that came nearest.
    void variant(const Type& type, const json::value& from, void* at, const Place& pointer) {
        std::optional<Findings> nearest_findings;
        for (std::size_t i = 0; i < type.alternatives.size(); ++i) {
            const Type& alternative = type.alternatives[i]();
            if (!takes(alternative, from)) continue;
            Findings own;
            Decoder(own, strictness_).value(alternative, from, type.choose(at, i), pointer);
            if (own.empty()) return;
            if (!nearest_findings || own.size() < nearest_findings->size()) nearest_findings = std::move(own);
        }
        if (!nearest_findings) {
            std::string names;
            for (const auto alternative : type.alternatives) (names += names.empty() ? "" : " or ") += wanted(alternative());
            return findings_.add(pointer.text(), "wrong_type", fmt::format("must be {}, not {}", names, kind_name(from)));
        }
        for (auto& error : nearest_findings->take()) findings_.add(std::move(error.pointer), error.code, std::move(error.detail));
    }

    Findings& findings_;
    Strictness strictness_;
};

}  // namespace

void decode_value(const Type& type, const json::value& from, void* at, const std::string& pointer, Findings& findings, Strictness strictness) {
    Decoder(findings, strictness).value(type, from, at, Place(pointer));
}

void decode_members(const Type& type, const json::object& from, void* at, const std::string& pointer, Findings& findings,
                    const std::function<bool(const Field&)>& belongs) {
    Decoder(findings, Strictness::request).members(type, from, at, Place(pointer), belongs);
}

void check_struct(const Type& type, const void* at, const std::string& pointer, Findings& findings) {
    if (type.check) type.check(at, Check{findings, pointer});
}

void decode_text(const Type& type, std::string_view from, void* at, const std::string& pointer, Findings& findings) {
    Decoder decoder(findings, Strictness::request);
    const auto number = [&]<class N>(N& into) {
        const auto [end, error] = std::from_chars(from.data(), from.data() + from.size(), into);
        if (!from.empty() && error == std::errc{} && end == from.data() + from.size()) return true;
        findings.add(pointer, "wrong_type", fmt::format("must be {}", wanted(type)));
        return false;
    };
    switch (type.kind) {
        case Kind::optional:
        case Kind::nullable:
        case Kind::patch: return decode_text(type.element(), from, type.emplace(at), pointer, findings);
        case Kind::integer:
            if (std::int64_t whole = 0; number(whole)) decoder.integer(type, whole, at, Place(pointer));
            return;
        case Kind::real:
            if (double real = 0; number(real)) decoder.real(type, real, at, Place(pointer));
            return;
        case Kind::boolean:
            if (from != "true" && from != "false") return findings.add(pointer, "wrong_type", "must be true or false");
            *static_cast<bool*>(at) = from == "true";
            return;
        case Kind::list: {
            type.set_null(at);
            std::size_t items = 0;
            while (!from.empty() && static_cast<std::int64_t>(items) <= type.most) {
                const auto comma = from.find(',');
                decode_text(type.element(), from.substr(0, comma), type.emplace(at), pointer, findings);
                ++items;
                from = comma == from.npos ? std::string_view{} : from.substr(comma + 1);
            }
            if (static_cast<std::int64_t>(items) < type.least || static_cast<std::int64_t>(items) > type.most)
                findings.add(pointer, "wrong_count", fmt::format("must hold {} to {} items, separated by commas", type.least, type.most));
            return;
        }
        case Kind::structure:
        case Kind::map:
        case Kind::json:
        case Kind::variant: {
            auto parsed = parse_json(from);
            if (!parsed) return findings.add(pointer, "invalid_format", "must be JSON");
            return decoder.value(type, *parsed, at, Place(pointer));
        }
        default: return decoder.text(type, from, at, Place(pointer));
    }
}

Result<void> decode_into(const Type& type, std::string_view text, void* at) {
    auto parsed = parse_json(text);
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    Findings findings;
    decode_value(type, *parsed, at, "#", findings);
    if (findings.empty()) return {};
    auto list = findings.take();
    auto detail = list.size() == 1 ? fmt::format("{} {}.", list[0].pointer, list[0].detail) : fmt::format("{} fields are wrong.", list.size());
    return refuse(reasons::invalid, std::move(detail), std::move(list));
}

void decode_stored(const Type& type, std::string_view text, void* at) {
    unsigned char first[8 * 1024];
    json::monotonic_resource memory(first, sizeof first);
    const auto parsed = parse_stored(text, &memory);
    Findings findings;
    decode_value(type, parsed, at, "#", findings, Strictness::stored);
    if (!findings.empty())
        throw std::logic_error(fmt::format("a stored {} does not fit: {} {}", type.name, findings.list()[0].pointer, findings.list()[0].detail));
}

}  // namespace lastmile::schema
