#pragma once
// The schema's history, embedded into the binary by cmake/migrations.cmake from every module's migrations/ folder.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lastmile::store {

struct Migration {
    std::string_view module;    // the folder, for example `platform/store`
    int number;                 // unique within a module and dialect
    std::string_view name;
    std::string_view dialect;   // sqlite, postgres; empty: both
    std::string_view checksum;  // SHA-256 of the file
    std::string_view sql;
};

/// In the order of MODULES, then by number.
const std::vector<Migration>& embedded_migrations();

/// What applying needs of a connection. `applied` answers "module number checksum" lines of schema_migrations.
struct MigrationTarget {
    std::string_view dialect;
    std::function<std::vector<std::string>()> applied;
    std::function<void(const Migration&)> apply;  // the SQL and its row in schema_migrations, in one transaction
};

/// Applies what is missing. Throws std::runtime_error when the database knows a migration that this binary does not (it was written
/// by a newer version), or one whose text has changed since.
void migrate(const MigrationTarget& target, const std::vector<Migration>& migrations);

}  // namespace lastmile::store
