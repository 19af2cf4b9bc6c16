#include "platform/store/list.hpp"

#include <fmt/format.h>

#include "platform/base/reasons.hpp"

namespace lastmile::store {
namespace {

/// Ties a cursor to its list and partition (FNV-1a): against mistakes, not against malice, since the query is bound anyway.
std::string tag_of(const Order& order, Partition partition) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : fmt::format("{}|{}|{}", order.name, order.newest_first, partition.number))
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    std::string tag;
    for (int i = 0; i < 4; ++i) tag += static_cast<char>(hash >> (8 * i));
    return tag;
}

void put(std::string& key, const Value& value) {
    if (auto* whole = std::get_if<std::int64_t>(&value.holder()))
        return void(key += fmt::format("i{}:{}", std::to_string(*whole).size(), *whole));
    if (auto* real = std::get_if<double>(&value.holder())) {
        const auto text = fmt::format("{}", *real);
        return void(key += fmt::format("d{}:{}", text.size(), text));
    }
    if (auto* text = std::get_if<std::string>(&value.holder())) return void(key += fmt::format("t{}:", text->size()) + *text);
    const auto& bytes = value.bytes();
    key += fmt::format("b{}:", bytes.size());
    key.append(bytes.begin(), bytes.end());
}

std::optional<Value> take(std::string_view& key) {
    const auto colon = key.find(':');
    if (colon == key.npos || colon < 2 || colon > 6) return std::nullopt;
    std::size_t size = 0;
    for (const char c : key.substr(1, colon - 1)) {
        if (c < '0' || c > '9') return std::nullopt;
        size = 10 * size + static_cast<std::size_t>(c - '0');
    }
    if (key.size() - colon - 1 < size) return std::nullopt;
    const char kind = key[0];
    const std::string text(key.substr(colon + 1, size));
    key.remove_prefix(colon + 1 + size);
    try {
        std::size_t used = text.size();
        Value value;
        if (kind == 'i') value = std::stoll(text, &used);
        else if (kind == 'd') value = std::stod(text, &used);
        else if (kind == 't') value = text;
        else if (kind == 'b') value = Bytes(text.begin(), text.end());
        else return std::nullopt;
        if (used != text.size()) return std::nullopt;
        return value;
    } catch (const std::logic_error&) {  // stoll, stod: no number, or out of range
        return std::nullopt;
    }
}

}  // namespace

SqlBuilder& SqlBuilder::add(Fragment piece, Args values) {
    if (piece.marks() != values.size()) throw std::logic_error(fmt::format("{} takes {} values", piece.text(), piece.marks()));
    std::string_view rest = piece.text();
    for (auto& value : values) {
        const auto at = rest.find("$?");
        args_.push_back(std::move(value));
        text_ += fmt::format("{}${}", rest.substr(0, at), args_.size() + 1);
        rest.remove_prefix(at + 2);
    }
    text_ += rest;
    return *this;
}

SqlBuilder& SqlBuilder::in(Fragment piece, const Args& values) {
    if (values.empty()) return *this;
    text_ += piece.text();
    for (std::size_t i = 0; i < values.size(); ++i) {
        args_.push_back(values[i]);
        text_ += fmt::format("{}${}", i == 0 ? " (" : ", ", args_.size() + 1);
    }
    text_ += ")";
    return *this;
}

Rows SqlBuilder::query(Read& read) const { return read.query(sql(), args_); }
Rows SqlBuilder::lock(Tx& tx) const { return tx.lock(sql(), args_); }

Result<Page> page(Read& read, SqlBuilder list, const Order& order, int limit, const std::optional<std::string>& cursor) {
    if (limit < 1 || limit > 200) throw std::logic_error("a page holds 1 to 200 rows");
    const auto tag = tag_of(order, read.partition());
    if (cursor) {
        std::string_view rest = *cursor;
        const bool ours = rest.starts_with(tag);
        if (ours) rest.remove_prefix(tag.size());
        const auto key = ours ? take(rest) : std::nullopt;
        const auto tie = key ? take(rest) : std::nullopt;
        if (!tie || !rest.empty()) return refuse(reasons::bad_cursor, "The cursor does not belong to this list.");
        list.add(" and (").add(order.key).add(", ").add(order.tie).add(
            order.newest_first ? Fragment(") < ($?, $?)") : Fragment(") > ($?, $?)"), {*key, *tie});
    }
    list.add(" order by ").add(order.key).add(order.newest_first ? Fragment(" desc, ") : Fragment(", ")).add(order.tie)
        .add(order.newest_first ? Fragment(" desc") : Fragment(""));
    list.add(" limit $?", {limit + 1});
    Page result{list.query(read), {}};
    if (result.rows.size() > static_cast<std::size_t>(limit)) {
        result.rows.pop_back();
        result.next = tag;
        put(*result.next, result.rows.back().at(0));
        put(*result.next, result.rows.back().at(1));
    }
    return result;
}

}  // namespace lastmile::store
