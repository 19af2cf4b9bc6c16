#pragma once
// Both stores for tests: a fresh SQLite folder or a fresh PostgreSQL database each time.
#include <gtest/gtest.h>

#include <filesystem>

#include "platform/store/partitions.hpp"
#include "platform/store/store.hpp"

namespace lastmile::store::testing {

/// A folder that goes with the object.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

/// Options of an empty database: dialect "sqlite" or "postgresql". The database lasts as long as the object. PostgreSQL 15 is started
/// once per test program, from Debian's package, as an unprivileged user (the account `postgres` when the tests run as root).
class Database {
public:
    explicit Database(std::string_view dialect);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    Options options;

private:
    Folder folder_;
    std::string name_;
};

/// False where Debian's postgresql-15 is not installed: the tests on it are skipped.
bool postgres_available();

/// A test on both stores: `class X : public EachStore {}; TEST_P(X, …)`, then LASTMILE_EACH_STORE(X).
class EachStore : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override;
    bool sqlite() const { return GetParam() == "sqlite"; }
    /// Opens (again) with `options`, whose database is new for each test. The partition `live` is there.
    void open();
    /// One command, waited for.
    Answer answer(Command command);

    std::unique_ptr<Database> database;
    Options options;
    std::unique_ptr<Store> store;
    Partition live;
};

#define LASTMILE_EACH_STORE(Suite) \
    INSTANTIATE_TEST_SUITE_P(Both, Suite, ::testing::Values("sqlite", "postgresql"), [](const auto& which) { return which.param; })

}  // namespace lastmile::store::testing
