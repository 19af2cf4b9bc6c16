#include "platform/store/migrations.hpp"

#include <fmt/format.h>

#include <map>
#include <stdexcept>

namespace lastmile::store {

void migrate(const MigrationTarget& target, const std::vector<Migration>& migrations) {
    std::map<std::string, std::string> applied;
    for (const auto& line : target.applied()) {
        const auto space = line.rfind(' ');
        applied.emplace(line.substr(0, space), line.substr(space + 1));
    }
    std::vector<const Migration*> missing;
    for (const auto& migration : migrations) {
        if (!migration.dialect.empty() && migration.dialect != target.dialect) continue;
        auto node = applied.extract(fmt::format("{} {}", migration.module, migration.number));
        if (!node) {
            missing.push_back(&migration);
        } else if (node.mapped() != migration.checksum) {
            throw std::runtime_error(
                fmt::format("The database was built with another text of migration {}/{:04}_{}: use the binary that wrote it.",
                            migration.module, migration.number, migration.name));
        }
    }
    if (!applied.empty())
        throw std::runtime_error(
            fmt::format("The database is newer than this binary (it knows migration {}): start the newer version, or restore a backup.",
                        applied.begin()->first));
    for (const auto* migration : missing) target.apply(*migration);
}

}  // namespace lastmile::store
