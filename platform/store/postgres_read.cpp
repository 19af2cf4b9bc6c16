#include "platform/store/postgres_read.hpp"

#include "platform/store/postgres_session.hpp"

namespace lastmile::store {
namespace {

std::string printed(const Args& args) {
    std::string all;
    for (const auto& arg : args) {
        all += static_cast<char>('0' + arg.holder().index());
        std::visit(
            [&](const auto& held) {
                using T = std::decay_t<decltype(held)>;
                std::string text;
                if constexpr (std::is_same_v<T, std::int64_t>) text = std::to_string(held);
                else if constexpr (std::is_same_v<T, double>) text.assign(reinterpret_cast<const char*>(&held), sizeof held);
                else if constexpr (!std::is_same_v<T, std::monostate>) text.assign(held.begin(), held.end());
                all += std::to_string(text.size()) + ":" + text;
            },
            arg.holder());
    }
    return all;
}

}  // namespace

PostgresRead::PostgresRead(PostgresConnection& db, const Options& options, Partition partition) : db_(db), options_(options) {
    queue("begin isolation level repeatable read read only", {}, [](Rows) {});
    partition_.number = -1;
    enter(partition);
}

void PostgresRead::enter(Partition partition) {
    if (partition == partition_) return;
    partition_ = partition;
    queue(clocks_sql, {partition.number}, [this](Rows rows) {
        head_ = rows.at(0)[3].integer();
        now_ = clocks_of(rows[0], options_, partition_);
    });
    flush();
}

void PostgresRead::queue(std::string_view sql, Args args, std::function<void(Rows)> take) {
    db_.queue(std::string(sql), std::move(args));
    takers_.push_back(std::move(take));
}

void PostgresRead::flush() {
    auto takers = std::exchange(takers_, {});
    auto all = db_.flush();
    for (std::size_t i = 0; i < takers.size(); ++i) takers[i](std::move(all.at(i)));
}

Rows PostgresRead::fetch(std::string_view sql, Args args) {
    if (gathering_ || !gathered_.empty()) {
        const Asked asked{sql, printed(args)};
        if (gathering_) {
            if (gathered_.try_emplace(asked).second) queue(sql, std::move(args), [this, asked](Rows rows) { gathered_[asked] = std::move(rows); });
            return {};
        }
        if (const auto known = gathered_.find(asked); known != gathered_.end()) {
            if (!takers_.empty()) flush();
            if (known->second) return *known->second;
        }
    }
    Rows found;
    queue(sql, std::move(args), [&found](Rows rows) { found = std::move(rows); });
    flush();
    return found;
}

void PostgresRead::gather(const std::function<void()>& asks) {
    gathering_ = true;
    try {
        asks();
    } catch (const std::exception&) {
        // What must be there is missing while nothing is found; it is asked for again.
    }
    gathering_ = false;
}

Rows PostgresRead::query(Sql sql, const Args& args) {
    Args all{partition_.number};
    all.insert(all.end(), args.begin(), args.end());
    return fetch(sql.text(), std::move(all));
}

}  // namespace lastmile::store
