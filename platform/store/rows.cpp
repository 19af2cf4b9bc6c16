#include "platform/store/rows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lastmile::store {

/// Turns a statement put together here, whose condition was checked, into an Sql.
class SqlBuilder {
public:
    static Sql checked(std::string_view text) { return Sql(Sql::Checked{}, text); }
};

namespace {

using schema::Kind;
using schema::Type;

}  // namespace

Value to_value(const Type& type, const void* at) {
    switch (type.kind) {
        case Kind::text: return *static_cast<const std::string*>(at);
        case Kind::printed: return type.print(at);
        case Kind::integer: return type.read_int(at);
        case Kind::real: return type.read_real(at);
        case Kind::boolean: return *static_cast<const bool*>(at);
        case Kind::instant: return *static_cast<const Instant*>(at);
        case Kind::id: return *static_cast<const IdBytes*>(at);
        case Kind::enumeration: return schema::enum_name(type, type.read_int(at));
        case Kind::optional:
        case Kind::nullable:
            if (const void* held = type.held(at)) return to_value(type.element(), held);
            return {};
        default: {
            std::string text;
            schema::encode_value(type, at, schema::View::stored, text);
            return text;
        }
    }
}

void from_value(const Type& type, const Value& value, void* at) {
    switch (type.kind) {
        case Kind::text: *static_cast<std::string*>(at) = value.text(); return;
        case Kind::printed:
            if (!type.parse(at, value.text())) throw std::logic_error("a stored value is not " + std::string(type.description));
            return;
        case Kind::integer: return type.write_int(at, value.integer());
        case Kind::real: return type.write_real(at, value.real());
        case Kind::boolean: *static_cast<bool*>(at) = value.boolean(); return;
        case Kind::instant: *static_cast<Instant*>(at) = value.instant(); return;
        case Kind::id: {
            const auto& bytes = value.bytes();
            if (bytes.size() != 16) throw std::logic_error("an id column does not hold 16 bytes");
            std::copy(bytes.begin(), bytes.end(), static_cast<IdBytes*>(at)->begin());
            return;
        }
        case Kind::enumeration: {
            const auto known = std::find_if(type.values.begin(), type.values.end(), [&](const auto& v) { return v.name == value.text(); });
            if (known == type.values.end()) throw std::logic_error(fmt::format("a stored {} is {}", type.name, value.text()));
            return type.write_int(at, known->value);
        }
        case Kind::optional:
        case Kind::nullable:
            if (value.null()) return type.set_null(at);
            return from_value(type.element(), value, type.emplace(at));
        default: return schema::decode_stored(type, value.text(), at);
    }
}

void from_row(const Type& type, const Row& row, void* at, std::size_t first) {
    if (row.size() < first + type.fields.size())
        throw std::logic_error(fmt::format("a statement for {} gives {} columns, not {}", type.name, row.size() - std::min(row.size(), first), type.fields.size()));
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
        const auto& field = type.fields[i];
        try {
            from_value(field.type(), row[first + i], static_cast<char*>(at) + field.offset);
        } catch (const std::logic_error& error) {
            throw std::logic_error(fmt::format("{}.{}: {}", type.name, field.name, error.what()));
        }
    }
}

TableSql::TableSql(schema::TypeOf type, std::string_view name, std::initializer_list<std::string_view> keys) : type_(type), name_(name), keys_(keys) {}

bool TableSql::is_key(std::string_view column) const { return std::find(keys_.begin(), keys_.end(), column) != keys_.end(); }

std::string TableSql::columns(std::string_view alias) const {
    std::string list;
    for (const auto& field : type_().fields) fmt::format_to(std::back_inserter(list), "{}{}{}{}", list.empty() ? "" : ", ", alias, alias.empty() ? "" : ".", field.name);
    return list;
}

Sql TableSql::select(Where where) const {
    const std::lock_guard lock(mutex_);
    auto& text = by_condition_[{where.text().data(), false}];
    if (text.empty()) text = *texts_.insert(fmt::format("select {} from {} where {}", columns(), name_, where.text())).first;
    return SqlBuilder::checked(text);
}

Sql TableSql::remove(Where where) const {
    const std::lock_guard lock(mutex_);
    auto& text = by_condition_[{where.text().data(), true}];
    if (text.empty()) text = *texts_.insert(fmt::format("delete from {} where {}", name_, where.text())).first;
    return SqlBuilder::checked(text);
}

const TableSql::Statements& TableSql::made() const {
    const std::lock_guard lock(mutex_);
    if (made_) return *made_;
    std::string marks, sets, where = "partition = $1", conflict = "partition", excluded;
    std::size_t number = 1;
    for (const auto& field : type_().fields) fmt::format_to(std::back_inserter(marks), ", ${}", ++number), (void)field;
    number = 1;
    for (const auto key : keys_) {
        if (!type_().field(key)) throw std::logic_error(fmt::format("{} has no column {}", type_().name, key));
        fmt::format_to(std::back_inserter(where), " and {} = ${}", key, ++number);
        fmt::format_to(std::back_inserter(conflict), ", {}", key);
    }
    for (const auto& field : type_().fields) {
        if (is_key(field.name)) continue;
        fmt::format_to(std::back_inserter(sets), "{}{} = ${}", sets.empty() ? "" : ", ", field.name, ++number);
        fmt::format_to(std::back_inserter(excluded), "{}{} = excluded.{}", excluded.empty() ? "" : ", ", field.name, field.name);
    }
    const auto keep = [this](std::string text) { return SqlBuilder::checked(*texts_.insert(std::move(text)).first); };
    const auto insert = fmt::format("insert into {} (partition, {}) values ($1{})", name_, columns(), marks);
    const auto update = fmt::format("update {} set {} where {}", name_, sets, where);
    made_ = Statements{keep(insert), keep(update), keep(fmt::format("{} and version = ${}", update, number + 1)),
                       keep(fmt::format("{} on conflict ({}) do update set {}", insert, conflict, excluded))};
    return *made_;
}

Args TableSql::values(const void* at) const {
    Args args;
    for (const auto& field : type_().fields) args.push_back(to_value(field.type(), static_cast<const char*>(at) + field.offset));
    return args;
}

Args TableSql::keyed_values(const void* at) const {
    const auto value = [&](const schema::Field& field) { return to_value(field.type(), static_cast<const char*>(at) + field.offset); };
    Args args;
    for (const auto key : keys_) args.push_back(value(*type_().field(key)));
    for (const auto& field : type_().fields)
        if (!is_key(field.name)) args.push_back(value(field));
    return args;
}

}  // namespace lastmile::store
