#pragma once
// A reader's connection to SQLite and its snapshot.
#include <optional>
#include <unordered_map>

#include "platform/store/sqlite_connection.hpp"
#include "platform/store/store.hpp"

namespace lastmile::store {

class SqliteReader {
public:
    SqliteReader(const std::string& path, const Options& options);
    bool open() const { return open_; }
    /// Takes a snapshot, as of now.
    void begin();
    void end();
    /// Runs one query in it; what it throws is thrown, and ends the snapshot.
    void run(const Query& query);

private:
    friend class SqliteRead;
    /// What every read asks of its partition.
    struct Place {
        std::int64_t head = 0;
        std::int64_t clock_offset_ms = 0;
        std::optional<Instant> clock_fixed{};
    };
    const Place& place_of(Partition partition);

    const Options& options_;
    SqliteConnection db_;
    bool open_ = false;
    std::int64_t data_version_ = -1;
    std::uint64_t revision_ = 0;
    std::unordered_map<std::int64_t, Place> places_;  // of this revision
};

}  // namespace lastmile::store
