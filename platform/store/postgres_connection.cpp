#include "platform/store/postgres_connection.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <optional>

namespace lastmile::store {
namespace {

// Types by their number in pg_type: part of the wire protocol.
constexpr Oid bool_type = 16, bytea_type = 17, int8_type = 20, int2_type = 21, int4_type = 23, text_type = 25, float4_type = 700,
              float8_type = 701, numeric_type = 1700, void_type = 2278;
constexpr std::size_t kept_statements = 1000;

Oid type_of(const Value& value) {
    constexpr std::array<Oid, 5> types{0, int8_type, float8_type, text_type, bytea_type};
    return types[value.holder().index()];
}

int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

Value value_of(const PGresult* result, int row, int column) {
    if (PQgetisnull(result, row, column)) return {};
    const char* text = PQgetvalue(result, row, column);
    const auto size = static_cast<std::size_t>(PQgetlength(result, row, column));
    switch (PQftype(result, column)) {
        case bool_type: return *text == 't';
        case int2_type:
        case int4_type:
        case int8_type: return std::strtoll(text, nullptr, 10);
        case float4_type:
        case float8_type: return std::strtod(text, nullptr);
        case numeric_type:  // sums of bigint
            if (std::string_view(text, size).find('.') == std::string_view::npos) return std::strtoll(text, nullptr, 10);
            return std::strtod(text, nullptr);
        case bytea_type: {
            Bytes bytes;
            bytes.reserve(size / 2);
            for (std::size_t i = 2; i + 1 < size; i += 2)
                bytes.push_back(static_cast<std::uint8_t>(digit(text[i]) << 4 | digit(text[i + 1])));
            return bytes;
        }
        case void_type: return {};
        default: return std::string(text, size);
    }
}

Rows rows_of(const PGresult* result) {
    Rows rows(static_cast<std::size_t>(PQntuples(result)));
    for (int r = 0; r < PQntuples(result); ++r) {
        auto& row = rows[static_cast<std::size_t>(r)];
        for (int c = 0; c < PQnfields(result); ++c) row.push_back(value_of(result, r, c));
    }
    return rows;
}

PostgresError error_of(const PGresult* result, std::string_view sql) {
    const auto field = [&](int which) {
        const char* text = PQresultErrorField(result, which);
        return std::string(text ? text : "");
    };
    PostgresError error(fmt::format("{} {} (in: {})", field(PG_DIAG_SQLSTATE), field(PG_DIAG_MESSAGE_PRIMARY), sql.substr(0, 200)));
    error.state = field(PG_DIAG_SQLSTATE);
    error.constraint = field(PG_DIAG_CONSTRAINT_NAME);
    return error;
}

struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Result_ = std::unique_ptr<PGresult, Clear>;

}  // namespace

PostgresConnection::PostgresConnection(const std::string& url) : db_(PQconnectdb(url.c_str()), PQfinish) {
    if (broken()) throw PostgresError(PQerrorMessage(db_.get()));
    PQsetNoticeProcessor(db_.get(), [](void*, const char*) {}, nullptr);
    script("set client_min_messages = warning; set application_name = 'lastmile'; set default_transaction_isolation = 'read committed'; "
           "set timezone = 'UTC'; set bytea_output = 'hex'; set extra_float_digits = 3; set standard_conforming_strings = on");
    if (PQenterPipelineMode(db_.get()) != 1) throw PostgresError("the connection does not enter pipeline mode");
}

bool PostgresConnection::in_transaction() const {
    const auto status = PQtransactionStatus(db_.get());
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

void PostgresConnection::lost() {
    queued_.clear();
    throw PostgresError(fmt::format("the connection to PostgreSQL is lost: {}", PQerrorMessage(db_.get())));
}

void PostgresConnection::queue(std::string sql, Args args) { queued_.push_back({std::move(sql), std::move(args), {}, false}); }

void PostgresConnection::send(Queued& queued) {
    std::vector<Oid> types;
    std::vector<const char*> values;
    std::vector<int> lengths, formats;
    std::deque<std::string> numbers;
    std::string signature;
    for (const auto& arg : queued.args) {
        types.push_back(type_of(arg));
        signature += static_cast<char>('0' + arg.holder().index());
        formats.push_back(types.back() == bytea_type);
        lengths.push_back(0);
        if (auto* whole = std::get_if<std::int64_t>(&arg.holder())) values.push_back(numbers.emplace_back(std::to_string(*whole)).c_str());
        else if (auto* real = std::get_if<double>(&arg.holder())) values.push_back(numbers.emplace_back(fmt::format("{}", *real)).c_str());
        else if (auto* text = std::get_if<std::string>(&arg.holder())) values.push_back(text->c_str());
        else if (auto* bytes = std::get_if<Bytes>(&arg.holder())) {
            values.push_back(bytes->empty() ? "" : reinterpret_cast<const char*>(bytes->data()));
            lengths.back() = static_cast<int>(bytes->size());
        } else values.push_back(nullptr);
    }
    const int count = static_cast<int>(types.size());
    const auto key = signature + " " + queued.sql;
    auto found = statements_.find(key);
    if (found == statements_.end()) {
        queued.prepares = true;
        queued.statement = fmt::format("s{}", ++named_);
        if (PQsendPrepare(db_.get(), queued.statement.c_str(), queued.sql.c_str(), count, types.data()) != 1) lost();
        statements_.emplace(key, queued.statement);  // taken back if the server skips or refuses it
    } else {
        queued.statement = found->second;
    }
    if (PQsendQueryPrepared(db_.get(), queued.statement.c_str(), count, values.data(), lengths.data(), formats.data(), 0) != 1) lost();
}

std::vector<Rows> PostgresConnection::flush() {
    if (queued_.empty()) return {};
    if (statements_.size() > kept_statements) {
        statements_.clear();
        queued_.push_front({"deallocate all", {}, {}, false});
    }
    for (auto& queued : queued_) send(queued);
    if (PQpipelineSync(db_.get()) != 1) lost();

    std::vector<Rows> all;
    std::optional<PostgresError> error;
    // Each statement answers with results up to a null pointer; a prepare before it does as well.
    const auto take = [&](std::string_view sql) {
        bool fine = true;
        for (;;) {
            Result_ result(PQgetResult(db_.get()));
            if (!result) return fine;
            const auto status = PQresultStatus(result.get());
            if (status == PGRES_TUPLES_OK) all.push_back(rows_of(result.get()));
            else if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
                if (broken()) lost();
                if (!error) error = error_of(result.get(), sql);
                fine = false;
            } else if (status == PGRES_PIPELINE_ABORTED) fine = false;
        }
    };
    for (auto& queued : queued_) {
        const bool prepared = !queued.prepares || take(queued.sql);
        if (!prepared) std::erase_if(statements_, [&](const auto& entry) { return entry.second == queued.statement; });
        const auto before = all.size();
        take(queued.sql);
        if (all.size() == before) all.emplace_back();
    }
    Result_ sync(PQgetResult(db_.get()));
    if (!sync || PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC) lost();
    queued_.clear();
    if (error) throw *error;
    return all;
}

Rows PostgresConnection::script(const std::string& sql) {
    const bool pipelined = PQpipelineStatus(db_.get()) != PQ_PIPELINE_OFF;
    if (pipelined && PQexitPipelineMode(db_.get()) != 1) lost();
    Result_ result(PQexec(db_.get(), sql.c_str()));
    const auto status = PQresultStatus(result.get());
    if (pipelined && !broken()) PQenterPipelineMode(db_.get());
    if (broken()) lost();
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw error_of(result.get(), sql);
    return rows_of(result.get());
}

}  // namespace lastmile::store
